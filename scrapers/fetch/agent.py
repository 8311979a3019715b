"""The user agent: the product, its version and the contact of its user."""

from __future__ import annotations

import re
from importlib import metadata

from config.errors import UsageError

PRODUCT = "property-manager"
"""Also the token in robots.txt."""
_CONTACT = re.compile(r"[\x21-\x27\x2a-\x7e]{3,200}")


def checked_contact(contact: str | None) -> str | None:
    contact = (contact or "").strip()
    if contact and not _CONTACT.fullmatch(contact):
        raise UsageError(
            f"the contact {contact!r} cannot be part of a user agent",
            next_step="set PROPERTY_MANAGER_CONTACT to a plain url or e-mail address",
        )
    return contact or None


def user_agent(contact: str | None) -> str:
    try:
        version = metadata.version(PRODUCT)
    except metadata.PackageNotFoundError:
        version = "0"  # run from a folder that was never installed
    return f"{PRODUCT}/{version}" + (f" (+{contact})" if contact else "")
