"""How listings say "for sale" and "for rent", in folded words."""

from __future__ import annotations

from typing import Final

from parsing.text import words

SALE: Final = words(
    "sale sales salu venta ventas preventa vente vendre verkauf kauf kaufen vendita venda vender koop salg"
    " sprzedaz buy comprar compra remate traspaso resale achat sell purchase"
)
RENT: Final = words(
    "rent rents rental rentals renta rentas rentar let lets letting lettings lease leases leasing leaseout"
    " alquiler alquileres alquilar arriendo arrendamiento arrendar location louer miete mieten vermietung"
    " affitto aluguel aluguer alugar huur leje wynajem"
)
UNCLEAR: Final = words("location let lets lease leases")
"""Rent by itself, but in running text also a place, a verb or what a flat for sale is held on.

There, such a word counts after one of `LEADS` ("to let", "en location"), or alone where no clear word is.
"""
LEADS: Final = words("for to en")

PREPOSITIONS: Final = (
    "for", "to", "on", "en", "a la", "a", "zum", "zur", "zu", "te", "till", "til", "na", "in", "in der",
)  # fmt: skip
"""What may stand before the word: "for sale", "à louer", "zur Miete", "ZurMiete"."""
KINDS: Final = ("vacation", "residential", "commercial")
"""What may stand before the word in English: "vacation rental"."""
TERMS: Final = words("temporal vacacional corta larga mensual")
"""What may stand after the word in Spanish: "renta temporal"."""
