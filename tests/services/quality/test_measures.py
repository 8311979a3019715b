"""What is measured of a session: shares of two counts, and a reason where nothing could be counted."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.errors import NotFoundError
from services.pipeline import SyncResult
from services.quality import Measure, measures
from services.quality.measures import CHARACTERISTICS
from tests.catalogue import Catalogue, Row, home, homes, without

Found = dict[tuple[str, str, str | None, str | None], Measure]


async def measured(catalogue: Catalogue, result: SyncResult) -> Found:
    found = await measures(catalogue.database, result.session_id)
    return {(each.characteristic, each.measure, each.field, each.rule_name): each for each in found}


def share(
    found: Found, characteristic: str, measure: str, field: str | None = None, rule: str | None = None
) -> tuple[int | None, int | None]:
    each = found[characteristic, measure, field, rule]
    return (each.numerator, each.denominator)


async def test_every_characteristic_is_measured_or_says_why_not(catalogue: Catalogue) -> None:
    found = await measured(catalogue, await catalogue.run(homes(4)))
    assert {each.characteristic for each in found.values()} == set(CHARACTERISTICS)
    assert all((each.value is None) == bool(each.reason) for each in found.values())


async def test_completeness_counts_cells_of_the_fields_that_a_session_has(catalogue: Catalogue) -> None:
    """An absent field is not assessed, a blank cell is not filled, and a repeated row was delivered too."""
    result = await catalogue.run([home(1), home(2, city=""), without(home(3), "bathrooms"), home(1)])
    found = await measured(catalogue, result)
    assert share(found, "completeness", "cells", "city") == (3, 4)
    assert share(found, "completeness", "cells", "bathrooms") == (3, 4)
    video = found["completeness", "cells", "video_url", None]
    assert (video.value, video.reason) == (None, "no row of the session has a cell with content of it")
    assert share(found, "uniqueness", "ids") == (3, 4)
    whole = found["completeness", "weighted", None, None]
    assert whole.value == pytest.approx(1 - (0.1 + 0.05) / 4)
    assert result.metrics.completeness_rate == round(whole.value, 3)


async def test_validity_counts_each_cell_once_for_each_rule_that_checked_it(catalogue: Catalogue) -> None:
    rows = [*homes(6), home(7, bedrooms=30), home(8, bedrooms=400), without(home(9), "bedrooms")]
    found = await measured(catalogue, await catalogue.run(rows))
    assert share(found, "validity", "rule", "bedrooms", "bedrooms_range") == (7, 8)
    assert share(found, "validity", "rule", "bedrooms", "bedrooms_usual") == (6, 8)
    assert share(found, "validity", "checks", "bedrooms") == (13, 16)
    assert share(found, "validity", "rows") == (8, 9)
    assert share(found, "credibility", "rows") == (7, 8)
    email = found["validity", "rule", "agent_email", "valid_email"]
    assert (email.value, email.reason) == (None, "no row has a value of agent_email that it is about")
    nightly = found["validity", "rule", "price", "rent_per_night"]
    assert nightly.value is None  # all of them are for sale


async def test_a_rule_for_some_rows_is_measured_by_those(catalogue: Catalogue) -> None:
    rents = [home(n, operation_type="rent", price=9_000, price_period="month") for n in range(1, 4)]
    found = await measured(catalogue, await catalogue.run([*rents, home(4), home(5, price=900)]))
    assert share(found, "validity", "rule", "price", "rent_per_month") == (3, 3)
    assert share(found, "validity", "rule", "price", "price_range") == (1, 2)


async def test_unchanged_rows_keep_what_was_found_of_them(catalogue: Catalogue) -> None:
    rows = [*homes(6), home(7, bedrooms=30)]
    first = await measured(catalogue, await catalogue.run(rows))
    again = await measured(catalogue, await catalogue.run(rows, day=1))
    one_more = await measured(catalogue, await catalogue.run([*rows, home(8)], day=2))
    assert share(first, "validity", "rule", "bedrooms", "bedrooms_usual") == (6, 7)
    assert {key: share(again, *key) for key in again if key[2] != "price"} == {
        key: share(first, *key) for key in first if key[2] != "price"
    }
    assert share(one_more, "validity", "rule", "bedrooms", "bedrooms_usual") == (7, 8)


async def test_where_no_rule_ran_nothing_is_valid(catalogue: Catalogue) -> None:
    found = await measured(catalogue, await catalogue.run(homes(3), with_rules=False))
    valid = [each for each in found.values() if each.characteristic in ("validity", "consistency")]
    assert valid
    assert all(each.value is None and each.reason for each in valid)


async def test_unread_and_doubtful_cells_are_not_credible(catalogue: Catalogue) -> None:
    found = await measured(catalogue, await catalogue.run([*homes(3), home(4, bedrooms="ab Mitte sechzehn")]))
    assert share(found, "credibility", "cells", "bedrooms") == (3, 4)
    assert share(found, "completeness", "cells", "bedrooms") == (3, 4)


async def test_disagreeing_fields_are_inconsistent(catalogue: Catalogue) -> None:
    rows = [home(n, gps_coordinates=f"20.9,{-89.6 + n / 1000}") for n in (1, 2)]
    found = await measured(catalogue, await catalogue.run([*rows, home(3, gps_coordinates="-89.6,20.9")]))
    assert share(found, "consistency", "rule", "gps_coordinates", "gps_agrees") == (2, 3)
    assert share(found, "consistency", "checks") == (2, 3)


async def test_a_row_without_an_id_has_no_identity(catalogue: Catalogue) -> None:
    found = await measured(catalogue, await catalogue.run([*homes(3), without(home(4), "property_id")]))
    assert share(found, "integrity", "identity") == (3, 4)


async def test_rows_are_fresh_for_a_day(catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(4))
    soon = await measured(catalogue, await catalogue.sync(session, day=0.5, dry_run=True))
    late = await measured(catalogue, await catalogue.sync(session, day=3))
    assert share(soon, "freshness", "rows") == (4, 4)
    assert share(late, "freshness", "rows") == (0, 4)


async def test_a_dry_run_is_measured(catalogue: Catalogue) -> None:
    found = await measured(catalogue, await catalogue.run(homes(3), dry_run=True))
    assert share(found, "validity", "rows") == (3, 3)


@pytest.mark.parametrize("rows", [[], [{"title": "no id"}]])
async def test_an_empty_or_useless_session_is_measured(catalogue: Catalogue, rows: list[Row]) -> None:
    """It has no share of anything but of identity, and never a full one."""
    found = await measured(catalogue, await catalogue.run(rows))
    assert {each.characteristic for each in found.values()} == set(CHARACTERISTICS)
    assert all(each.value in (None, 0) for each in found.values())


async def test_a_session_that_was_not_planned_says_so(catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(2))
    found = await measures(catalogue.database, session)
    assert {each.characteristic for each in found} == set(CHARACTERISTICS)
    assert all(each.value is None and "not planned yet" in (each.reason or "") for each in found)


async def test_an_unknown_session_has_no_measures(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="there is no session"):
        await measures(catalogue.database, uuid4())
