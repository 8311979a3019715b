"""The money of a page: as it states it, else of the country that its address, language or host names.

That settles amounts without a sign, and signs that several countries share.
"""

from __future__ import annotations

import re
from typing import Any, Final

from parsing.currency import ALL_MARKS, currency_of, mark_pattern
from parsing.text import fold, squeeze, words
from parsing.vocabulary.money import CODES, COUNTRIES, SHARED, UNCLEAR_MARKS
from scrapers.extract.content import content
from scrapers.extract.jsonld import jsonld
from scrapers.extract.loading import walk
from scrapers.extract.page import Page, host

_STATES_BY_ZIP: Final = (
    "CT MA ME NH NJ RI VT PR VI|DE NY PA|DC MD NC SC VA WV|AL FL GA MS TN|IN KY MI OH|IA MN MT ND SD WI"
    "|IL KS MO NE|AR LA OK TX|AZ CO ID NM NV UT WY|AK CA HI OR WA"
)
"""The states of the USA by the first digit of their zip codes, from 0."""
_ZIPS_OF: Final = {
    state: str(digit) for digit, line in enumerate(_STATES_BY_ZIP.split("|")) for state in line.split()
}
_US: Final = re.compile(r"\b([A-Z]{2})\.?,?\s+(\d)\d{4}(?:-\d{4})?\b")
_US_PLACE: Final = re.compile(
    r"(?:, ?(?P<city>[A-Z][A-Za-z.' -]{2,30}))?,? (?P<state>[A-Z]{2}),? (?P<zip>\d{5})(?:-\d{4})?(?:,?"
    r" (?:USA?|United States))?$"
)
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
_MARK: Final = re.compile(mark_pattern(ALL_MARKS), re.IGNORECASE)
_STATED: Final = re.compile(
    rf"(?:prices?|precios?|prix|preise?|prezzi|precos?|prijzen|prijs|ceny|cen|priser|priserna|fiyatlar|hinnat|цены|arak"
    rf"|importes?|amounts?|valores|valeurs?|betrage)(?: [^\W\d]+){{0,4}}? (?:in|en|em|w|v|i|na|uz|au|za) "
    rf"(?P<mark>{mark_pattern(ALL_MARKS - UNCLEAR_MARKS - SHARED.keys())})(?![^\W_])"
    rf"|(?:currency|moneda|divisa|wahrung|devise|valuta|moeda|waluta"
    rf"|mena) ?: (?P<code>{mark_pattern(map(str.lower, CODES))})"
)
"""A page's word on all of its amounts: "Todos los precios en €", "Prices are quoted in US dollars"."""
_COUNTRY_OF_LANGUAGE: Final = {
    "sv": "SE", "da": "DK", "nb": "NO", "nn": "NO", "no": "NO", "is": "IS", "ja": "JP", "hu": "HU",
    "ro": "RO",
}  # fmt: skip
"""Languages of one money of those that share a sign."""
_GENERAL_HOSTS: Final = words("co io me tv ai cc ws fm am to la gg sh vc bz st nu ly im is")
"""Endings of hosts that anybody takes, whatever country they stand for."""
_UNSURE_LANGUAGES: Final = words("en-us en-gb")
"""What site builders write unasked."""


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


def shared_currency(page: Page, raw: dict[str, Any], stated: str | None) -> str | None:
    """The currency of a price whose sign several countries share, by the home's country; else None."""
    marks = {mark.strip() for mark in _MARK.findall(str(raw.get("price") or "").lower())}
    if "currency" in raw or len(marks) != 1 or (mark := marks.pop()) not in SHARED:
        return None
    country = country_of(raw, stated) or country_of_heads(page) or country_of_site(page)
    currency = None if country is None else currency_of(mark, currency=None, country=country)
    return currency if currency in SHARED[mark] else None


def country_of_heads(page: Page) -> str | None:
    """The country whose addresses are written like the one in the page's heading or title."""
    title = page.tree.css_first("title")
    heads = [node.text() for node in (page.heading, title) if node is not None]
    return next((found for head in heads if (found := country_of({"address": head}, None))), None)


def us_place(text: str) -> tuple[str | None, str, str] | None:
    """The town, the state and the zip code that an American address ends in; the town after a comma alone."""
    found = _US_PLACE.search(squeeze(text))
    if found is None or _ZIPS_OF.get(found["state"]) != found["zip"][0]:
        return None
    return found["city"], found["state"], found["zip"]


def country_of_site(page: Page) -> str | None:
    """The country that the site's host or the page's language names; None where they differ."""
    found = {
        ending.upper().replace("UK", "GB")
        for address in page.addresses
        if (ending := host(address).rpartition(".")[2]) not in _GENERAL_HOSTS
        and ending.upper().replace("UK", "GB") in COUNTRIES
    }
    node = page.tree.css_first("html[lang]")
    language = str(node.attributes.get("lang") or "").lower().replace("_", "-") if node else ""
    region = language.rpartition("-")[2].upper() if language not in _UNSURE_LANGUAGES else ""
    if region in COUNTRIES and "-" in language:
        found.add(region)
    elif (spoken := _COUNTRY_OF_LANGUAGE.get(language.partition("-")[0])) is not None:
        found.add(spoken)
    return found.pop() if len(found) == 1 else None


def is_bare(raw: dict[str, Any]) -> bool:
    """Whether a price has no sign of money."""
    return "price" in raw and "currency" not in raw and _MARK.search(str(raw["price"]).lower()) is None


def stated_currency(page: Page) -> str | None:
    """The currency that the page says all its amounts are in; else None."""
    found = set()
    for match in _STATED.finditer(_all_text(page)):
        found.add(currency_of(match["mark"] or match["code"], currency=None, country=None))
    return found.pop() if len(found) == 1 else None


def _all_text(page: Page) -> str:
    """The page's text with its footer, where such words stand."""
    footers = (node.text(separator=" ") for node in page.tree.css("footer"))
    return fold(squeeze(" ".join([content(page).text, *footers])))
