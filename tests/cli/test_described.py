"""`sources init` and `sources check`: a site described from its pages, and the description tried on them."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.workflows.source_files import read_source
from tests.cli.conftest import Cli
from tests.sites import Site, index, path_of

ALLOWED = ("--allow-private",)
QUICK = 'name = "casas"\nrequests_per_second = 50\n'
"""How the description of a source begins that no test has to wait for."""


def home_page(number: int, *, price: bool = True) -> str:
    """The page of one home, without any structured data."""
    amount = f'<div class="box"><strong class="cost">${1_000_000 + 1_000 * number:,} MXN</strong></div>'
    return (
        f'<html lang="es-MX"><head><title>Casa {number}</title></head><body><h1>Casa {number} en venta</h1>'
        f"{amount if price else ''}<ul><li>Recámaras: {number % 3 + 2}</li><li>Colonia: Barrio {number}</li>"
        f'</ul><a href="tel:5550001{number:03}">55 5000 1{number:03}</a></body></html>'
    )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Twelve homes on two pages; the page of the last answers 503."""
    async with Site.up() as up:
        up.lists(list(range(6)), list(range(6, 12)), total=12)
        up.pages["/homes?page=1"] = up.pages["/homes?page=1"].replace("<html>", '<html lang="es-MX">')  # type: ignore[union-attr]
        up.pages |= {path_of(number): home_page(number) for number in range(12)}
        yield up


async def test_a_site_is_described_from_its_pages(site: Site, cli: Cli, home: Path) -> None:
    told = await cli("sources", "init", "--url", site.start, "--name", "casas", *ALLOWED)
    assert told.exit_code == 0
    assert "The start page links to 6 listings and says that there are 12" in told.stdout
    path = home / "sources" / "casas.toml"
    assert f"Wrote {path}" in told.stdout
    source = read_source(path)
    assert (source.name, source.start, source.currency, source.language) == (
        *("casas", (site.start,), "MXN", "spanish"),
    )
    text = path.read_text(encoding="utf-8")
    assert '# price = "strong.cost"' in text
    assert "#   price" in text
    assert "Not found on any page:" in text


async def test_a_proposed_recipe_finds_what_it_was_drafted_from(site: Site, cli: Cli, home: Path) -> None:
    await cli("sources", "init", "--url", site.start, "--name", "casas", *ALLOWED)
    path = home / "sources" / "casas.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = ("# [recipe.fields]", "# price = ", "# title = ")
    path.write_text("\n".join(line.removeprefix("# ") if line.startswith(wanted) else line for line in lines))
    checked = (await cli("sources", "check", "casas", *ALLOWED, "--json")).document
    assert checked["success"] is True
    where = {field["field"]: field["where"] for field in checked["fields"]}
    assert (where["price"], where["title"]) == (["recipe strong.cost"], ["recipe h1"])


async def test_contacts_are_neither_shown_nor_written(site: Site, cli: Cli, home: Path) -> None:
    told = await cli("sources", "init", "--url", site.start, "--name", "casas", *ALLOWED)
    text = (home / "sources" / "casas.toml").read_text(encoding="utf-8")
    assert "agent_phone" in text
    assert "5550001" not in text + told.stdout


async def test_a_description_that_a_person_may_have_edited_is_not_overwritten(
    site: Site, cli: Cli, home: Path
) -> None:
    given = ("sources", "init", "--url", site.start, "--name", "casas", *ALLOWED)
    await cli(*given)
    again = await cli(*given)
    assert again.exit_code == 2
    assert "is there already and may have been edited" in again.stderr


async def test_a_description_goes_to_stdout_when_asked(site: Site, cli: Cli) -> None:
    told = await cli("sources", "init", "--url", site.start, "--out", "-", *ALLOWED)
    assert tomllib.loads(told.stdout)["start"] == [site.start]


