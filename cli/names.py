"""The commands there are, in the order of the flow."""

from __future__ import annotations

from typing import Final

SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "Bring in": ("scrape", "crawl", "import"),
    "Bring live": ("sync", "sync-pending", "plans", "quarantine", "rules"),
    "Look": (
        *("dashboard", "status", "list-sessions", "session-details", "quality-report", "quality-checks"),
        *("search", "history", "diff", "explain", "as-of", "watch", "export"),
    ),
    "Keep": (
        "sources",
        "duplicates",
        "pin",
        "unpin",
        "rollback",
        "erase",
        "cleanup",
        "repair",
        "refresh-views",
    ),
    "County records": ("county", "leads"),
    "Schedule": ("schedule", "worker", "alerts", "metrics"),
    "Set up": ("demo", "doctor", "db"),
}
"""Section of the help → its commands. `sync-pending` is `sync_pending` in cli/commands/sync_pending.py."""

GROUPS: Final = frozenset(
    (
        "alerts",
        "county",
        "crawl",
        "plans",
        "quarantine",
        "rules",
        "sources",
        "duplicates",
        "leads",
        "schedule",
        "db",
    )
)
"""Commands that take the name of another one after theirs."""

ALIASES: Final = {"source": "sources"}
"""What people also write → the command that is meant; not listed."""

NAMES: Final = tuple(name for names in SECTIONS.values() for name in names)
