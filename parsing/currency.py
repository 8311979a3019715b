"""Currencies by their marks: codes, signs and words, and what an ambiguous sign means to a source."""

from __future__ import annotations

import re
from typing import Final

_ISO: Final = (
    "AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CLF CLP CNY COP CRC CZK DKK DOP EGP EUR GBP GEL GHS GTQ "
    "HKD HNL HUF "
    "IDR ILS INR ISK JMD JOD JPY KES KRW KWD LBP LKR MAD MUR MXN MYR NGN NIO NOK NPR NZD OMR PAB PEN "
    "PHP PKR PLN PYG "
    "QAR RON RSD RUB SAR SEK SGD THB TND TRY TTD TWD TZS UAH UGX USD UYU VND XAF XOF ZAR"
)
_MARKS: Final[dict[str, str]] = {
    "USD": "us$|u$s|u$d|usd$|us dollars?|dolares|dólares|dólar|dolar|dlls?.?|dls.?|american dollars?",
    "MXN": "mx$|mxn$|mex$|m.n.|m.n|mn|pesos mexicanos|moneda nacional",
    "CAD": "ca$|c$|cad$|cdn$", "AUD": "a$|au$|aud$",
    "NZD": "nz$", "HKD": "hk$", "SGD": "s$|sgd$", "TWD": "nt$",
    "BRL": "r$|reais", "EUR": "€|euros?", "GBP": "£|pounds?|gbp£", "CHF": "sfr.?|fr.|franken",
    "JPY": "円|yen|jp¥",
    "INR": "₹|rupees?", "KRW": "₩|원", "PHP": "₱", "CNY": "元|rmb|cn¥", "TRY": "₺|tl", "PLN": "zł",
    "CZK": "kč",
    "AED": "dhs?.?", "ZAR": "r|rands?", "RUB": "₽|руб.?|р.", "ILS": "₪", "THB": "฿|baht", "VND": "₫|đ",
    "IDR": "rp.?", "MYR": "rm", "NGN": "₦", "KES": "kshs?.?", "GHS": "gh₵|₵", "PEN": "s/.?|soles",
    "UAH": "₴|грн.?",
    "CRC": "₡|colones", "PYG": "₲|gs.?", "CLF": "uf", "COP": "col$", "ARS": "ar$", "DOP": "rd$",
    "BDT": "৳", "GEL": "₾", "GTQ": "quetzales",
}  # fmt: skip
_DOLLARS: Final = (
    "MXN", "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "ARS", "CLP", "COP", "UYU", "DOP", "TWD", "TTD",
    "JMD", "NIO",
)  # fmt: skip
_PESOS: Final = ("MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP")
_LOCAL: Final[dict[str, tuple[str, ...]]] = {
    "$": _DOLLARS,
    "pesos": _PESOS,
    "peso": _PESOS,
    "¥": ("JPY", "CNY"), "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"), "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"), "lei": ("RON",),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"), "dirhams": ("AED", "MAD"),
}  # fmt: skip
_COMMON: Final = {
    "¥": "JPY",
    "rs": "INR",
    "rs.": "INR",
    "pesos": "MXN",
    "peso": "MXN",
    "lei": "RON",
    "kr.": "DKK",
}
_COUNTRY_MONEY: Final = (
    "AE:AED AR:ARS AT:EUR AU:AUD BE:EUR BR:BRL CA:CAD CH:CHF CL:CLP CN:CNY CO:COP CR:CRC CY:EUR CZ:CZK "
    "DE:EUR DK:DKK DO:DOP EC:USD EE:EUR ES:EUR FI:EUR FR:EUR GB:GBP GR:EUR GT:GTQ HK:HKD HR:EUR HU:HUF "
    "ID:IDR IE:EUR IL:ILS IN:INR IS:ISK IT:EUR JP:JPY KE:KES KR:KRW LK:LKR LT:EUR LU:EUR LV:EUR MT:EUR "
    "MX:MXN MY:MYR NG:NGN NL:EUR NO:NOK NP:NPR NZ:NZD PA:USD PE:PEN PH:PHP PK:PKR PL:PLN PR:USD PT:EUR "
    "PY:PYG RO:RON RU:RUB SA:SAR SE:SEK SG:SGD SI:EUR SK:EUR SV:USD TH:THB TR:TRY TW:TWD UA:UAH US:USD "
    "UY:UYU VN:VND ZA:ZAR"
)
_COUNTRY: Final = dict(pair.split(":") for pair in _COUNTRY_MONEY.split())


def _pattern(mark: str) -> str:
    """A mark as a regular expression: `?` and `.?` are meant, letters do not run on into a word."""
    escaped = re.escape(mark).replace(r"\?", "?")
    before = r"(?<![^\W\d_])" if mark[0].isalpha() and mark[0].isascii() else ""
    after = r"(?![^\W\d_])" if mark.rstrip("?.")[-1].isalpha() and mark.isascii() else ""
    return before + escaped + after


_PLAIN_MARKS: Final = [mark for marks in _MARKS.values() for mark in marks.split("|")]
_ALL: Final = sorted(
    {*_PLAIN_MARKS, *_LOCAL, *(code.lower() for code in _ISO.split())}, key=lambda m: (-len(m), m)
)
MARK: Final = "|".join(map(_pattern, _ALL))
"""Any currency mark, for lower-cased text; longest first, so that "us$" is never read as "$"."""

_CODE_OF: Final = [
    (re.compile("|".join(map(_pattern, sorted(marks.split("|"), key=len, reverse=True)))), code)
    for code, marks in _MARKS.items()
]
_CODES: Final = frozenset(_ISO.split())


def local_currency(currency: str | None, country: str | None) -> str | None:
    """What a source counts in: as it says, else its country's money."""
    return currency or _COUNTRY.get(country or "")


def currency_of(mark: str, *, currency: str | None, country: str | None) -> str | None:
    """The ISO code that a mark stands for; a shared sign means the source's own money."""
    mark = mark.strip().lower()
    if mark.upper() in _CODES:
        return mark.upper()
    if mark in _LOCAL:
        local = local_currency(currency, country)
        if local in _LOCAL[mark]:
            return local
        if mark == "$" and local is not None:
            return "USD"  # a dollar sign where the local money is not written with one
        return _COMMON.get(mark)
    return next((code for pattern, code in _CODE_OF if pattern.fullmatch(mark)), None)


def parse_currency(text: str, *, currency: str | None = None, country: str | None = None) -> str | None:
    """The ISO code that a cell names: a code of three letters, a sign or a word; None if nobody knows it."""
    mark = text.strip()
    if len(mark) == 3 and mark.isascii() and mark.isalpha():
        return mark.upper()
    return currency_of(mark, currency=currency, country=country)
