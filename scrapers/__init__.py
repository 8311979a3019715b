"""Fetch pages politely, read listings from them, turn raw text into typed cells."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["EnhancedPropertyScraper"]


def __getattr__(name: str) -> Any:
    """The scraper by its public name: it stages and syncs, so it lives above this package, in services."""
    if name != "EnhancedPropertyScraper":
        raise AttributeError(f"module 'scrapers' has no attribute {name!r}")
    return getattr(importlib.import_module("services.workflows.scrape"), name)
