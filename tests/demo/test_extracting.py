"""Every page of the sample portal is extracted without a recipe, as its own home."""

from __future__ import annotations

import pytest

from config.source import Source
from demo.portal.days import Card, Day, on_offer, similar
from demo.portal.homes import Home, Style
from demo.portal.render import detail_page
from scrapers.extract import Page, extract_listing
from tests.demo.expected import EXPECTED
from tests.tables import rows

BASE = "http://127.0.0.1:8000"
SOURCE = Source(name="tecolote", country="MX", currency="MXN", language="spanish")


def raw(home: Home, day: Day) -> dict[str, object]:
    url = BASE + Card(home).path
    return dict(extract_listing(Page(detail_page(home, similar(home, day), base=BASE), url), SOURCE).raw)


@rows("home", on_offer(Day.TUE).values())
def test_a_page_reads_as_its_own_home(home: Home) -> None:
    row = {name: "" if value is None else str(value) for name, value in raw(home, Day.TUE).items()}
    assert row["property_id"] == home.id
    assert row["title"] == home.title
    assert row["city"] == home.place.city
    assert row["neighborhood"] == home.place.neighborhood
    assert row["bedrooms"] == str(home.bedrooms) if home.bedrooms else not row.get("bedrooms")
    if home.price.amount is None:
        assert "consultar" in row["price"]
    else:
        digits = row["price"].replace(",", "")
        assert str(home.price.amount) in digits or f"{home.price.amount / 1e6:g} MDP" in digits


@pytest.mark.parametrize("style", Style)
def test_similar_homes_do_not_contaminate_a_page(style: Style) -> None:
    for home in (home for home in on_offer(Day.TUE).values() if home.style is style):
        alone = detail_page(home, [], base=BASE)
        url = BASE + Card(home).path
        assert raw(home, Day.TUE) == dict(extract_listing(Page(alone, url), SOURCE).raw), home.id


def test_pages_change_only_as_the_story_does() -> None:
    for before, after in ((Day.MON, Day.TUE), (Day.TUE, Day.THU)):
        known, now = on_offer(before), on_offer(after)
        changed = sum(raw(known[key], before) != raw(now[key], after) for key in known.keys() & now.keys())
        expected = EXPECTED[after]
        assert changed == expected.updated_properties + expected.reactivated_properties
