"""Whether an object on a page is this page's listing, another one, or cannot be identified."""

from __future__ import annotations

from enum import Enum
from typing import Any

from parsing.text import compact, words
from parsing.vocabulary.field_names import URL_KEYS
from scrapers.extract.page import Page, host
from scrapers.extract.values import key_name

_URLS = frozenset(compact(key) for key in URL_KEYS)
_OTHER_IDS = words(
    "userid sessionid branchid agentid agencyid companyid publisherid sellerid officeid brokerid"
    " groupid areaid locationid brandid developerid advertiserid regionid cityid stateid countryid"
)


class Identity(Enum):
    """Whose object it is."""

    OWN = "own"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


def ids(node: dict[str, Any]) -> list[Any]:
    """What the object calls itself."""
    found = []
    for key, value in node.items():
        name = key_name(key)
        if name in _OTHER_IDS or (
            not name.startswith("id") and not name.endswith(("id", "code", "ref", "reference"))
        ):
            continue
        single = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(single, (str, int)) and not isinstance(single, bool):
            found.append(single)
    return found


def urls(node: dict[str, Any]) -> list[str]:
    """The addresses the object gives itself."""
    return [
        value
        for key, value in node.items()
        if key_name(key) in _URLS and isinstance(value, str) and ("/" in value or value.startswith("http"))
    ]


def _links(node: dict[str, Any]) -> list[str]:
    return [
        value
        for key, value in node.items()
        if isinstance(value, str)
        and "/" in value
        and key_name(key).endswith(("url", "path", "link", "href", "uri"))
    ]


def identify(node: dict[str, Any], page: Page) -> Identity:
    """Own when an id or url of the object is the page's; foreign when its url is another page of the site."""
    if any(page.is_own_id(value) for value in ids(node)):
        return Identity.OWN
    if any(page.is_own_url(value) for value in _links(node)):
        return Identity.OWN
    found = urls(node)
    if any(host(page.absolute(value)) == host(page.url) and _is_page(value) for value in found):
        return Identity.FOREIGN
    plain = node.get("id", node.get("listingId", node.get("listing_id")))
    if (
        plain is not None
        and page.id_in_url
        and compact(str(plain))
        and _same_kind(str(plain), page.id_in_url)
    ):
        return Identity.FOREIGN
    return Identity.UNKNOWN


def _is_page(value: str) -> bool:
    path = value.split("?", maxsplit=1)[0].rstrip("/").lower()
    return not path.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".pdf", ".mp4"))


def _same_kind(one: str, other: str) -> bool:
    """Ids of one make: both digits of about the same length."""
    return one.isdigit() and other.isdigit() and abs(len(one) - len(other)) <= 1
