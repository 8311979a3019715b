"""Facts in the data attributes of elements: `data-price="315000" data-bedrooms="3" data-lat="45.42"`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.text import compact, words
from parsing.vocabulary.blank import is_blank
from parsing.vocabulary.field_names import COUNT_FIELDS, QUANTITY_FIELDS
from parsing.vocabulary.units import WRITTEN
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.objects import field_named, is_plausible
from scrapers.extract.page import Page, once
from scrapers.extract.values import is_number

LEAST: Final = 3
"""So many facts of one home an element has to have: alone, `data-price` may be a slider's."""
_PREFIXES: Final = ("listing", "property", "item", "home", "ad")
_GENERAL: Final = words(
    "name title type id text body category section status size parent lot plot area image photo images"
    " photos floor"
    " location address line rent purpose channel features"
)
"""Names that scripts use for other things too; an address has its own place below."""
_TELLING: Final = frozenset({"price", "bedrooms", "latitude", *QUANTITY_FIELDS})
_CSS: Final = (
    "[data-price], [data-listing-price], [data-property-price], [data-bedrooms], [data-beds], [data-lat],"
    " [data-latitude]"
)


def data_facts(element: LexborNode) -> list[Fact]:
    """What the data attributes of an element say of one home; none where they name too few of its fields."""
    found: dict[str, Fact] = {}
    for name, value in element.attributes.items():
        fact = _fact(name, value) if name.startswith("data-") and value else None
        if fact is not None and (fact.field not in found or fact.rank < found[fact.field].rank):
            found[fact.field] = fact
    if not found.keys() & _TELLING:
        return []
    return list(found.values()) if len(found) >= LEAST else []


def _fact(name: str, value: str) -> Fact | None:
    key = compact(name.removeprefix("data-"))
    stem = next((key.removeprefix(prefix) for prefix in _PREFIXES if key.startswith(prefix)), key)
    field, rank, unit = field_named(key)
    if field is None and stem:
        field, rank, unit = field_named(stem)
    is_general = key in _GENERAL and not (key == "address" and any(map(str.isdigit, value)))
    if field is None or is_general or is_blank(value, field) or not is_plausible(field, value):
        return None
    if (
        field in (*COUNT_FIELDS, "price", *QUANTITY_FIELDS)
        and not value[:1].isdigit()
        and not any(map(str.isdigit, value))
    ):
        return None
    if unit and field in QUANTITY_FIELDS and is_number(value):
        value = f"{value} {WRITTEN[unit]}"
    return Fact(field, value, Trust.META, name, rank)


@once
def _described(page: Page) -> list[tuple[LexborNode, list[Fact]]]:
    found = {element.mem_id: element for element in page.tree.css(_CSS)}  # one that fits twice is given twice
    elements = ((element, data_facts(element)) for element in found.values())
    return [(element, facts) for element, facts in elements if facts]


def own_data(page: Page, found: Content) -> Iterator[Fact]:
    """The facts of the one element of the listing's part that has any, or of the one that has its id."""
    read = [entry for entry in _described(page) if entry[0].mem_id in found.spans]
    own = [
        facts for _, facts in read if any(f.field == "property_id" and page.is_own_id(f.value) for f in facts)
    ]
    chosen = own or [facts for _, facts in read]
    if len(chosen) == 1:
        yield from chosen[0]
