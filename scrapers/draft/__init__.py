"""A source described from its pages: what they give, where it stands, and the file that says so."""

from scrapers.draft.coverage import FieldFound, PageRead, fields_found, read_page
from scrapers.draft.places import places
from scrapers.draft.write import Draft, to_toml

__all__ = ["Draft", "FieldFound", "PageRead", "fields_found", "places", "read_page", "to_toml"]
