"""The way out: listings as a table that any program reads, and that `import` reads back without a change."""

from services.export.export import Exported, export_listings
from services.export.formats import FORMATS, Format

__all__ = ["FORMATS", "Exported", "Format", "export_listings"]
