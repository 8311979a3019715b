"""The country of a home by its own address, for a sign of money that several countries share."""

from __future__ import annotations

import re
from typing import Any, Final

from parsing.currency import currency_of
from parsing.text import fold
from parsing.vocabulary.money import COUNTRIES, SHARED
from scrapers.extract.jsonld import jsonld
from scrapers.extract.loading import walk
from scrapers.extract.page import Page

_STATES_BY_ZIP: Final = (
    "CT MA ME NH NJ RI VT PR VI|DE NY PA|DC MD NC SC VA WV|AL FL GA MS TN|IN KY MI OH|IA MN MT ND SD WI"
    "|IL KS MO NE|AR LA OK TX|AZ CO ID NM NV UT WY|AK CA HI OR WA"
)
"""The states of the USA by the first digit of their zip codes, from 0."""
_ZIPS_OF: Final = {
    state: str(digit) for digit, line in enumerate(_STATES_BY_ZIP.split("|")) for state in line.split()
}
_US: Final = re.compile(r"\b([A-Z]{2})\.?,?\s+(\d)\d{4}(?:-\d{4})?\b")
_CA: Final = re.compile(r"\b(?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT),?\s+[A-Z]\d[A-Z] ?\d[A-Z]\d\b")
_AU: Final = re.compile(r"\b(?:NSW|VIC|QLD|TAS|ACT)\.?,?\s+\d{4}\b")
_NAMES: Final = {
    **dict.fromkeys(("us", "usa", "united states", "united states of america", "estados unidos"), "US"),
    **dict.fromkeys(("mx", "mex", "mexico"), "MX"),
    **dict.fromkeys(("ca", "can", "canada"), "CA"),
    **dict.fromkeys(("au", "aus", "australia"), "AU"),
    **dict.fromkeys(("ar", "arg", "argentina"), "AR"),
    **dict.fromkeys(("cl", "chl", "chile"), "CL"),
    **dict.fromkeys(("co", "col", "colombia"), "CO"),
    **dict.fromkeys(("nz", "nzl", "new zealand"), "NZ"),
}
_SIGN: Final = re.compile(r"(?<![A-Za-z])[$¥](?![A-Za-z])")
_CODE: Final = re.compile(r"\b(?:[A-Z]{3}|M\.? ?N\.?)(?!\w)")


def stated_country(page: Page) -> str | None:
    """The country that the page's structured data names, if it names one."""
    named = [page.meta("og:country-name", "geo.country")]
    for node, _ in jsonld(page):
        for part, _, _ in walk(node):
            country = part.get("addressCountry")
            named.append(country.get("name") if isinstance(country, dict) else country)
    found = {name.strip() for name in named if isinstance(name, str) and name.strip()}
    return found.pop() if len(found) == 1 else None


def country_of(raw: dict[str, Any], stated: str | None) -> str | None:
    """The country that the page states, else the one whose addresses are written like the listing's."""
    if stated is not None:
        return _NAMES.get(fold(stated).strip(), stated.upper() if stated.upper() in COUNTRIES else None)
    state, code = str(raw.get("state") or ""), str(raw.get("postal_code") or "")
    for text in (str(raw.get("address") or ""), f"{state} {code}"):
        found = _US.search(text)
        if found and _ZIPS_OF.get(found[1]) == found[2]:
            return "US"
        if _CA.search(text):
            return "CA"
        if _AU.search(text):
            return "AU"
    return None


def shared_currency(raw: dict[str, Any], stated: str | None) -> str | None:
    """The currency of a price whose sign several countries share, by the home's country; else None."""
    price = str(raw.get("price") or "")
    sign = _SIGN.search(price)
    if "currency" in raw or sign is None or _CODE.search(price):
        return None
    country = country_of(raw, stated)
    currency = None if country is None else currency_of(sign[0], currency=None, country=country)
    return currency if currency in SHARED[sign[0]] else None
