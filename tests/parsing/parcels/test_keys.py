"""Parcel ids: every print of one gives one key, and what gives none says why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.county.keys import KEY_RULES, KeyRule
from config.errors import DoubtError, ParseError
from parsing.parcels.keys import read_key, swapped

ORANGE = KEY_RULES["12095"]
PARCEL = "272035664500001"


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("35-20-27-6645-00-001", "STR"),
        ("35 20 27 6645 00 001", "STR"),
        (" 35.20.27.6645.00.001 ", "STR"),
        ("'35–20—27 6645 00 001", "STR"),
        ("３５-20-27-6645-00-001", "STR"),
        ("\ufeff35-20-27-6645-00-001", "STR"),
        (352027664500001, "STR"),
        ("27-20-35-6645-00-001", "RTS"),
        (PARCEL, None),
        (int(PARCEL), "RTS"),
        (2.72035664500001e14, "RTS"),
        (Decimal(PARCEL), "RTS"),
        ("272035664500001.0", "RTS"),
        ("2.72035664500001E+14", "RTS"),
        ("20-27-35-6645-00-001", "TRS"),
    ],
)
def test_every_print_of_a_parcels_id_gives_its_key(cell: Any, printed: Any) -> None:
    key = read_key(cell, ORANGE, printed)

    assert key == (PARCEL, None)


@pytest.mark.parametrize(
    ("cell", "key", "note"),
    [
        (52027664500001, "272005664500001", "leading zeros restored"),
        (5.2027664500001e13, "272005664500001", "leading zeros restored"),
        ("5-20-27-6645-0-1", "272005664500001", "leading zeros of its parts restored"),
        ("05-20-27-6645-00-001", "272005664500001", None),
    ],
)
def test_zeros_that_a_spreadsheet_dropped_are_restored(cell: Any, key: str, note: str | None) -> None:
    assert read_key(cell, ORANGE, "STR") == (key, note)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2.72036E+14", "its last digits are lost"),
        ("2.7203566450000E+14", "its last digits are lost"),
        (2.62911687421000210e17, "too long to be exact"),
        (272035664500001.5, "with decimals"),
        (-272035664500001, "not a parcel's id"),
        (float("inf"), "not a parcel's id"),
        (10**400, "not a parcel's id"),
        (True, "yes or no"),
        (["a"], "not a text"),
        ("x" * 300, "longer than 200"),
        ("35-20-27-6645-00-00", "has 14 digits; ids of this county have 15"),
        ("35-20-27-6645-00-0011", "has 16 digits"),
        ("2023", "has 4 digits"),
        ("35-20-27-664O-00-001", "has the letter O"),
        ("TIMESHARE", "has the letter"),
        ("35-20-27-6645-00-00٣", "which no id has"),
        ("35-20-27-6645-00-01", "has 14 digits"),  # cut, as a spreadsheet would leave 1
        ("000000000000000", "no id but zeros"),
        ("99-20-27-6645-00-001", "section 99 is not 01 to 36: no parcel of this county"),
        ("35-44-27-6645-00-001", "township 44 is not 20 to 25"),
        ("35-20-15-6645-00-001", "range 15 is not 27 to 34"),
    ],
)
def test_what_is_no_id_of_the_county_says_why(cell: Any, why: str) -> None:
    with pytest.raises(ParseError, match=why) as error:
        read_key(cell, ORANGE, "STR")
    assert not isinstance(error.value, DoubtError)


@pytest.mark.parametrize("blank", [None, "", "  ", "N/A", "-", float("nan")])
def test_a_blank_cell_has_no_key(blank: Any) -> None:
    assert read_key(blank, ORANGE, "STR") is None


def test_an_id_that_fits_only_the_other_order_is_named_and_not_turned() -> None:
    """The bounds say that the source prints the other order; a person decides, and the reading is kept."""
    with pytest.raises(DoubtError, match="the other way round") as error:
        read_key("35-20-27-6645-00-001", ORANGE, "RTS")
    assert error.value.readings == (PARCEL,)


def test_an_id_that_fits_both_orders_goes_by_the_source_alone() -> None:
    by_section = read_key("29-22-28-8850-02-050", ORANGE, "STR")
    by_range = read_key("29-22-28-8850-02-050", ORANGE, "RTS")

    assert by_section == ("282229885002050", None)
    assert by_range == ("292228885002050", None)


def test_the_ids_of_several_parcels_in_one_cell_are_named() -> None:
    with pytest.raises(DoubtError, match="the ids of 2 parcels") as error:
        read_key("35-20-27-6645-00-001, 35-20-27-6645-00-002", ORANGE, "STR")
    assert error.value.readings == (PARCEL, "272035664500002")


@pytest.mark.parametrize(
    ("fips", "cell", "printed", "key"),
    [
        ("12086", "30-4005-001-0010", None, "3040050010010"),
        ("12086", 1403200650010, None, "1403200650010"),
        ("12086", 140320065001, None, "0140320065001"),
        ("12011", "514120030040", None, "514120030040"),
        ("12099", "00-42-43-27-05-000-0010", None, "00424327050000010"),
        ("12105", "262911687421000210", None, "262911687421000210"),
        ("12105", 262911687421000210, None, "262911687421000210"),
        ("12103", "11-29-15-12345-001-0010", "STR", "112915123450010010"),
        ("12117", "33-19-30-5ac-0000-0010", None, "3319305AC00000010"),
        ("12009", "24 3505-25-00023.0-0001.00", None, "24350525000230000100"),
        ("12031", "012345-0000", None, "0123450000"),
    ],
)
def test_other_counties_have_lengths_and_letters_of_their_own(
    fips: str, cell: Any, printed: Any, key: str
) -> None:
    found = read_key(cell, KEY_RULES[fips], printed)

    assert found is not None
    assert found.text == key


def test_swapping_twice_gives_the_key_back() -> None:
    assert swapped(PARCEL, ORANGE) == "352027664500001"
    assert swapped("352027664500001", ORANGE) == PARCEL
    assert swapped("514120030040", KEY_RULES["12011"]) is None


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.binary(max_size=20)))
def test_no_cell_ends_in_anything_but_a_key_or_a_reason(cell: Any) -> None:
    for rule in (ORANGE, KEY_RULES["12117"], KEY_RULES["12009"]):
        try:
            key = read_key(cell, rule)
        except ParseError as error:
            assert error.why
        else:
            assert key is None or (key.text.isalnum() and key.text.isascii())


@pytest.mark.parametrize(
    "facts",
    [{"length": 15, "parts": [2, 2]}, {"length": 4, "order": "RTS"}, {"ranges": [34, 27]}, {"digits": 15}],
)
def test_a_rule_that_cannot_hold_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KeyRule.model_validate(facts)
