"""One detail page → one raw row: every place on it read, this page's listing only, with evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from config.errors import ExtractionError
from config.source import Source
from parsing.operation import operation_of
from parsing.staged import Issue
from parsing.text import fold, squeeze, words
from parsing.vocabulary.blank import is_blank
from scrapers.extract.against import missing, square_metres
from scrapers.extract.amounts import has_period
from scrapers.extract.attributes import own_data
from scrapers.extract.cards import find_cards
from scrapers.extract.chunks import Content
from scrapers.extract.contacts import is_company
from scrapers.extract.content import content
from scrapers.extract.country import is_bare, shared_currency, stated_country, stated_currency, us_place
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.gallery import pictures, prose
from scrapers.extract.jsonld import jsonld
from scrapers.extract.labels import read_labels
from scrapers.extract.merge import blank_cells, merge
from scrapers.extract.meta import attribute_facts, contact_links, heading_facts, meta_facts, operation_facts
from scrapers.extract.microdata import microdata
from scrapers.extract.money import Amount, offer_facts, read_amounts, read_price, unsettled
from scrapers.extract.page import Page, host
from scrapers.extract.places import address_facts, companion_facts, script_places
from scrapers.extract.precision import says_approximate
from scrapers.extract.recipe import Recipe, recipe_facts
from scrapers.extract.sameness import sameness
from scrapers.extract.schema import read_nodes
from scrapers.extract.status import status_facts
from scrapers.extract.subject import state_facts
from scrapers.extract.values import is_number
from scrapers.extract.witness import known_words, show_currency
from scrapers.ids import Seen, choose
from scrapers.ids.choose import LARGEST_ID
from scrapers.ids.seen import CANONICAL

_INFORMATIVE: Final = words(
    "price bedrooms bathrooms covered_area_m2 total_area_m2 lot_size_m2 property_type latitude"
    " address price_note"
)
_LIST_NUMBER: Final = re.compile(r"\[\d+\]")
_SITE_TAIL: Final = re.compile(r"\s*[|\-–—•·:]\s*([^|\-–—•·:]{2,40})$")
_NEARLY: Final = Decimal("0.98")
_BARE_AREA: Final = re.compile(r"text '[\d.,\s]+' '[^']+'")


@dataclass(frozen=True, slots=True)
class Extracted:
    """A listing as its page states it: raw values by column, where each was found, what speaks against them.

    The value of a field with a `doubtful` issue is not to be applied; that of one with an `overruled` issue
    is; one with a `missing` issue was not found where it should be.
    """

    raw: dict[str, Any]
    evidence: dict[str, str]
    issues: list[Issue]

    @property
    def certain(self) -> dict[str, Any]:
        """The raw values without those that are doubtful."""
        doubtful = {issue["field"] for issue in self.issues if issue["kind"] == "doubtful"}
        return {field: value for field, value in self.raw.items() if field not in doubtful}


def extract_listing(
    page: Page, source: Source, recipe: Recipe | None = None, listed: Mapping[str, Any] | None = None
) -> Extracted:
    """Read the listing a detail page is about; raises ExtractionError when there is none.

    `listed` are values that the list which leads to the page states of it. They count where it says nothing.
    """
    facts, issues = recipe_facts(page, recipe, source) if recipe else ([], [])
    visible = _own_part(page)
    amounts = read_amounts(visible)
    facts += read_page(page, visible, amounts)
    facts, unknown = known_words(facts)
    raw, evidence, doubts = merge(facts)
    show_currency(raw, evidence, facts)
    _finish(raw, evidence, page)
    _settle(raw, evidence, page, source, listed or {})
    _name(raw, evidence, page, facts)
    for field, fact in blank_cells(facts).items():
        if field not in raw:
            raw[field], evidence[field] = fact.value, fact.where
    if not _states_listing(raw) and not any(fact.trust is Trust.RECIPE for fact in facts):
        raise ExtractionError(
            f"reading {page.url}: no listing on the page (no price, size, type or address was found)",
            next_step=f"Open the page in a browser; if it shows one, give source {source.name} a recipe.",
        )
    issues += [*unknown, *doubts]
    doubt = unsettled(amounts) if evidence.get("price", "").startswith("text ") else None
    if doubt is not None and not any(issue["field"] == "price" for issue in issues):
        issues.append(doubt)
    return Extracted(raw, evidence, issues + _not_found(raw, issues))


def _settle(
    raw: dict[str, Any], evidence: dict[str, str], page: Page, source: Source, listed: Mapping[str, Any]
) -> None:
    """Fill the currency, the operation and the status from what is said of the whole page, or list."""
    if is_bare(raw):
        if (currency := stated_currency(page)) is not None:
            raw["currency"], evidence["currency"] = currency, "what the page says of its amounts"
        elif "currency" in listed:
            raw["currency"], evidence["currency"] = listed["currency"], "the list"
    elif not (source.currency or source.country):
        currency = shared_currency(page, raw, stated_country(page))
        if currency is not None:
            raw["currency"], evidence["currency"] = currency, "the country of the address or the site"
    if "latitude" in raw and "location_precision" not in raw and says_approximate(content(page).text):
        raw["location_precision"], evidence["location_precision"] = "approximate", "what the page says"
    places = listed.get("evidence", {})
    for field in listed.keys() - {"currency", "evidence"}:
        if field not in raw:
            raw[field], evidence[field] = listed[field], places.get(field, "the list")


def _own_part(page: Page) -> Content:
    """The visible text without the cards of other homes, wherever the page has them."""
    cards = [card for card in find_cards(page, frozenset({host(page.url)})) if not page.is_own_url(card.url)]
    others = frozenset(card.element.mem_id for card in cards) - page.spine
    if len(others) > 1:
        visible = content(page, others)
        if read_price(visible) is not None:
            return visible
    return content(page)


def _states_listing(raw: dict[str, Any]) -> bool:
    return any(field in _INFORMATIVE and not is_blank(value, field) for field, value in raw.items())


def read_page(page: Page, visible: Content, amounts: list[Amount]) -> list[Fact]:
    """Facts from every place of the page; `visible` is its own part and `amounts` those that it shows."""
    price = max(amounts, key=lambda amount: amount.score, default=None)
    facts = [
        *read_nodes(jsonld(page), page, Trust.JSONLD),
        *state_facts(page),
        *read_nodes(microdata(page), page, Trust.MICRODATA),
        *meta_facts(page),
        *attribute_facts(page, visible),
        *own_data(page, visible),
        *heading_facts(page),
        *read_labels(visible),
        *([price.fact] if price else []),
        *offer_facts(amounts),
        *prose(page, visible),
        *pictures(page, visible),
        *contact_links(page, visible),
        *operation_facts(page),
        *status_facts(page, visible),
        *address_facts(page, visible),
    ]
    if not any(fact.field == "latitude" for fact in facts):
        facts += script_places(page)
    return [*facts, *companion_facts(page, facts)]


def _finish(raw: dict[str, Any], evidence: dict[str, str], page: Page) -> None:
    """Addresses made absolute, the id and the operation settled, the site's name cut off the title."""
    if isinstance(raw.get("operation_type"), str):
        raw["operation_type"] = operation_of(raw["operation_type"]) or raw["operation_type"]
    if "operation_type" not in raw and _is_due(raw):
        raw["operation_type"], evidence["operation_type"] = "rent", "the period of the price"
    if isinstance(raw.get("title"), str):
        raw["title"] = _without_site(raw["title"], page)
    _settle_people(raw, evidence)
    _settle_range(raw)
    agent, agency = (squeeze(fold(str(raw.get(key, "")))) for key in ("agent_name", "agency_name"))
    if agency and agency in agent:
        del raw["agent_name"]
    if _is_of_no_label(raw, evidence) and ("covered_area_m2" in raw or _is_the_lots(raw)):
        del raw["total_area_m2"]
    _divide(raw, evidence)
    _absolute(raw, evidence, page)
    raw["source_url"], evidence["source_url"] = page.url, "url"
    for field in [field for field, value in raw.items() if is_blank(value, field)]:
        del raw[field]
    for field in evidence.keys() - raw.keys():
        del evidence[field]


