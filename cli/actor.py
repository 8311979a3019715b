"""The actor: the name that the audit keeps with an approval, an edit or an erasure."""

from __future__ import annotations

import getpass


def actor() -> str:
    """The account's name; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
