"""The menu: its entries in their order, each with the page that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.page import Page

ORDER: Final = {
    "Catalogue": ("Overview", "Listings", "Map", "Parcels", "Leads", "Changes"),
    "To decide": ("Plans", "Quarantine", "Duplicates"),
    "How it comes about": ("Sessions", "Quality", "Sources", "Jobs", "Alerts"),
}
"""Section → the entries that it may have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the menu; `icon` names a symbol of static/icons.svg."""

    name: str
    path: str

    @property
    def icon(self) -> str:
        """The symbol of the entry."""
        return self.name.lower()


def menu_of(pages: Sequence[Page]) -> dict[str, list[Entry]]:
    """The sections that have pages. Raises ValueError for a page whose entry has no place."""
    paths = {page.menu: page.path for page in pages if page.menu}
    if unknown := paths.keys() - {name for names in ORDER.values() for name in names}:
        raise ValueError(f"not in the order of the menu: {', '.join(sorted(map(str, unknown)))}")
    found = {
        section: [Entry(name, paths[name]) for name in names if name in paths]
        for section, names in ORDER.items()
    }
    return {section: entries for section, entries in found.items() if entries}