def _settle_people(raw: dict[str, Any], evidence: dict[str, str]) -> None:
    """A company that the page has in the place of a person is the agency."""
    agent = raw.get("agent_name")
    if isinstance(agent, str) and is_company(agent):
        if "agency_name" not in raw:
            raw["agency_name"], evidence["agency_name"] = agent, evidence["agent_name"]
        del raw["agent_name"]


def _divide(raw: dict[str, Any], evidence: dict[str, str]) -> None:
    """An American address names its town, state and zip code too."""
    address = raw.get("address")
    if not isinstance(address, str):
        return
    raw["address"] = address.strip(" ,;")
    place = us_place(address)
    for field, value in zip(("city", "state", "postal_code"), place or (), strict=False):
        if value is not None and is_blank(raw.get(field), field):
            raw[field], evidence[field] = value, "the address"


def _settle_range(raw: dict[str, Any]) -> None:
    """The end of a price's range that is no end: sites repeat the price there."""
    if is_number(raw.get("price")) and is_number(raw.get("price_max")):
        low, high = (sameness("price", raw[name]) for name in ("price", "price_max"))
        if low.isdigit() and high.isdigit() and int(high) <= int(low):
            del raw["price_max"]


def _is_of_no_label(raw: dict[str, Any], evidence: dict[str, str]) -> bool:
    """Whether the total area is one that no word beside it names: it may be another one's."""
    where = evidence.get("total_area_m2", "")
    return where == f"text {raw.get('total_area_m2')!r}" or _BARE_AREA.fullmatch(where) is not None


