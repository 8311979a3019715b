"""Whether the coordinates that a page gives are the home's own or only near it."""

from __future__ import annotations

import re
from typing import Any, Final

from parsing.phrase import phrase
from parsing.text import fold, words

_APPROXIMATE: Final = words(
    "approximate isapproximate isapproximatelocation approximatelocation islocationapproximate fuzzy isfuzzed"
    " hideexactlocation hideexactaddress hideaddress obfuscated isobfuscated ubicacionaproximada"
)
"""Keys that are true where a place is only about right …"""
_EXACT: Final = words(
    "exact isexact exactlocation isexactlocation isexactaddress showexactaddress showexactlocation"
    " exactaddress"
    " showaddress displayexactlocation hasexactaddress"
)
"""… and where it is exactly right."""
_NAMED: Final = words(
    "pintype precision locationprecision geoprecision coordinateprecision accuracy locationaccuracy"
)
_SAID: Final = phrase(
    "location is approximate", "location is only approximate", "approximate location",
    "location shown is approximate",
    "approximate position", "ubicacion aproximada", "ubicacion es aproximada", "localizacion aproximada",
    "ubicacion exacta no", "localisation approximative", "emplacement approximatif", "adresse approximative",
    "ungefahre lage", "ungefahrer standort", "lage ist ungefahr", "standort ist ungefahr",
    "posizione approssimativa", "posizione indicativa", "localizacao aproximada", "localizacao e aproximada",
    "locatie bij benadering", "geschatte locatie", "przyblizona lokalizacja", "lokalizacja przyblizona",
    "priblizna poloha", "poloha je priblizna", "ungefarlig plats", "ungefarligt lage",
    "exact address is not shown",
    "exact location is hidden", "has not indicated the exact address", "no ha indicado la direccion exacta",
    "n'a pas communique l'adresse exacte", "n’a pas communique l’adresse exacte",
)  # fmt: skip


def precision_of(name: str, value: Any) -> str | None:
    """What a compact key of a page's data says of the coordinates beside it."""
    if isinstance(value, bool):
        if name in _APPROXIMATE:
            return "approximate" if value else None
        return ("exact" if value else "approximate") if name in _EXACT else None
    if name in _NAMED and isinstance(value, str):
        text = fold(value)
        if re.search("approx|aprox|fuzzy|street|zone|zip|city|area", text):
            return "approximate"
        return "exact" if re.search("exact|accurate|rooftop|address", text) else None
    return None


def says_approximate(text: str) -> bool:
    """Whether a page says in words that the place on its map is only about right."""
    return _SAID.search(fold(text)) is not None
