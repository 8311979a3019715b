"""Export: listings as a table that other programs read, and that `import` reads back unchanged."""

from services.export.export import Exported, export_listings
from services.export.formats import FORMATS, Format

__all__ = ["FORMATS", "Exported", "Format", "export_listings"]
