"""Ids that look wrong hold the plan: a second catalogue, one id for several homes, an older file."""

from __future__ import annotations

import pytest

from tests.catalogue import Catalogue, Row, home, homes
from tests.services.pipeline.test_guard import codes


def renamed(rows: list[Row]) -> list[Row]:
    """Other homes, under the ids of these with an ending."""
    return [
        {**row, "property_id": f"{row['property_id']}.0", "title": f"Otra {n}", "address": f"Avenida {n}"}
        for n, row in enumerate(rows)
    ]


@pytest.mark.parametrize(("new", "status"), [(18, "applied"), (19, "held")])
async def test_a_known_source_of_which_nearly_every_row_is_new(
    catalogue: Catalogue, new: int, status: str
) -> None:
    """Also where absences do not count, so that no listing leaves: that would be a second catalogue."""
    await catalogue.run(homes(20))

    mixed = [*renamed(homes(new)), *homes(20)[new:]]
    result = await catalogue.run(mixed, day=1, verdict="partial")

    assert result.status == status, result.reasons
    if status == "held":
        (reason,) = result.reasons
        assert reason.code == "all_new"
        assert reason.sentence.startswith(
            "19 of 20 rows have ids that source acme never had, such as A-1.0, A-10.0, A-11.0; "
            "it had such as A-1, A-10, A-11: "
        )


async def test_a_few_new_rows_and_a_new_scope_are_no_second_catalogue(catalogue: Catalogue) -> None:
    await catalogue.run(homes(40))

    few = await catalogue.run(renamed(homes(19)), day=1, verdict="partial")
    office = [home(f"S-{number}", price=1_000_000 + number, latitude=None) for number in range(1, 30)]
    other = await catalogue.run(office, day=2, scope="import:Office=South")

    assert (few.status, other.status) == ("applied", "applied")


async def test_rows_of_one_id_that_describe_other_homes(catalogue: Catalogue) -> None:
    """An id from a postcode: twelve homes would become three."""
    rows = [{**home(n), "property_id": f"il-{62704 + n % 3}"} for n in range(12)]

    held = await catalogue.run(rows)

    assert codes(held) == {"shared_ids"}
    assert held.reasons[0].sentence.startswith(
        "9 of 12 rows have the id of another row and describe another home: "
        'il-62704 ("Calle 0" and "Calle 9"), '
    )


async def test_two_rows_in_a_hundred_may_describe_another_home(catalogue: Catalogue) -> None:
    rows = [*homes(98), home(1, bedrooms=1), home(2, bedrooms=1)]
    fine = await catalogue.run(rows, dry_run=True)
    held = await catalogue.run([*homes(97), *(home(n, bedrooms=1) for n in (1, 2, 3))], dry_run=True)

    assert (fine.status, codes(held)) == ("planned", {"shared_ids"})


async def test_an_older_price_of_the_same_home_is_no_other_home(catalogue: Catalogue) -> None:
    rows = [home(n, price=price) for n in range(1, 21) for price in (1_100_000, 1_000_000)]

    assert (await catalogue.run(rows)).status == "applied"


@pytest.mark.parametrize(
    ("repeat", "code", "what"),
    [
        (
            home(1, source_url="https://acme.example/x", price=990_000),
            "two_urls",
            "1 row has the id of another row and another url: "
            "A-1 (https://acme.example/A-1 and https://acme.example/x)",
        ),
        (
            home(1, price=10_010_000),
            "prices_apart",
            "1 row has the id of another row and a price ten times apart: A-1 (1,001,000 and 10,010,000)",
        ),
    ],
)
async def test_one_id_with_two_urls_or_prices_far_apart(
    catalogue: Catalogue, repeat: Row, code: str, what: str
) -> None:
    held = await catalogue.run([*homes(100), repeat])

    assert codes(held) == {code}
    assert held.reasons[0].sentence.startswith(what)


async def test_the_same_home_under_a_second_url_is_the_same_home(catalogue: Catalogue) -> None:
    result = await catalogue.run([*homes(3), home(1, source_url="https://acme.example/featured/1")])

    assert result.status == "applied", result.reasons


async def test_an_approved_repeat_is_not_held_again_until_it_changes(catalogue: Catalogue) -> None:
    rows = [*homes(3), home(1, title="Otra casa"), home(2, title="Otra casa")]
    await catalogue.approve(await catalogue.run(rows))

    assert (await catalogue.run(rows, day=1)).status == "applied"
    changed = [*rows[:-1], home(2, title="Otra casa", bedrooms=5)]
    assert (await catalogue.run(changed, day=2)).status == "applied", "one is less than two"
