"""A source whose pages need a browser: checked and scraped like any other; without the extra it is said."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.scrapers.app import App
from tests.scrapers.browser.installed import missing, on_path

SOURCE = """
name = "app"
hosts = ["127.0.0.1"]
start = ["{base}/"]
currency = "MXN"
requests_per_second = 50.0
browser = true
"""


@pytest.fixture
async def app(home: Path) -> AsyncIterator[App]:
    """An application whose pages are empty without a script, and a source that says so."""
    async with App.up(4) as up:
        (home / "sources").mkdir(parents=True)
        (home / "sources" / "app.toml").write_text(SOURCE.format(base=up.base))
        yield up


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
async def test_a_site_that_only_scripts_build_is_checked_and_goes_live(
    app: App, cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch)
    checked = await cli("sources", "check", "app", "--pages", "1", "--allow-private")
    assert checked.exit_code == 0, checked.stdout + checked.stderr
    scraped = await cli("scrape", "--source", "app", "--allow-private", "--json")
    assert scraped.exit_code == 0, scraped.stdout + scraped.stderr
    assert (scraped.document["session"]["rows"], scraped.document["session"]["verdict"]) == (4, "complete")
    found = (await cli("search", "--source", "app", "--json")).document["listings"]
    assert {one["property_id"]: (float(one["price"]), one["bedrooms"]) for one in found} == {
        one["id"]: (one["price"], one["bedrooms"]) for one in app.homes
    }
    app.asked.clear()
    again = await cli("crawl", "reparse", "--source", "app", "--json")
    assert (again.document["session"]["rows"], again.document["metrics"]["unchanged_properties"]) == (4, 4)
    assert app.asked == [], "the page is kept as the browser showed it"


async def test_without_the_extra_a_browser_is_not_to_be_had(
    app: App, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "crawl4ai", None)
    ended = await cli("scrape", "--source", "app", "--allow-private")
    assert ended.exit_code == 2
    assert "the extra that drives one is not installed" in ended.stderr
    assert "pip install 'property-manager[browser]'" in ended.stderr
    assert app.asked == []
