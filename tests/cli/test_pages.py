"""Kept pages: stored as they came, read again after a recipe was fixed, explained, erased and removed."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.cli.conftest import Cli
from tests.sites import Site, detail, id_of, path_of

SOURCE = """
name = "acme"
hosts = ["127.0.0.1"]
start = ["{start}"]
currency = "MXN"
requests_per_second = 50.0
{more}
[recipe.fields]
price = "{price}"
"""

SHOWN = "<p class=was>$9,000,000</p><p class=now>${price:,}</p><p class=agent>{agent}</p>"


def page(number: int, price: int, agent: str = "") -> str:
    """A home's page with a former price above its own."""
    html = detail(number)
    return html.replace("</body>", SHOWN.format(price=price, agent=agent) + "</body>")


def describe(home: Path, site: Site, price: str, more: str = "") -> None:
    """Write the source's file, with this place for the price."""
    (home / "sources").mkdir(parents=True, exist_ok=True)
    text = SOURCE.format(start=site.start, price=price, more=more)
    (home / "sources" / "acme.toml").write_text(text)


def kept(home: Path) -> dict[str, bytes]:
    """The kept pages by their hash, unpacked."""
    files = [path for path in (home / "pages").rglob("*") if path.is_file()]
    return {path.name.partition("-")[0]: gzip.decompress(path.read_bytes()) for path in files}


async def prices(cli: Cli) -> dict[str, float]:
    found = (await cli("search", "--source", "acme", "--json")).document["listings"]
    return {one["property_id"]: float(one["price"]) for one in found}


@pytest.fixture
def portal(site: Site, home: Path) -> Site:
    """Three homes, and a source whose recipe takes the former price."""
    site.lists([1, 2, 3])
    site.pages |= {path_of(number): page(number, 1_000_000 + number) for number in (1, 2, 3)}
    describe(home, site, ".was")
    return site


async def scrape(cli: Cli, *more: str) -> Any:
    return (await cli("scrape", "--source", "acme", "--allow-private", "--json", *more)).document


async def test_a_fixed_recipe_reads_kept_pages_again_and_fetches_nothing(
    portal: Site, home: Path, cli: Cli
) -> None:
    scraped = await scrape(cli)
    assert scraped["session"]["pages_kept"] == {"kept": 4, "left_out": 0, "reason": None}
    assert set((await prices(cli)).values()) == {9_000_000.0}
    seen = (await cli("search", "--source", "acme", "--json")).document["listings"][0]["last_seen_at"]
    describe(home, portal, ".now")
    portal.asked.clear()
    read = await cli("crawl", "reparse", "--source", "acme")
    assert read.exit_code == 0, read.stderr
    assert "3 rows from 4 kept pages of acme, nothing fetched." in read.stdout
    assert await prices(cli) == {id_of(n): 1_000_000.0 + n for n in (1, 2, 3)}
    assert portal.asked == []
    listings = (await cli("search", "--source", "acme", "--json")).document["listings"]
    assert listings[0]["last_seen_at"] == seen, (
        "a page shows its listing when it was fetched, not when it is read"
    )


async def test_explain_reaches_the_page_as_it_came(portal: Site, home: Path, cli: Cli) -> None:
    await scrape(cli)
    told = await cli("explain", "--source", "acme", "--property-id", id_of(2), "--field", "price", "--json")
    page = told.document["fields"][0]["raw"]["page"]
    served = str(portal.pages[path_of(2)]).encode()
    assert page["hash"] == sha256(served).hexdigest()
    assert gzip.decompress(Path(page["place"]).read_bytes()) == served
    assert (page["status"], page["url"]) == (200, f"{portal.base}{path_of(2)}")
    assert Path(page["place"]).stat().st_mode & 0o077 == 0
    shown = (await cli("explain", "--source", "acme", "--property-id", id_of(2), "--field", "price")).stdout
    assert page["hash"][:16] in shown


async def test_equal_pages_are_kept_once_and_a_token_of_the_url_nowhere(
    portal: Site, home: Path, cli: Cli, superuser: asyncpg.Connection
) -> None:
    token = "sk-0123456789abcdef0123456789abcdef"
    start = f"/homes?page=1&token={token}"
    portal.pages[start] = str(portal.pages["/homes?page=1"]).replace(
        "<body>", f"<body><a href='{start}'>again</a>"
    )
    for _ in range(2):
        await cli("scrape", "--source", "acme", "--allow-private", "--url", f"{portal.base}{start}")
    assert await superuser.fetchval("select count(*) from property_manager.pages") == 8
    assert len(kept(home)) == 4
    assert not [content for content in kept(home).values() if token.encode() in content]
    assert token not in str(await superuser.fetch("select * from property_manager.pages"))


