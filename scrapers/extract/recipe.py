"""The recipe of a site: which element of a page is which field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator, model_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from config.listing import FIELD
from parsing.nearest import UnknownName
from parsing.staged import Issue
from parsing.text import squeeze
from scrapers.extract.against import missing
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.hydration import states
from scrapers.extract.labels import field_of
from scrapers.extract.page import Page
from scrapers.extract.xpath import compiled, select_all


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


def _place(value: str) -> str:
    """Where a fact stands. Raises ValueError for what leads nowhere."""
    kind, _, rest = value.partition(":")
    if kind in {"url", "json", "label", "xpath"} and not rest.strip():
        raise ValueError(f"{value!r} names no place: write what to look for after the colon")
    if kind == "url":
        _regex(rest)
    elif kind == "xpath":
        compiled(rest)
    elif kind not in {"json", "label"}:
        _css(value)
    return value


class DetailRecipe(_Strict):
    """Detail pages: the regular expression their addresses match."""

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        return None if value is None else _regex(value)


class IndexRecipe(_Strict):
    """Index pages: the card, the link inside it, the link to the next page (css, or css@attribute)."""

    card: str | None = None
    link: str | None = None
    next: str | None = None

    @field_validator("card", "link", "next")
    @classmethod
    def _selects(cls, value: str | None) -> str | None:
        return None if value is None else _css(value)


class Recipe(_Strict):
    """Where a site keeps its fields; a fact found by a recipe beats all others."""

    detail: DetailRecipe = DetailRecipe()
    index: IndexRecipe = IndexRecipe()
    fields: dict[str, Annotated[str, AfterValidator(_place)]] = {}
    id: str | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _listing_fields(cls, value: Any) -> Any:
        for field in value if isinstance(value, dict) else ():
            if field not in FIELD:
                raise UnknownName("field", str(field), FIELD)
        return value

    @field_validator("id")
    @classmethod
    def _id_place(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("url:"):
            raise ValueError(f'id = {value!r}: write it as "url:<regular expression with one group>"')
        return None if value is None else "url:" + _regex(value.removeprefix("url:"))


def recipe_facts(page: Page, recipe: Recipe) -> tuple[list[Fact], list[Issue]]:
    """The facts a recipe points at, and the places that turned out empty."""
    facts, issues = [], []
    places = {**recipe.fields, **({"property_id": recipe.id} if recipe.id else {})}
    for field, place in places.items():
        value = find(page, place, every=field == "image_urls")
        if value is None:
            issues.append(missing(field, place, "the recipe finds nothing there"))
        else:
            many = field == "image_urls" and not isinstance(value, list)
            facts.append(Fact(field, [value] if many else value, Trust.RECIPE, f"recipe {place}"))
    return facts, issues


def find(page: Page, place: str, *, every: bool = False) -> Any:
    """What stands at a place: `css`, `css@attribute`, `xpath:…`, `json:path.to.key`, `label:Words` or
    `url:regex`.

    With `every`, all that css or XPath selects, as a list.
    """
    kind, _, rest = place.partition(":")
    if kind == "url":
        match = re.search(rest, page.url)
        return (match[1] if match.groups() else match[0]) if match else None
    if kind == "json":
        return next((value for _, state in states(page) if (value := at_path(state, rest)) is not None), None)
    if kind == "label":
        return _by_label(page, rest)
    found = select_all(page, rest) if kind == "xpath" else _selected(page.tree, place)
    return (list(dict.fromkeys(found)) or None) if every else next(found, None)


def select(root: LexborHTMLParser | LexborNode, place: str) -> Any:
    """Text or attribute of what `css` or `css@attribute` selects."""
    return next(_selected(root, place), None)


def _selected(root: LexborHTMLParser | LexborNode, place: str) -> Iterator[str]:
    css, _, attribute = place.partition("@")
    for node in root.css(css):
        value = node.attributes.get(attribute) if attribute else squeeze(node.text())
        if value:
            yield value


def at_path(value: Any, path: str) -> Any:
    """Follow `a.b.0.c` through objects and lists."""
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _by_label(page: Page, label: str) -> str | None:
    wanted = squeeze(label).rstrip(":").casefold()
    for node in page.tree.css("dt, th, td, li, span, div, p, strong, b, label"):
        text = squeeze(node.text())
        if len(text) > len(wanted) + 80 or not text.casefold().startswith(wanted):
            continue
        inside = text[len(wanted) :].lstrip(" :")
        if inside and not (field_of(inside) and len(text) > 60):
            return inside
        following = node.next
        while following is not None and not squeeze(following.text()):
            following = following.next
        if following is not None and not inside:
            return squeeze(following.text())
    return None


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


def _css(value: str) -> str:
    css = value.partition("@")[0]
    try:
        LexborHTMLParser("<p>").css(css)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{css!r} is not a CSS selector") from error
    return value
