"""Sessions and their staged rows: everything scraped or imported lands here first, as it came."""

from services.staging.session import SessionWriter
from services.staging.sources import register_source

__all__ = ["SessionWriter", "register_source"]
