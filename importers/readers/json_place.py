"""Finds where in a JSON document its rows are: the list, or the one object, that holds listings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from parsing.text import compact
from parsing.vocabulary.field_names import KEYS

Path = tuple[str, ...]

_DEEPEST: Final = 8
_IDS: Final = frozenset(
    f"{KEYS['property_id']} ref reference sku uid uuid mlsid listingkey code slug url".split()
)
_TITLES: Final = frozenset(f"{KEYS['title']} {KEYS['address']}".split()) - {"name", "location"}
_HOMES: Final = frozenset(
    word
    for field in ("price", "bedrooms", "bathrooms", "total_area_m2", "covered_area_m2", "lot_size_m2")
    for word in KEYS[field].split()
)
_LISTS: Final = frozenset(
    (
        "listings", "listing", "properties", "property", "homes", "results", "result", "rows", "records",
        "items", "data", "value", "hits", "ads", "inmuebles", "propiedades", "anuncios", "immobilien",
        "objekte", "annonces", "biens", "immobili", "imoveis", "woningen",
    )
)  # fmt: skip
"""What a list of listings is usually called."""


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list found in a document."""

    path: Path
    holds_objects: bool
    keys: frozenset[str] = frozenset()
    """Of its first object."""

    @property
    def is_of_homes(self) -> bool:
        return is_home(self.keys)

    @property
    def is_usual(self) -> bool:
        return bool(self.path) and compact(self.path[-1]) in _LISTS


def is_home(keys: Iterable[str]) -> bool:
    """Whether an object with these keys is a listing: a price, rooms or an area, and an id or a title."""
    words = {compact(key) for key in keys}
    return bool(words & _HOMES) and bool(words & (_IDS | _TITLES))


def place_of_rows(lists: Iterable[FoundList], document: Any) -> Path | None:
    """Return the path of the rows in a document that is one object; None where that is not decided.

    That is, in this order: the one list whose objects are listings, the object that is a listing, the one
    list that has a usual name and is empty or has no other list of objects beside it.
    """
    lists = list(lists)
    home = next((path for path, found in _objects(document, ()) if is_home(found) or is_by_key(found)), None)
    if home is not None:
        lists = [found for found in lists if found.path[: len(home)] != home]
    homes = [found for found in lists if found.is_of_homes]
    if len(homes) == 1:
        return homes[0].path
    if not homes and home is not None:
        return home
    usual = [found for found in homes or lists if found.is_usual]
    if len(usual) != 1 or (usual[0].holds_objects and sum(found.holds_objects for found in lists) > 1):
        return None
    return usual[0].path


def is_by_key(value: Mapping[str, Any]) -> bool:
    """Whether an object holds listings by a key of each: several objects, all of them listings."""
    return len(value) > 1 and all(isinstance(each, dict) and is_home(each) for each in value.values())


def _objects(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the objects of a document that are in no list, an outer one before those in it."""
    if not isinstance(value, dict):
        return
    yield path, value
    if len(path) < _DEEPEST and not is_by_key(value):
        for name, each in value.items():
            yield from _objects(each, (*path, name))
