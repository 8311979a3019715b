"""The recipe of a site: where each field stands on a page, on a card or in JSON, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from selectolax.lexbor import LexborNode

from config.errors import ParseError
from config.listing import FIELD
from config.source import Source
from parsing.nearest import UnknownName
from parsing.staged import Issue
from parsing.text import squeeze
from scrapers.extract.against import missing
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.lookup import Scope, checked, regex, values_at
from scrapers.extract.page import Page
from scrapers.extract.reading import Kind, cut_out, read_as, translated
from scrapers.extract.values import images

NOTHING_THERE: Final = "the recipe finds nothing there"
LISTS: Final = frozenset(("image_urls", "amenities"))
"""Fields whose value is all that their place has."""
_MOST_VALUES: Final = 500


class _Strict(BaseModel):
    """Unknown keys are refused, with the known one that looks like it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any) -> Any:
        for key in given if isinstance(given, dict) else ():
            if key not in cls.model_fields:
                raise UnknownName("recipe key", str(key), cls.model_fields)
        return given


class Place(_Strict):
    """Where a field stands, at the first of several places that has it, and how its text is read.

    First `pattern` cuts a part out, then `map` translates it, then `parse` says what it is. `all` takes
    every match as a list, `join` as one text.
    """

    at: tuple[str, ...] = Field(min_length=1)
    parse: Kind | None = None
    format: str | None = None
    pattern: str | None = None
    map: dict[str, str | int | float | bool] | None = None
    join: str | None = None
    all: bool = False

    @field_validator("at", mode="before")
    @classmethod
    def _leads_somewhere(cls, value: Any) -> Any:
        places = [value] if isinstance(value, str) else value
        if not isinstance(places, list | tuple):
            raise ValueError(f"it is a place or a list of places, not {value!r}")  # noqa: TRY004 - for pydantic
        for place in places:
            if isinstance(place, str):
                checked(place)
        return places

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        return None if value is None else regex(value)

    @model_validator(mode="after")
    def _fits(self) -> Place:
        if self.format is not None and self.parse != "date":
            raise ValueError('a format is that of a date: write parse = "date" beside it')
        if self.format is not None:
            _read_back(self.format)
        if self.all and self.join is not None:
            raise ValueError("all makes a list and join makes one text of it: give one of them")
        return self

    @property
    def words(self) -> str:
        """The places as a person reads them."""
        return " or ".join(self.at)


def _read_back(format_: str) -> None:
    """Raise ValueError for a format that no date is written in."""
    day = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)
    try:
        datetime.strptime(day.strftime(format_), format_)  # noqa: DTZ007
    except ValueError as error:
        raise ValueError(f"{format_!r} is not the format of a date, such as %d/%m/%Y: {error}") from error


def _place(value: Any) -> Any:
    """A place may be written alone, as a text or a list of them."""
    if isinstance(value, str):
        return {"at": (checked(value),)}
    if isinstance(value, list):
        return {"at": value}
    if not isinstance(value, dict | Place):
        raise ValueError(  # noqa: TRY004 - for pydantic
            f'it is a text between quotation marks or a table such as {{at = "h1"}}, not {value!r}'
        )
    return value


def _page_place(value: Any) -> Any:
    """A place on a whole page, which is no element and has no attribute of its own."""
    given = _place(value)
    places = given.get("at") if isinstance(given, dict) else None
    for place in [places] if isinstance(places, str) else places or ():
        if isinstance(place, str) and place.startswith("@"):
            raise ValueError(f"{place!r} is an attribute of no element: write css@attribute")
    return given


def _fields(value: Any) -> Any:
    for field in value if isinstance(value, dict) else ():
        if field not in FIELD:
            raise UnknownName("field", str(field), FIELD)
    return value


CardFields = Annotated[dict[str, Annotated[Place, BeforeValidator(_place)]], BeforeValidator(_fields)]
PageFields = Annotated[dict[str, Annotated[Place, BeforeValidator(_page_place)]], BeforeValidator(_fields)]


class DetailRecipe(_Strict):
    """Detail pages: the regular expression their addresses match."""

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        return None if value is None else regex(value)

    def matches(self, url: str) -> bool:
        """Whether an address can be a listing's."""
        return self.url is None or re.search(self.url, url) is not None


