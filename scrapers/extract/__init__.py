"""Pure extraction: the text of a page in, raw rows and links out. Nothing is fetched and nothing executed."""

from scrapers.extract.listing import Extracted, extract_listing
from scrapers.extract.recipe import Recipe

__all__ = ["Extracted", "Recipe", "extract_listing"]
