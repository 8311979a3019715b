"""`search`: listings by what a person knows of them; all conditions are met, and every page adds up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.catalogue import Catalogue, home
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today
from tests.tables import rows as each_of


@pytest.fixture
async def homes_found(acme: Catalogue) -> Catalogue:
    """Five homes of two sources."""
    await acme.run(
        [
            home(1, title="Casa con alberca", city="Mérida", price=1_000_000),
            home(2, title="Departamento", property_type="Departamento", city="Mérida", price=2_000_000),
            home(3, title="Casa grande", city="Valladolid", price=9_000_000, bedrooms=5),
            home(4, title="Local", city="Cancún", operation_type="rent", price=15_000, postal_code="77500"),
        ],
        day=today(),
    )
    other = await other_source(acme, "other")
    await other.run([home(1, city="Mérida", price=1_500_000)], day=today())
    return acme


@each_of(
    ("options", "found"),
    [
        ("--place merida", ["acme/A-1", "acme/A-2", "other/A-1"]),
        ("--place MÉRIDA --source acme", ["acme/A-1", "acme/A-2"]),
        ("--place 77500", ["acme/A-4"]),
        ("--min-price 1.2m --max-price 2,000,000", ["acme/A-2", "other/A-1"]),
        ("--max-price 300k", ["acme/A-4"]),
        ("--type Casas --place merida", []),
        ("--type DEPARTAMENTO", ["acme/A-2"]),
        ("--operation rent", ["acme/A-4"]),
        ("--bedrooms 4", ["acme/A-3"]),
        ("--text alberca", ["acme/A-1"]),
        ("--text grande --source acme", ["acme/A-3"]),
        ("--currency usd", []),
        ("--status removed", []),
    ],
)
async def test_a_listing_is_found_by_what_is_known_of_it(
    options: str, found: list[str], homes_found: Catalogue, cli: Cli
) -> None:
    document = (await cli("search", *options.split(), "--json")).document
    assert [f"{each['source']}/{each['property_id']}" for each in document["listings"]] == found
    assert document["total"] == len(found)


async def test_pages_have_every_listing_once(homes_found: Catalogue, cli: Cli) -> None:
    seen: list[str] = []
    after: list[str] = []
    for _ in range(3):
        page = (await cli("search", "--limit", "2", *after, "--json")).document
        assert page["total"] == 5
        seen += [f"{each['source']}/{each['property_id']}" for each in page["listings"]]
        after = ["--after", page["after"] or ""]
    assert (seen, after[1]) == (["acme/A-1", "acme/A-2", "acme/A-3", "acme/A-4", "other/A-1"], "")
    shown = (await cli("search", "--limit", "2", "--place", "merida")).stdout
    assert "3 listings, 2 of them here" in shown
    assert "… more: property-manager search --place merida --after acme/A-2" in shown


async def test_what_is_found_is_written_with_all_fields(homes_found: Catalogue, cli: Cli, home: Path) -> None:
    ended = await cli("search", "--place", "merida", "--out", "merida.csv")
    assert ended.stdout == "Wrote 3 listings to merida.csv.\n"
    rows = list(csv.DictReader((home.parent / "merida.csv").read_text().splitlines()))
    assert [(row["source"], row["property_id"], row["city"]) for row in rows] == [
        ("acme", "A-1", "Mérida"),
        ("acme", "A-2", "Mérida"),
        ("other", "A-1", "Mérida"),
    ]
    assert rows[0]["description"]


async def test_a_condition_that_is_no_condition_is_refused(homes_found: Catalogue, cli: Cli) -> None:
    for options, said in (
        (("--min-price", "2m", "--max-price", "1m"), "the lowest price is above the highest"),
        (("--min-price", "cheap"), "'cheap' is not an amount"),
        (("--max-price", "nan"), "is not an amount"),
        (("--after", "A-1"), "is not a listing"),
        (("--source", "acne"), "there is no source"),
    ):
        ended = await cli("search", *options)
        assert (ended.exit_code, said in ended.stderr) == (2, True)
    assert (await cli("search", "--place", "100%_")).stdout == "No listing matches.\n"