class IndexRecipe(_Strict):
    """Index pages: the card, the link inside it, the link to the next page, and the fields of a card."""

    card: str | None = None
    link: str | None = None
    next: str | None = None
    fields: CardFields = {}

    @field_validator("card", "link", "next")
    @classmethod
    def _selects(cls, value: str | None) -> str | None:
        return None if value is None else checked(value)


class Recipe(_Strict):
    """Where a site keeps its fields; a fact found by a recipe beats all others."""

    detail: DetailRecipe = DetailRecipe()
    index: IndexRecipe = IndexRecipe()
    fields: PageFields = {}
    id: str | None = None

    @field_validator("id")
    @classmethod
    def _id_place(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("url:"):
            raise ValueError(f'id = {value!r}: write it as "url:<regular expression with one group>"')
        return None if value is None else "url:" + regex(value.removeprefix("url:"))


def recipe_facts(page: Page, recipe: Recipe, source: Source) -> tuple[list[Fact], list[Issue]]:
    """The facts a recipe points at, and the places that turned out empty or hold something else."""
    places = dict(recipe.fields)
    if recipe.id:
        places["property_id"] = Place(at=(recipe.id,))
    return _facts(Scope(page), places, source)


def card_facts(
    page: Page, node: LexborNode, url: str, recipe: Recipe, source: Source
) -> tuple[list[Fact], list[Issue]]:
    """The facts that a recipe points at on one card of an index page."""
    return _facts(Scope(page, node=node, url=url), recipe.index.fields, source)


def item_facts(
    page: Page, item: dict[str, Any], recipe: Recipe | None, source: Source
) -> tuple[list[Fact], list[Issue]]:
    """The facts that a recipe points at in the JSON of one listing."""
    return _facts(Scope(page, item=item), recipe.index.fields if recipe else {}, source)


def select(page: Page, place: str, node: LexborNode | None = None) -> str | None:
    """The first text at a place of a page, or of one card on it."""
    found = next(values_at(Scope(page, node=node), place), None)
    return None if found is None else str(found)


def _facts(scope: Scope, places: Mapping[str, Place], source: Source) -> tuple[list[Fact], list[Issue]]:
    facts: list[Fact] = []
    issues: list[Issue] = []
    for field, place in places.items():
        faults: list[Issue] = []
        fact = next(_read(scope, field, place, source, faults), None)
        if fact is not None:
            facts.append(fact)
            faults = faults if isinstance(fact.value, list) else []
        elif not faults:
            faults.append(missing(field, place.words, NOTHING_THERE))
        issues += faults
    return facts, issues


def _read(scope: Scope, field: str, place: Place, source: Source, faults: list[Issue]) -> Iterator[Fact]:
    """What each of the places gives; a text that cannot be read as the recipe says is a fault."""
    is_list = place.all or field in LISTS
    for at in place.at:
        found = list(islice(values_at(scope, at), _MOST_VALUES))
        if len(found) == 1 and isinstance(found[0], list):  # a list of JSON is its items
            found = found[0][:_MOST_VALUES]
        if not (is_list or place.join is not None):
            found = found[:1]
        if field == "image_urls" and any(isinstance(each, dict) for each in found):
            found = images(found)
        read = []
        for each in found:
            try:
                read.append(_value(each, field, place, source))
            except ParseError as error:
                faults.append(missing(field, each, f"{at}: {error.why}"))
        if read:
            value = _together(read, place, is_list=is_list)
            yield Fact(field, value, Trust.RECIPE, f"recipe {at}")


def _value(found: Any, field: str, place: Place, source: Source) -> Any:
    value = found
    if place.pattern is not None:
        value = cut_out(str(value), place.pattern)
    if place.map is not None:
        value = translated(str(value), place.map)
    if place.parse is not None:
        value = read_as(place.parse, str(value), source, field=field, format_=place.format)
    return value


def _together(values: list[Any], place: Place, *, is_list: bool) -> Any:
    if place.join is not None:
        return place.join.join(squeeze(str(value)) for value in values)
    if not is_list:
        return values[0]
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return distinct
