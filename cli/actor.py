"""Who decides: the name that the audit keeps of whoever approves or discards a plan."""

from __future__ import annotations

import getpass


def actor() -> str:
    """The account's name; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