async def test_a_place_that_is_empty_on_every_page_fails_the_check(
    site: Site, cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "casas.toml"
    path.write_text(
        f'{QUICK}start = ["{site.start}"]\n[recipe.fields]\nprice = ".amount"\nbedrooms = "xpath://li[1]"\n'
    )
    checked = await cli("sources", "check", str(path), *ALLOWED)
    assert checked.exit_code == 1
    assert "The recipe finds nothing on any page for price: .amount" in checked.stdout
    assert 'strong.cost would find "$1,000,000 MXN"' in checked.stdout
    assert (await cli("sources", "check", str(path), *ALLOWED, "--json")).document["empty_places"] == [
        "price"
    ]


async def test_what_would_find_a_field_is_named(site: Site, cli: Cli, tmp_path: Path) -> None:
    """By its label, or by a name that is written otherwise; a contact is not shown."""
    path = tmp_path / "casas.toml"
    path.write_text(
        f'{QUICK}start = ["{site.start}"]\n[recipe.fields]\nneighborhood = "label:Barrio"\n'
        'description = ".bx"\nagent_phone = "#phone"\nbedrooms = {at = "h1", pattern = "x"}\n'
        '[recipe.index.fields]\ntitle = "h2"\nstate = "b"\n'
    )
    checked = await cli("sources", "check", str(path), *ALLOWED)
    for said in (
        'label:Colonia would find "Barrio 0"',
        '.box would find "$1,000,000 MXN"',
        "The recipe can read no page's bedrooms, such as \"Casa 0 en venta\": h1: the pattern 'x'",
        "Of its cards the recipe finds title on 6, state on 0.",
        "The recipe finds nothing on any card for state: b",
    ):
        assert said in checked.stdout
    assert "5550001" not in checked.stdout
    assert checked.exit_code == 1


async def test_a_page_that_fails_is_named_with_why(site: Site, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "casas.toml"
    path.write_text(f'{QUICK}start = ["{site.start}"]\n')
    site.pages[path_of(0)] = "<html><body><p>Nothing here.</p></body></html>"
    checked = await cli("sources", "check", str(path), "--pages", "6", *ALLOWED)
    assert checked.exit_code == 1
    assert "5 of 6 pages gave a listing." in checked.stdout
    assert f"{site.base}{path_of(0)}: " in checked.stdout


async def test_a_cell_that_cannot_be_read_is_shown_with_why(site: Site, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "casas.toml"
    path.write_text(f'{QUICK}start = ["{site.start}"]\n[recipe.fields]\nbedrooms = "h1"\n')
    checked = await cli("sources", "check", str(path), *ALLOWED)
    assert 'bedrooms: 5 cells not read, such as "Casa 0 en venta": ' in checked.stdout


async def test_saved_pages_are_checked_without_the_site(cli: Cli, tmp_path: Path) -> None:
    """In the encoding that they name, and by the ids of their own addresses."""
    for number in range(3):
        page = home_page(number).replace(
            "<head>",
            f'<head><meta charset="latin-1"><link rel="canonical" href="https://casas.example/{number}77">',
        )
        (tmp_path / f"{number}.html").write_bytes(page.encode("latin-1"))
    (tmp_path / "casas.toml").write_text('name = "casas"\n')
    saved = [str(tmp_path / f"{number}.html") for number in range(3)]
    checked = (await cli("sources", "check", str(tmp_path / "casas.toml"), *saved, "--json")).document
    assert checked["success"] is True
    found = {field["field"]: field for field in checked["fields"]}
    assert found["bedrooms"]["pages"] == 3
    assert found["neighborhood"]["samples"] == ["Barrio 0", "Barrio 1", "Barrio 2"]


async def test_a_mistake_in_a_description_names_its_file_line_and_key(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "casas.toml").write_text('name = "casas"\nstart = ["casas.example/homes"]\n')
    checked = await cli("sources", "check", str(tmp_path / "casas.toml"))
    assert checked.exit_code == 2
    assert "casas.toml, line 2: start.0: each is the whole address of a page" in checked.stderr


async def test_the_page_of_one_listing_describes_its_site_without_a_start(
    site: Site, cli: Cli, home: Path
) -> None:
    told = await cli("sources", "init", "--url", site.base + path_of(1), "--name", "casas", *ALLOWED)
    assert "The start page is that of one listing." in told.stdout
    assert read_source(home / "sources" / "casas.toml").start == ()
    assert "scrape --source" not in told.stdout


async def test_a_start_page_without_listings_describes_nothing(site: Site, cli: Cli, home: Path) -> None:
    site.pages["/about"] = "<html><body><h1>About</h1><p>Since 1990.</p></body></html>"
    told = await cli("sources", "init", "--url", f"{site.base}/about", *ALLOWED)
    assert told.exit_code == 1
    assert "no listing and no list of listings on the page" in told.stderr
    assert not (home / "sources").exists()


# scraping what is described


async def test_a_scrape_starts_at_each_page_that_the_source_names(
    site: Site, cli: Cli, tmp_path: Path
) -> None:
    site.pages["/rent"] = index([path_of(20), path_of(21)])
    site.pages |= {path_of(number): home_page(number) for number in (20, 21)}
    path = tmp_path / "casas.toml"
    path.write_text(f'{QUICK}start = ["{site.start}", "{site.base}/rent"]\n')
    scraped = (await cli("scrape", "--source", str(path), *ALLOWED, "--json")).document
    assert [one["session"]["rows"] for one in scraped["scrapes"]] == [12, 2]
    assert (await cli("scrape", "--source", "casas", *ALLOWED, "--json")).exit_code == 0


async def test_a_start_page_that_fails_keeps_no_other_from_being_scraped(
    site: Site, cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "casas.toml"
    path.write_text(f'{QUICK}start = ["{site.base}/gone", "{site.start}"]\n')
    scraped = await cli("scrape", "--source", str(path), *ALLOWED, "--json")
    assert scraped.exit_code == 4
    failed, done = scraped.document["scrapes"]
    assert (failed["url"], failed["success"]) == (f"{site.base}/gone", False)
    assert done["session"]["rows"] == 12


async def test_a_source_that_names_no_start_page_is_not_scraped(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "casas.toml").write_text('name = "casas"\n')
    scraped = await cli("scrape", "--source", str(tmp_path / "casas.toml"))
    assert scraped.exit_code == 2
    assert "source casas names no start page" in scraped.stderr