async def test_old_pages_never_overwrite_what_came_later(portal: Site, home: Path, cli: Cli) -> None:
    await scrape(cli)
    describe(home, portal, ".now", "keep_pages = 0")
    portal.pages[path_of(3)] = 404
    await scrape(cli)
    asked = await cli("crawl", "reparse", "--source", "acme", "--json")
    assert (asked.document["session"]["outdated"], asked.document["session"]["rows"]) == (2, 1)
    await cli("sources", "remove", "acme", "--listings", "--yes")
    asked = await cli("crawl", "reparse", "--source", "acme", "--json")
    assert (asked.exit_code, asked.document["session"]["outdated"]) == (3, 3)


async def test_an_old_page_is_no_new_sighting(portal: Site, home: Path, cli: Cli) -> None:
    """A listing that its source has not shown since the page was fetched stays away."""
    portal.lists([1, 2, 3])
    await scrape(cli)
    describe(home, portal, ".now", "keep_pages = 0")
    portal.lists([1, 2])
    await scrape(cli)
    asked = await cli("crawl", "reparse", "--source", "acme", "--json")
    assert (asked.exit_code, asked.document["session"]["outdated"]) == (3, 3)


async def test_pages_that_cannot_be_kept_or_read_again_are_reported(
    portal: Site, home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = await cli("crawl", "reparse", "--source", str(home / "sources" / "acme.toml"))
    assert (missing.exit_code, "no page of acme is kept" in missing.stderr) == (2, True)
    (home / "file").touch()
    monkeypatch.setenv("PROPERTY_MANAGER_PAGES", str(home / "file"))
    full = await cli("scrape", "--source", "acme", "--allow-private")
    assert full.exit_code == 0
    assert "note: 4 pages not kept: keeping a page in" in full.stdout
    monkeypatch.delenv("PROPERTY_MANAGER_PAGES")
    await scrape(cli)
    for path in (home / "pages").rglob(f"{sha256(str(portal.pages[path_of(1)]).encode()).hexdigest()}*"):
        path.write_bytes(path.read_bytes()[:-9])
    read = await cli("crawl", "reparse", "--source", "acme", "--json")
    assert (read.exit_code, read.document["session"]["failed"], read.document["session"]["rows"]) == (4, 1, 2)
    why = await cli("session-details", "--session-id", read.document["session"]["id"])
    assert "is damaged" in why.stdout


async def test_what_is_erased_goes_from_kept_pages_and_stays_out(portal: Site, home: Path, cli: Cli) -> None:
    phone, plain = "+52 999 123 4567", b"999 123 4567"
    portal.pages[path_of(1)] = page(1, 1_000_001, f"Juan: {phone}")
    portal.pages[path_of(2)] = page(2, 1_000_002, "Juan: " + "".join(f"&#{ord(one)};" for one in phone))
    await scrape(cli)
    tried = await cli("erase", "--contact", phone, "--dry-run", "--json")
    assert (tried.document["kept_pages"], len(kept(home))) == (2, 4)
    done = await cli("erase", "--contact", phone, "--json")
    assert done.document["kept_pages"] == 2
    contents = kept(home)
    assert len(contents) == 3, "the page that hides it in entities is deleted, the other overwritten"
    assert not [content for content in contents.values() if plain in content]
    assert [sha256(content).hexdigest() for content in contents.values()] == list(contents)
    await scrape(cli)
    assert not [content for content in kept(home).values() if plain in content]
    told = await cli("explain", "--source", "acme", "--property-id", id_of(1), "--field", "title", "--json")
    assert told.document["fields"][0]["raw"]["page"]["erased_at"] is not None


async def test_the_own_page_of_an_erased_listing_goes_and_is_not_kept_again(
    portal: Site, home: Path, cli: Cli
) -> None:
    await scrape(cli)
    own = str(portal.pages[path_of(1)]).encode()
    assert own in kept(home).values()
    done = await cli("erase", "--source", "acme", "--property-id", id_of(1), "--json")
    assert done.document["kept_pages"] == 1
    await scrape(cli)
    assert own not in kept(home).values()
    assert len(kept(home)) == 3


async def test_cleanup_removes_pages_that_are_too_old(
    portal: Site, home: Path, cli: Cli, superuser: asyncpg.Connection
) -> None:
    await scrape(cli)
    await superuser.execute(
        "update property_manager.pages set fetched_at = fetched_at - interval '31 days' where url ~ 'casa'"
    )
    assert (await cli("cleanup", "--dry-run", "--json")).document["pages"] == 3
    assert len(kept(home)) == 4
    assert (await cli("cleanup", "--json")).document["pages"] == 3
    assert len(kept(home)) == 1
    assert await superuser.fetchval("select count(*) from property_manager.page_bodies") == 1
