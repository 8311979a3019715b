"""How listings say "for sale" and "for rent", in folded words."""

from __future__ import annotations

from typing import Final

from parsing.text import words

SALE: Final = words(
    "sale sales salu venta ventas preventa vente vendre verkauf kauf kaufen vendita venda vender koop salg"
    " sprzedaz sprzedazy sprzedam buy comprar compra remate traspaso resale achat sell purchase"
    " prodej prodam prodeji predaj salgs selges saljes myynti myydaan myytavana elado vanzare prodaja prodaju"
    " satilik satılık купить продажа продаю продается продаж продается продається продажба πωληση "
    "πωλειται muua muuk"
    " pardod parduodamas parduodama pardavimas dijual למכירה للبيع"
)
RENT: Final = words(
    "rent rents rental rentals renta rentas rentar let lets letting lettings lease leases leasing leaseout"
    " alquiler alquileres alquilar arriendo arrendamiento arrendar location louer miete mieten vermietung"
    " affitto aluguel aluguer alugar huur leje wynajem wynajmu wynajme"
    " pronajem pronajmu pronajmout prenajom najam najem leie utleie uthyres uthyrning hyresratt vuokrataan"
    " vuokralle vuokra kiado berles inchiriere inchiriat kiralik kiralık аренда аренду сдается сдам снять"
    " оренда наем ενοικιαση ενοικιαζεται uurida uur izire nuoma nuomojamas disewakan sewa louez"
    " להשכרה للايجار للإيجار"
)
SALE_IN_SCRIPT: Final = (
    "売買",
    "中古(?:マンション|住宅|一?戸建|物件)",
    "新築(?:マンション|住宅|一?戸建)",
    "分譲",
    "売り?",
    "매매",
    "出售",
    "二手房",
    "ขาย",
)
RENT_IN_SCRIPT: Final = ("賃貸", "전세", "월세", "임대", "出租", "租房", "招租", "ให้เช่า", "เช่า")
"""The same in scripts that put no blanks between words."""
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