def _is_the_lots(raw: dict[str, Any]) -> bool:
    """Whether the total area is the lot's, or one that is no home's on it."""
    if "lot_size_m2" not in raw:
        return False
    total, lot = (square_metres(raw[name]) for name in ("total_area_m2", "lot_size_m2"))
    return total is None or lot is None or total >= lot * _NEARLY


def _is_due(raw: dict[str, Any]) -> bool:
    """Whether the price is due every month or week, which is a rent."""
    if not is_blank(raw.get("price_period"), "price_period"):
        return True
    price = raw.get("price")
    return isinstance(price, str) and has_period(price)


def _name(raw: dict[str, Any], evidence: dict[str, str], page: Page, facts: list[Fact]) -> None:
    """Give the listing the id that this page alone suggests; a scrape of many pages decides over all of them.

    What the page states its id to be is kept in `stated_ids`, by where that stands.
    """
    stated = _stated_ids(facts)
    if page.canonical:
        stated[CANONICAL] = page.canonical
    given = next((place for place in stated if place.startswith("recipe")), None)
    if given is not None:
        raw["property_id"], evidence["property_id"] = stated[given], given
        if not given.startswith("recipe url:"):  # a place on the page is tried over all pages, as any other
            raw["stated_ids"], evidence["stated_ids"] = stated, "page"
        return
    choices = [choose([Seen(address, stated, raw)]) for address in page.addresses]
    choice = next((found for found in choices if not found.rule.is_last_resort), choices[0])
    raw["property_id"], evidence["property_id"] = choice.ids[0], str(choice.rule)
    if stated:
        raw["stated_ids"], evidence["stated_ids"] = stated, "page"


def _stated_ids(facts: list[Fact]) -> dict[str, str]:
    """Where the page states an id (a path without the numbers of its lists), and the id."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.field == "property_id" and not is_blank(fact.value, fact.field):
            place = _LIST_NUMBER.sub("[]", fact.where)[:200]
            found.setdefault(place, squeeze(str(fact.value))[:LARGEST_ID])
    return found


def _absolute(raw: dict[str, Any], evidence: dict[str, str], page: Page) -> None:
    pictures = raw.get("image_urls")
    if isinstance(pictures, str):
        pictures = [pictures]
    if pictures:
        raw["image_urls"] = list(dict.fromkeys(page.absolute(str(link)) for link in pictures))
        if "main_image_url" not in raw or raw["main_image_url"] not in raw["image_urls"]:
            raw["main_image_url"], evidence["main_image_url"] = raw["image_urls"][0], evidence["image_urls"]
    for field in ("main_image_url", "virtual_tour_url", "video_url", "message_url"):
        if isinstance(raw.get(field), str):
            raw[field] = page.absolute(raw[field])


def _without_site(title: str, page: Page) -> str:
    """A headline without " | Site name" at its end."""
    tail = _SITE_TAIL.search(title)
    if not tail:
        return squeeze(title)
    tail_name = re.sub(r"\W", "", fold(tail[1]))
    names = {
        re.sub(r"\W", "", fold(page.site_name or "")),
        re.sub(r"\W", "", host(page.url)),
        host(page.url).split(".")[0],
    }
    return squeeze(title[: tail.start()]) if tail_name in names else squeeze(title)


def _not_found(raw: dict[str, Any], issues: list[Issue]) -> list[Issue]:
    """A price that is nowhere on the page."""
    if "price" in raw or "price_note" in raw or any(issue["field"] == "price" for issue in issues):
        return []
    return [missing("price", None, "the page shows none")]
