"""Fetches pages politely, extracts listings from them and crawls from page to page."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["EnhancedPropertyScraper"]


def __getattr__(name: str) -> Any:
    """Return the scraper by its public name; it stages and syncs, so its module is in services."""
    if name != "EnhancedPropertyScraper":
        raise AttributeError(f"module 'scrapers' has no attribute {name!r}")
    return getattr(importlib.import_module("services.workflows.scrape"), name)
