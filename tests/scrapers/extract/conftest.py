"""An invented portal, `homes.example`, and what it takes to read a page of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Extracted, Page, Recipe, extract_listing

URL = "https://homes.example/for-sale/oakham/rosewood-cottage-4711001"

Read = Callable[..., Extracted]


@pytest.fixture
def source() -> Source:
    """A source that states no facts."""
    return Source(name="homes.example")


@pytest.fixture
def read(source: Source) -> Read:
    """Read a page of the portal."""

    def extract(html: str, url: str = URL, recipe: dict[str, Any] | None = None) -> Extracted:
        return extract_listing(Page(html, url), source, Recipe.model_validate(recipe) if recipe else None)

    return extract


def document(body: str = "", head: str = "", title: str = "Rosewood Cottage") -> str:
    """A page with this body."""
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def jsonld(*nodes: Any) -> str:
    """A JSON-LD script."""
    value = nodes[0] if len(nodes) == 1 else list(nodes)
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def next_data(props: Any) -> str:
    """The state script of a Next.js page."""
    state = json.dumps({"props": {"pageProps": props}})
    return f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'
