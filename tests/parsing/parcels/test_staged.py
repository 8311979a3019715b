"""Rows of county layers as records: what a cell can say, and what follows from others."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.county.columns import Column, names_of, problems_of
from config.county.kinds import KINDS
from config.errors import UsageError
from importers.record import Record
from parsing.parcels.staged import RecordReader, StagedRecord
from tests.parsing.parcels.counties import ORANGE, columns

PARCEL = "272035664500001"


def read(kind: str, fields: dict[str, Any], cells: dict[str, Any], **options: Any) -> StagedRecord:
    return RecordReader(KINDS[kind], ORANGE, columns(**fields), **options).read(Record(1, 2, cells))


def value_of(name: str, column: Any, cell: Any, kind: str = "property_records") -> Any:
    """What a field holds of one cell, or the kind of its issue."""
    staged = read(
        kind, {"parcel_id": "ID", "roll_year": {"const": 2025}, name: column}, {"ID": PARCEL, "C": cell}
    )
    issues = [issue for issue in staged.issues if issue["field"] == name]
    assert len(issues) < 2
    return issues[0]["kind"] if issues and name not in staged.content else staged.content.get(name, "absent")


def test_a_tax_sale_reads_as_its_layer_prints_it() -> None:
    fields = {
        "parcel_id": "USER_PARCEL",
        "tda_number": "USER_TDA_NUM",
        "sale_date": "USER_Sale_Date",
        "deed_status": "USER_Deed_Status",
        "address": "ADDR",
    }
    staged = read(
        "tax_sales",
        fields,
        {
            "USER_PARCEL": "29-22-28-8850-02-050",
            "USER_TDA_NUM": "2023-0004348",
            "USER_Sale_Date": "12/18/2025",
            "USER_Deed_Status": "Active Sale",
            "ADDR": "12 state road 535 apt 4 ORLANDO FL",
            "@latitude": 28.5384,
            "@longitude": -81.3789,
        },
        key_order="STR",
    )

    assert staged.record_id == "2023-4348"
    assert staged.problem is None
    assert staged.issues == []
    assert staged.content == {
        "state": "FL",
        "county_fips": "12095",
        "parcel_id": "29-22-28-8850-02-050",
        "parcel_id_normalized": "282229885002050",
        "address": "12 state road 535 apt 4 ORLANDO FL",
        "address_normalized": "12 SR 535",
        "unit": "APT 4",
        "latitude": 28.5384,
        "longitude": -81.3789,
        "location_kind": "geocode",  # USER_ marks what a geocoder was given
        "tda_number": "2023-4348",
        "sale_date": "2025-12-18",
        "deed_status": "Active Sale",
        "status": "scheduled",
    }
    assert staged.raw is not None
    assert json.loads(staged.raw)["USER_TDA_NUM"] == "2023-0004348"


@pytest.mark.parametrize(
    ("name", "column", "cell", "value"),
    [
        # amounts
        ("market_value", "C", "$1,234.50", 1234.5),
        ("market_value", "C", 250000, 250000),
        ("market_value", "C", 250000.005, 250000.01),
        ("market_value", "C", Decimal("12.345"), 12.35),
        ("market_value", "C", "0", 0),
        ("market_value", "C", "(1,234.50)", "doubtful"),
        ("market_value", "C", -5, "doubtful"),
        ("market_value", "C", "1" + "0" * 13, "unparseable"),
        ("market_value", "C", "n/a", "absent"),
        ("market_value", "C", " ", "absent"),
        ("market_value", "C", None, "absent"),
        ("market_value", "C", "#REF!", "unparseable"),
        ("market_value", "C", "Hidden", None),
        ("market_value", {"column": "C", "none": ["Exempt"]}, "EXEMPT", None),
        ("last_sale_price", "C", 0, None),
        ("last_sale_price", "C", "$0.00", None),
        ("last_sale_price", {"column": "C", "zero": "value"}, 0, 0),
        ("lot_size_sqft", {"column": "C", "times": "43560"}, 0.25, 10890),
        ("lot_size_sqft", {"column": "C", "times": "43560"}, "0.333", 14505.48),
        ("bathrooms", "C", "2.5", 2.5),
        ("bedrooms", "C", 2.5, "unparseable"),
        ("bedrooms", "C", "3", 3),
        ("year_built", "C", 0, None),
        ("year_built", "C", "1985.0", 1985),
        ("year_built", "C", 9999, "doubtful"),
        # yes and no
        ("homestead", "C", "Y", True),
        ("homestead", {"column": "C", "positive": True}, 25000, True),
        ("homestead", {"column": "C", "positive": True}, "0", False),
        ("homestead", {"column": "C", "words": {"HX": True, "": False}}, "hx", True),
        ("homestead", {"column": "C", "words": {"HX": True, "": False}}, " ", False),
        ("homestead", "C", "perhaps", "unparseable"),
        # days
        ("last_sale_date", "C", 1704067200000, "2024-01-01"),  # midnight of Greenwich is that day
        ("last_sale_date", "C", 1704157200000, "2024-01-01"),  # 20:00 in the county
        ("last_sale_date", "C", -157766400000, "1965-01-01"),
        ("last_sale_date", "C", 1e3, "unparseable"),
        ("last_sale_date", {"column": "C", "form": "epoch_s"}, 1704067200, "2024-01-01"),
        # what a reader of layers has made a day of, whatever form the column's numbers had
        ("last_sale_date", {"column": "C", "form": "epoch_ms"}, "2024-01-01", "2024-01-01"),
        ("last_sale_date", {"column": "C", "form": "epoch_s"}, "2025-12-18T03:00:00Z", "2025-12-17"),
        ("last_sale_date", {"column": "C", "form": "digits"}, "2025-12-18 03:00:00Z", "2025-12-17"),
        ("last_sale_date", {"column": "C", "form": "epoch_ms"}, "2024-02-30", "unparseable"),
        ("last_sale_date", "C", 20170417.142044, "2017-04-17"),
        ("last_sale_date", "C", "20170417", "2017-04-17"),
        ("last_sale_date", "C", "12/18/2025", "2025-12-18"),
        ("last_sale_date", "C", "12/18/2025 11:30 PM", "2025-12-18"),
        ("last_sale_date", "C", "2025-12-18T03:00:00Z", "2025-12-17"),
        ("last_sale_date", "C", "2025-12-18T23:00:00", "2025-12-18"),
        ("last_sale_date", {"column": "C", "form": "day_first"}, "18/12/2025", "2025-12-18"),
        ("last_sale_date", "C", date(2025, 12, 18), "2025-12-18"),
        ("last_sale_date", "C", datetime(2025, 12, 18, 3, tzinfo=UTC), "2025-12-17"),
        ("last_sale_date", "C", "00/00/0000", "absent"),
        ("last_sale_date", "C", "02/30/2025", "unparseable"),
        ("last_sale_date", "C", "12/30/1899", "doubtful"),
        ("last_sale_date", "C", "9999-12-31", "doubtful"),
        ("last_sale_date", "C", 253402214400000, "doubtful"),  # 9999-12-31
        ("last_sale_date", "C", 0, "doubtful"),
        ("last_sale_date", "C", "01/01/2150", "doubtful"),
        ("source_updated_at", "C", "2025-07-01 12:00", "2025-07-01T16:00:00+00:00"),
        ("source_updated_at", "C", 1704157200000, "2024-01-02T01:00:00+00:00"),
        # texts
        ("use_code", "C", "0100", "0100"),
        ("use_code", "C", 100.0, "100"),
        ("property_type", {"column": "C", "words": {"0100": "Single family"}}, "0100", "Single family"),
        ("mailing_postal_code", "C", "2139", "2139"),
        ("legal_description", "C", "LOT\x00 7", "LOT 7"),
        ("legal_description", "C", {"a": 1}, "unparseable"),
    ],
)  # fmt: skip
def test_a_cell_says_one_of_six_things(name: str, column: Any, cell: Any, value: Any) -> None:
    found = value_of(name, column, cell)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"Y": "2019", "M": "2"}, "2019-02-01"),
        ({"Y": 2019.0, "M": 12}, "2019-12-01"),
        ({"Y": "0", "M": "0"}, None),
        ({"Y": "", "M": ""}, "absent"),
        ({"M": "2"}, "absent"),
        ({"Y": "2019", "M": "0"}, "unparseable"),
        ({"Y": "2019", "M": "13"}, "unparseable"),
    ],
)
def test_a_year_and_a_month_are_the_first_of_it(cells: dict[str, Any], value: Any) -> None:
    fields = {"parcel_id": "ID", "roll_year": "R", "last_sale_date": {"year": "Y", "month": "M"}}
    staged = read("property_records", fields, {"ID": PARCEL, "R": 2025, **cells})

    kinds = [issue["kind"] for issue in staged.issues]
    assert kinds == (["unparseable"] if value == "unparseable" else [])
    assert staged.content.get("last_sale_date", "absent") == ("absent" if kinds else value)


@pytest.mark.parametrize(
    ("kind", "column", "cell", "status", "is_named"),
    [
        ("tax_sales", "deed_status", "Lands Available", "lands_available", False),
        ("tax_sales", "deed_status", "CANCELLED - BANKRUPTCY", "canceled", False),
        ("tax_sales", "deed_status", "Stricken", "unknown", True),
        ("tax_sales", "deed_status", " ", "absent", False),
        ("tax_certificates", "payment_code", "R", "redeemed", False),
        ("tax_certificates", "payment_code", " ", "unpaid", False),
        ("foreclosures", "auction_status", "Canceled per Order", "canceled", False),
        ("foreclosures", "auction_status", "Sold", "sold", False),
        ("code_violations", "case_status", "Closed", "closed", False),
        ("code_violations", "case_status", "Sold", "unknown", True),
    ],
)
def test_the_words_of_a_status_mean_one_of_ours(
    kind: str, column: str, cell: str, status: str, is_named: bool
) -> None:
    key = KINDS[kind].key[0]
    staged = read(kind, {key: "K", column: "S"}, {"K": "2023-1", "S": cell})

    assert staged.content.get("status", "absent") == status
    named = [(issue["field"], issue["text"]) for issue in staged.issues]
    assert named == ([("status", cell)] if is_named else [])


def test_a_layers_own_words_come_first_and_have_to_be_ours() -> None:
    fields = {"case_number": "K", "status": {"column": "S", "words": {"3": "closed"}}}
    assert read("code_violations", fields, {"K": "A-1", "S": 3}).content["status"] == "closed"
    with pytest.raises((UsageError, ValueError), match="done is no status"):
        RecordReader(
            KINDS["code_violations"],
            ORANGE,
            columns(case_number="K", status={"column": "S", "words": {"3": "done"}}),
        )


def test_columns_are_joined_or_tried_in_turn() -> None:
    fields = {
        "certificate_number": {"columns": ["YEAR", "NO"], "by": "-"},
        "address": {"columns": ["NOTES", "DERIVED"], "take": "first"},
    }
    one = read(
        "tax_certificates", fields, {"YEAR": 2021, "NO": "0010456", "NOTES": " ", "DERIVED": "5 Oak Lane"}
    )
    assert one.record_id == "2021-10456"
    assert (one.content["address"], one.content["address_normalized"]) == ("5 Oak Lane", "5 OAK LN")

    none = read("tax_certificates", fields, {"YEAR": " ", "NO": None})
    assert none.problem == "row has no certificate_number, which names a tax certificate"
    assert "address" not in none.content


def test_a_blank_cell_says_nothing_or_that_there_is_none() -> None:
    fields = {"case_number": "K", "case_type": "T", "due_on": "D", "address": "A"}
    cells = {"K": "x 1", "T": " ", "A": None}

    kept = read("code_violations", fields, cells)
    cleared = read("code_violations", fields, cells, blank="clear")

    assert set(kept.content) == {"state", "county_fips", "case_number"}
    assert set(cleared.content) - set(kept.content) == {"case_type", "address", "address_normalized", "unit"}
    assert cleared.content["case_type"] is None
    assert kept.record_id == cleared.record_id == "X-1"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"ID": "TIMESHARE"}, "parcel_id_normalized 'TIMESHARE': has the letter T"),
        ({"ID": " "}, "row has no parcel_id_normalized, which names a parcel"),
        ({}, "row has no parcel_id_normalized, which names a parcel"),
        ({"ID": f"{PARCEL}, {PARCEL[:-1]}2"}, "the ids of 2 parcels"),
        ({"ID": PARCEL, "CO_NO": 48}, "a record of county 48, not of 12095"),
    ],
)
def test_a_parcel_without_an_id_of_this_county_has_a_problem(cells: dict[str, Any], problem: str) -> None:
    fields = {"parcel_id": "ID", "county_fips": {"column": "CO_NO", "words": {"58": "12095"}}}
    staged = read("properties", fields, cells)

    assert staged.problem is not None
    assert problem in staged.problem
    assert read("properties", fields, {"ID": PARCEL, "CO_NO": 58}).problem is None


def test_an_unreadable_parcel_id_leaves_a_sale_without_a_parcel_and_not_with_its_old_one() -> None:
    staged = read("tax_sales", {"tda_number": "K", "parcel_id": "ID"}, {"K": "2023-1", "ID": "MULTIPLE"})

    assert staged.problem is None
    assert staged.content["parcel_id_normalized"] is None
    assert staged.content["parcel_id"] == "MULTIPLE"
    assert [issue["field"] for issue in staged.issues] == ["parcel_id_normalized"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "kept", "kinds"),
    [
        (28.5, -81.4, True, []),
        (0, 0, False, []),
        (1523456.0, 532890.0, False, ["unparseable", "unparseable"]),  # feet of a projection
        (-81.4, 28.5, False, ["doubtful", "doubtful"]),  # the other way round
        (28.5, None, False, ["unparseable"]),
        (None, None, False, []),
    ],
)
def test_a_point_is_kept_where_it_can_be_one(
    latitude: Any, longitude: Any, kept: bool, kinds: list[str]
) -> None:
    cells = {"ID": PARCEL, "@latitude": latitude, "@longitude": longitude}
    staged = read("properties", {"parcel_id": "ID"}, cells)

    assert [issue["kind"] for issue in staged.issues] == kinds
    assert staged.content.get("location_kind") == ("centroid" if kept else None)
    assert ("latitude" in staged.content, "longitude" in staged.content) == (kept, kept)
    there = {**cells, "@latitude": 28.5, "@longitude": -81.4}
    for cell, point, kind in [
        (None, "point", "point"),
        ("point", None, "point"),  # as a layer of points says
        ("geocode", "centroid", "centroid"),  # the county's file has the last word
    ]:
        said = read("properties", {"parcel_id": "ID"}, {**there, "@location_kind": cell}, point=point)
        assert said.content["location_kind"] == kind


@pytest.mark.parametrize(
    ("mailing", "situs", "homestead", "state", "absentee"),
    [
        ("12 N Main Street", "12 NORTH MAIN ST", "N", "FL", False),
        ("12 N Main St Apt 4", "12 N MAIN ST # 4", "N", "FL", False),
        ("12 N Main St", "12 N MAIN ST", "N", "GA", True),
        ("PO Box 5", "12 N MAIN ST", "N", "FL", True),
        ("PO Box 5", "12 N MAIN ST", "Y", "FL", False),
        ("PO Box 5", "12 N MAIN ST", " ", "FL", None),
        ("12 N Main St", "12 N MAIN ST", " ", "FL", False),
        ("PO Box 5", " ", "N", "FL", None),
    ],
)
def test_an_owner_is_absent_where_bills_go_elsewhere_and_no_homestead_is_granted(
    mailing: str, situs: str, homestead: str, state: str, absentee: bool | None
) -> None:
    fields = {"parcel_id": "ID", "roll_year": {"const": 2025}, "mailing_address": "M", "mailing_state": "S",
              "homestead": "H", "absentee": "SITUS"}  # fmt: skip
    cells = {"ID": PARCEL, "M": mailing, "S": state, "H": homestead, "SITUS": situs}

    assert read("property_records", fields, cells).content["absentee"] is absentee


def test_the_outline_is_kept_once() -> None:
    outline = {
        "type": "Polygon",
        "coordinates": [[[-81.4, 28.5], [-81.3, 28.5], [-81.3, 28.6], [-81.4, 28.5]]],
    }
    staged = read("properties", {"parcel_id": "ID"}, {"ID": PARCEL, "@shape": outline})

    assert staged.content["shape"] == outline
    assert staged.raw == b'{"ID":"272035664500001"}'


@pytest.mark.parametrize(
    ("kind", "fields", "problem"),
    [
        ("tax_sales", {"parcel_id": "A"}, "tda_number is missing: it names a tax sale"),
        ("properties", {"address": "A"}, "parcel_id is missing: it names a parcel"),
        ("properties", {"parcel_id": "A", "price": "B"}, "price is no field of properties"),
        ("properties", {"parcel_id": "A", "address_normalized": "B"}, "is made from other fields"),
        ("properties", {"parcel_id": "A", "city": {"column": "B", "times": 2}}, "city is no number"),
        ("tax_sales", {"tda_number": {"year": "Y", "month": "M"}}, "tda_number is no day"),
    ],
)
def test_columns_that_cannot_fill_a_kind_are_named(kind: str, fields: Any, problem: str) -> None:
    assert any(problem in each for each in problems_of(KINDS[kind], columns(**fields)))
    with pytest.raises(UsageError, match=problem):
        RecordReader(KINDS[kind], ORANGE, columns(**fields))


def test_the_columns_of_a_layer_are_known_before_its_rows() -> None:
    fields = columns(
        parcel_id="A", last_sale_date={"year": "Y", "month": "M"}, address={"columns": ["A", "B"]}
    )
    assert names_of(fields) == ["A", "Y", "M", "B"]


_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=9),
    st.dates(),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
_FIELDS = {
    kind.name: [
        field.name
        for field in kind.fields
        if field.name not in ("state", "parcel_id_normalized", "address_normalized")
    ]
    for kind in KINDS.values()
}
_READERS = {
    name: RecordReader(KINDS[name], ORANGE, {field: Column(column=field) for field in fields})
    for name, fields in _FIELDS.items()
}


@settings(max_examples=50)
@given(st.sampled_from(sorted(KINDS)), st.lists(_CELL, min_size=40, max_size=40), st.none() | st.just("cut"))
def test_no_row_raises_and_what_it_gives_is_json(kind: str, cells: list[Any], problem: str | None) -> None:
    row = Record(1, 1, dict(zip(_FIELDS[kind], cells, strict=False)), problem)
    staged = _READERS[kind].read(row)

    json.dumps(staged.content, allow_nan=False)
    assert (staged.problem is None) <= (staged.record_id is not None)
    assert staged.raw is not None or staged.raw_bytes is not None
