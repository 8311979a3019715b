"""How areas are measured: the words of each unit, as short patterns without case, and what it is in m²."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from parsing.text import fold

_SQFT: Final = Decimal("0.3048") ** 2
IN_M2: Final[dict[str, Decimal]] = {
    "m2": Decimal(1),
    "sqft": _SQFT,  # the international foot, 0.3048 m
    "sqyd": 9 * _SQFT,
    "acre": 43_560 * _SQFT,
    "ha": Decimal(10_000),
    "km2": Decimal(1_000_000),
    "are": Decimal(100),
    "tsubo": Decimal(400) / 121,  # Japan, Korea (pyeong) and Taiwan (ping) alike: six shaku square
    "marla": Decimal("272.25")
    * _SQFT,  # a square rod, 1/160 acre, as land records have it; some schemes: 225
    "kanal": 20 * Decimal("272.25") * _SQFT,
    "rood": 10_890 * _SQFT,  # a quarter of an acre
    "perch": Decimal("272.25") * _SQFT,
    "guntha": 1_089 * _SQFT,  # 1/40 acre
    "cent": Decimal("435.6") * _SQFT,  # 1/100 acre; "decimal" in Bangladesh
    "rai": Decimal(1_600),
    "ngan": Decimal(400),
    "wah": Decimal(4),
    "dunam": Decimal(1_000),
    "feddan": Decimal("4200.83"),
    "mu": Decimal(2_000) / 3,
    "ropani": 5_476 * _SQFT,
    "aana_np": Decimal("342.25") * _SQFT,
    "katha_bd": 720 * _SQFT,
    "chatak_bd": 45 * _SQFT,  # a sixteenth of a katha
    "dhur_np": Decimal("182.25") * _SQFT,  # a twentieth of a kattha
    "nm_hu": Decimal(1),  # négyzetméter
    "mal_no": Decimal(1_000),
    "tunnland_se": Decimal("4936.4"),
    "katha_np": 3_645 * _SQFT,
    "bigha_bd": 14_400 * _SQFT,
    "bigha_np": 72_900 * _SQFT,
    "square": 100 * _SQFT,
}
"""By unit, its square metres."""
AREAS: Final[dict[str, tuple[str, ...]]] = {
    "sqft": (
        r"sq(?:r|uare)?\.? ?f(?:ee|oo)?t(?:age)?\.?", r"ft ?[2²]", r"sf", r"pi ?[2²]", r"pi\.? ?ca\.?",
        r"pieds? carr[eé]s?", r"feet squared", r"pies ?[2²]",
        r"pies cuadrados?", r"sqfts", r"sft\.?", r"quadratfu(?:ss|ß)", r"वर्ग फुट", r"वर्ग फीट", r"平方呎",
        r"方呎", r"呎", r"平方尺",
    ),
    "acre": (r"acres?", r"acreage", r"ac\.?", r"एकड़", r"ایکڑ", r"акр(?:а|ов)?", r"acri", r"akers?"),
    "ha": (r"ha\.?s?", r"hect[aá]reas?", r"hectares?", r"hektar", r"ettar[oi]", r"hektár", r"га"),
    "sqyd": (r"sq(?:uare)?\.? ?y(?:ar)?ds?\.?", r"gaj", r"gaz", r"yd ?[2²]", r"वर्ग गज"),
    "m2": (
        r"m ?[2²]", r"mts?\.? ?[2²]?", r"mtrs?\.? ?[2²]", r"metros? ?[2²]?", r"metros? ?cuadrados?",
        r"m\.? cuadrados?", r"sq\.? ?m\.?", r"sq\.? ?mtr?s?\.?", r"sq(?:uare)?\.? ?met(?:er|re)s?",
        r"met(?:er|re|ro)s? ?squared", r"qm", r"quadratmeter", r"quadratm\.?", r"m[eè]tres? carr[eé]s?",
        r"metri quadr(?:at)?[io]", r"mq\.?", r"metr[óo]w kw(?:adratowych)?\.?",
        r"metr[uů] ?[cč]tvere[cč]n[ií]ch", r"metros? ?quadrados?", r"平米", r"平方米", r"平方公尺",
        r"平方メートル", r"제곱미터", r"м ?[2²]", r"кв\.? ?м\.?", r"м\.? ?кв\.?", r"квадратных метров",
        r"τ\.? ?μ\.?", r"m ?kw\.?", r"kvm\.?", r"kvadratmeter", r"vierkante meters?", r"metrekare", r"mp",
        r"meter persegi", r"négyzetméter", r"mét vuông", r"متر مربع", r"م ?[2²]", "מ\"ר", r"ตร\.ม\.",
        r"ตารางเมตร", r"sqms", r"neliötä",
    ),
    "km2": (r"km ?[2²]", r"square kilomet(?:er|re)s?"),
    "tsubo": (r"坪", r"tsubos?", r"pings?", r"평", r"pyeongs?", r"pyungs?"),
    "are": (r"ares?", r"соток", r"сотк[аиу]", r"сот\.?", r"ara", r"arów", r"ary"),
    "marla": (r"marlas?", r"مرلہ"),
    "kanal": (r"kanals?", r"کنال"),
    "guntha": (r"gunthas?", r"guntas?"),
    "cent": (r"cents?", r"decimals?", r"dismils?"),
    "rood": (r"roods?",),
    "perch": (r"perch(?:es)?",),
    "rai": (r"rais?", r"ไร่"),
    "ngan": (r"ngans?", r"งาน"),
    "wah": (r"sq\.? ?wah", r"square wah", r"wah", r"ตร\.ว\.", r"ตารางวา"),
    "dunam": (r"dunams?", r"dönüm", r"dekar[ey]?", r"דונם", r"دونم", r"stremmata", r"στρέμματα"),
    "feddan": (r"feddans?", r"فدان"),
    "mu": (r"亩", r"市亩"),
    "ropani": (r"ropanis?",),
    "square": (r"squares?",),
}  # fmt: skip
REGIONAL: Final[dict[str, dict[str, str]]] = {
    "katha": {"BD": "katha_bd", "NP": "katha_np"},
    "kattha": {"BD": "katha_bd", "NP": "katha_np"},
    "bigha": {"BD": "bigha_bd", "NP": "bigha_np"},
    "aana": {"NP": "aana_np"},
    "cottah": {"BD": "katha_bd"},
    "chatak": {"BD": "chatak_bd"},
    "chattak": {"BD": "chatak_bd"},
    "chittack": {"BD": "chatak_bd"},
    "dhur": {"NP": "dhur_np"},
    "nm": {"HU": "nm_hu"},
    "mal": {"NO": "mal_no"},
    "tunnland": {"SE": "tunnland_se"},
    "sarsai": {},
    "kirat": {},
    "qirat": {},
    "قيراط": {},
    "قراريط": {},
    "biswa": {},
    "alqueire": {},
    "vara": {},
    "manzana": {},
    "cuerda": {},
}
"""Units that differ from place to place: by country, the one meant there. Elsewhere they are doubtful."""
LENGTHS: Final[dict[str, tuple[str, ...]]] = {
    "m2": (r"m", r"meters?", r"metres?", r"м", r"متر"),
    "sqft": (r"ft\.?", r"feet"),
}
"""Lengths that stand for areas where only an area can: in a cell of one, or as the unit beside a number."""
CODES: Final = {"mtk": "m2", "ftk": "sqft", "ydk": "sqyd", "acr": "acre", "har": "ha", "kmk": "km2"}
"""UN/CEFACT's codes, as schema.org's `unitCode` gives them."""

WRITTEN: Final = {
    "sqft": "sqft", "acre": "acres", "ha": "ha", "sqyd": "sq yd", "m2": "m²", "km2": "km²", "tsubo": "坪",
    "are": "ares", "marla": "marla", "kanal": "kanal", "guntha": "guntha", "cent": "cents",
    "rood": "roods", "perch": "perches", "rai": "rai", "ngan": "ngan", "wah": "sq wah", "dunam": "dunam",
    "feddan": "feddan", "mu": "亩", "ropani": "ropani", "square": "squares",
}  # fmt: skip
"""How a unit is added to a bare number."""

FRACTIONS: Final = {
    "0.5": (
        "(?:a )?half(?: of)?(?: an?)?",
        "media",
        "medio",
        "un demi",
        "demi",
        "ein halber",
        "halber",
        "mezzo",
    ),
    "0.25": ("(?:a )?quarter(?: of)?(?: an?)?", "un cuarto de"),
    "0.75": ("three[ -]quarters?(?: of)?(?: an?)?", "tres cuartos de"),
}
"""By value, the words for a part of an acre or hectare."""

UNCLEAR: Final = (
    r"ac\.?", r"cents?", r"decimals?", r"dismils?", r"perch(?:es)?", r"ares?", r"squares?", r"rais?", r"wah",
    r"mp", r"pings?", r"gaz", r"mq\.?", r"м", r"сот\.?", r"ara", r"arów", r"ary", r"roods?", r"متر",
    r"ngans?", r"งาน",
)  # fmt: skip
"""Air conditioning, money, birds, verbs, names: other words in running text."""
PRICED_BEFORE: Final = {
    "m2": (
        r"quadratmeterpreis", r"m2-preis", r"preis ?/ ?m2", r"kvadratmeterpris", r"m2-pris",
        r"每平(?:方?米)?",
        r"ตร\.ม\.? ?ละ", r"ตารางเมตรละ", r"(?:цена )?за (?:1 )?(?:м2|кв\.? ?м\.?|метр)", r"m2 ?(?:a|al) ?",
        r"m2 ár", r"prix (?:au |du )?(?:m2|metre(?: carre)?)",
    ),
    "sqft": (r"psf", r"(?:rate|price) per sq(?:uare)?\.? ?f(?:oo|ee)?t\.?", r"呎價", r"呎价", r"每呎"),
    "tsubo": (r"坪単価", r"坪单价", r"坪單價", r"每坪", r"평당", r"평 ?당"),
    "wah": (r"ตร\.ว\.? ?ละ", r"ตารางวาละ"),
    "sqyd": (r"per gaj",),
}  # fmt: skip
"""By unit, words before an amount that make it a price per area."""
PRICE_OF: Final = (
    r"(?:price|prix|precio|preis|prezzo|preco|valor|cena|cijena|pris|prijs|rate|hinta|pret|ar|fiyat|harga|"
    r"gia)"
)
"""Before a unit: "precio m2: $12,500"."""
_ENDINGS: Final = ("sqft", "acre", "ha", "sqyd", "m2", "km2")
# a metro is a railway too, and short words end many others
_NOT_ENDINGS: Final = (
    *UNCLEAR, r"ha\.?s?", r"sf", r"qm", r"gaj", r"mts?\.? ?[2²]?", r"metros? ?[2²]?", r"sft\.?",
    r"quadratm\.?", r"mp", r"m ?kw\.?",
)  # fmt: skip
_NOT_HEADERS: Final = (
    r"squares?",
    r"decimals?",
    r"ares?",
    r"mp",
    r"rais?",
    r"wah",
    r"roods?",
    r"ara",
    r"ary",
)


def _forms(word: str) -> tuple[str, ...]:
    folded = fold(word).replace("⁄", "")
    return (word,) if folded == word else (word, folded)


def any_of(*lists: dict[str, tuple[str, ...]], but: tuple[str, ...] = ()) -> str:
    """One pattern for the words of these lists, with their accents and without, longer ones first."""
    found = [
        form for units in lists for words in units.values() for word in words if word not in but
        for form in _forms(word)
    ]  # fmt: skip
    return "|".join(sorted(dict.fromkeys(found), key=lambda word: (-len(word), word)))


UNIT_WORD: Final = any_of(AREAS, LENGTHS)
"""Any unit, where an area stands."""
PRICED_WORD: Final = any_of(AREAS, LENGTHS, but=UNCLEAR)
"""Any unit, where a price per area may stand."""
TEXT_WORD: Final = rf"(?:{any_of(AREAS, but=UNCLEAR)})(?:(?<=[2²])|(?![^\W\d_]))"
"""A unit in running text, where "ft" is a length and "AC" is air conditioning."""
HEADER_WORD: Final = {
    unit: words
    for unit, forms in AREAS.items()
    if unit != "square" and (words := any_of({unit: forms}, but=_NOT_HEADERS))
}
"""By unit, its words in a column's name: there a length is a length."""
KEY_ENDING: Final = re.compile(
    rf"(?P<stem>.*?)(?P<unit>{any_of({unit: AREAS[unit] for unit in _ENDINGS}, but=_NOT_ENDINGS)}|mt?s?2)",
    re.IGNORECASE,
)
"""The end of a JSON key such as `livingAreaSqFt`, all in small letters and digits."""

_UNIT_OF: Final = {
    unit: re.compile(any_of({unit: (*AREAS[unit], *LENGTHS.get(unit, ()))}), re.IGNORECASE) for unit in AREAS
}


@lru_cache(maxsize=1_000)
def unit_of(word: str) -> str:
    """The unit that a word matched by one of these patterns names."""
    return next(unit for unit, pattern in _UNIT_OF.items() if pattern.fullmatch(word))
