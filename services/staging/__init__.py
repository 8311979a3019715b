"""Sessions and their staged rows: everything scraped or imported lands here first, as it came."""

from services.sources import register_source
from services.staging.writer import SessionWriter

__all__ = ["SessionWriter", "register_source"]
