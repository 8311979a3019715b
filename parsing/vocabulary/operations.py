"""How listings say "for sale" and "for rent", in folded words."""

from __future__ import annotations

from typing import Final

from parsing.text import fold, words

SALE: Final = words(
    "sale sales salu venta ventas preventa vente ventes vendre verkauf kauf kaufen vendita venda vender"
    " koop salg"
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
SALE_IN_CELL: Final = tuple(
    map(
        fold,
        (
            "verkaufen", "zu verkaufen", "zum verkauf", "se vende", "vende-se", "vendesi", "for purchase",
            "freehold sale", "for sale by owner", "fsbo", "for sale by agent", "private sale", "de venta",
            "sale by owner",
            "prodej", "predaj", "prodaja", "na prodej", "na predaj", "elado", "eladó", "de vanzare",
            "vânzare",
            "myynti", "myytavana", "myytävänä", "til salgs", "til salg", "pardavimas", "parduodama", "müük",
            "продажа", "продам", "продается", "продаётся", "купить", "продаж", "продається", "продажба",
            "продава", "πώληση", "πωλείται", "προς πώληση", "satılık", "satış", "للبيع", "بيع", "فروش",
            "למכירה",
            "מכירה", "売買", "販売", "売ります", "出售", "售", "二手房", "新房", "买房", "买卖", "매매",
            "분양", "ขาย", "bán",
            "mua bán", "dijual", "jual", "bikri", "बिक्री", "बेचना",
        ),
    )
)  # fmt: skip
"""What means "for sale" where a cell holds nothing else: in running text, a name or another word."""
RENT_IN_CELL: Final = tuple(
    map(
        fold,
        (
            "vermieten", "zu vermieten", "arrendamento", "para arrendar", "para alugar",
            "for rent by owner", "frbo", "se alquila", "se renta", "se arrienda", "arrienda", "aluga-se",
            "arrenda-se",
            "temporada", "affittasi", "locazione", "te huur", "verhuur", "pronajem", "pronájem", "prenajom",
            "prenájom", "najam", "na pronajem", "kiado", "kiadó", "de inchiriat", "închiriere", "vuokra",
            "vuokraus", "vuokrattavana", "uthyres", "uthyrning", "til leie", "til leje", "utleie", "nuoma",
            "üür",
            "аренда", "сдам", "сдается", "сдаётся", "снять", "оренда", "здається", "под наем", "наем",
            "ενοικίαση", "ενοικιάζεται", "προς ενοικίαση", "kiralık", "devren kiralık", "günlük kiralık",
            "للإيجار", "للايجار", "إيجار", "ايجار", "اجاره", "להשכרה", "השכרה", "賃貸", "出租", "租房", "租",
            "整租", "合租", "전세", "월세", "임대", "ให้เช่า", "เช่า", "cho thuê", "thuê", "disewakan", "disewa",
            "sewa",
            "किराया", "किराये पर", "alquiler con opción a compra", "alquiler opción compra",
        ),
    )
)  # fmt: skip
"""What means "to rent" there."""
KINDS: Final = ("vacation", "residential", "commercial")
"""What may stand before the word in English: "vacation rental"."""
TERMS: Final = words("temporal vacacional corta larga mensual")
"""What may stand after the word in Spanish: "renta temporal"."""
