"""Pages kept as they came: stored, read again, removed when they are old, and searched for what is erased."""

from services.pages.bodies import KeptPage, MissingBodyError, body_name, read_body, read_kept
from services.pages.erase import PagesErased, erase_in_pages
from services.pages.keep import Keeping, PageKeeper, PagesKept, keeper_of
from services.pages.retain import Expired, expire_pages
from services.pages.stores import FolderStore, Stores, stores_of

__all__ = [
    "Expired",
    "FolderStore",
    "Keeping",
    "KeptPage",
    "MissingBodyError",
    "PageKeeper",
    "PagesErased",
    "PagesKept",
    "Stores",
    "body_name",
    "erase_in_pages",
    "expire_pages",
    "keeper_of",
    "read_body",
    "read_kept",
    "stores_of",
]
