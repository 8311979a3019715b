"""What is on offer: sale or rent, in the words of the portals."""

from __future__ import annotations

import re
from typing import Final

from parsing.text import one_line, plain

SALE: Final = (
    r"(?:for|on|en|a la|à|a|zum|te|till|til|na|in|in der)?\s?"
    r"(?:sales?|salu|venta|ventas|preventa|vente|vendre|verkauf|kauf|kaufen|vendita|venda|koop|salg|"
    r"sprzedaz|"
    r"buy|comprar|compra|remate|traspaso|forsale|resale|achat|sell|purchase|commercial sale)"
)
RENT: Final = (
    r"(?:for|to|en|a la|à|a|zur|zu|te|till|til|na|in|in der)?\s?"
    r"(?:rent|rents|rental|rentals|renta|rentas|let|lets|letting|lettings|lease|leases|leasing|alquiler|"
    r"alquileres|"
    r"arriendo|arrendamiento|location|louer|miete|mieten|vermietung|affitto|aluguel|aluguer|alugar|"
    r"arrendar|huur|"
    r"leje|wynajem|forrent|tolet|alquilar|rentar|"
    r"vacation rental|renta temporal|renta vacacional|alquiler temporal|residential lease|commercial lease)"
)
WORD: Final = re.compile(rf"(?<!\w)(?:(?P<sale>{SALE})|(?P<rent>{RENT}))(?!\w)")
_MIXED: Final = re.compile(r"[/,;|&+]| y | and | und | et | e | o | or ")
_BARE: Final = re.compile(
    rf"(?:(?P<sale>{SALE})|(?P<rent>{RENT}))(?: (?:temporal|vacacional|corta|larga|mensual))?"
)


def parse_operation(text: str) -> str:
    """`sale` or `rent`; several give the sale first, and a word nobody knows stays as it is."""
    phrase = _words(text)
    words = [part.strip() for part in _MIXED.split(phrase) if part.strip()]
    found = [match for word in words if (match := _BARE.fullmatch(word))]
    if not words or len(found) != len(words):
        whole = _BARE.fullmatch(phrase)
        return one_line(text) if whole is None else _name(whole)
    return "sale" if any(match["sale"] for match in found) else "rent"


def _words(text: str) -> str:
    """The phrase with `for_sale` and `for-sale` as two words."""
    return plain(text).replace("_", " ").replace("-", " ")


def _name(match: re.Match[str]) -> str:
    return "sale" if match["sale"] else "rent"


def operation_in(text: str) -> str | None:
    """The first operation that a phrase names, if it names one."""
    found = WORD.search(_words(text))
    return None if found is None else _name(found)
