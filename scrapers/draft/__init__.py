"""A source described from its pages: what they give, where it stands, and the file that says so."""

from scrapers.draft.coverage import FieldFound, PageRead, fields_found, read_page
from scrapers.draft.nearby import Nearby, nearby, proposed
from scrapers.draft.write import Draft, to_toml

__all__ = [
    "Draft",
    "FieldFound",
    "Nearby",
    "PageRead",
    "fields_found",
    "nearby",
    "proposed",
    "read_page",
    "to_toml",
]
