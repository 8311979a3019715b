"""Pure extraction: a parsed page in, raw rows and links out. Nothing is fetched and nothing executed."""

from scrapers.extract.index import Index, extract_index
from scrapers.extract.kind import Kind, page_kind
from scrapers.extract.listing import Extracted, extract_listing
from scrapers.extract.page import Page
from scrapers.extract.recipe import Recipe

__all__ = ["Extracted", "Index", "Kind", "Page", "Recipe", "extract_index", "extract_listing", "page_kind"]
