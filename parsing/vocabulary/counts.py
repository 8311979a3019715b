"""Words that stand for a count, folded."""

from __future__ import annotations

from typing import Final

from parsing.text import fold, words

_STUDIO: Final = (
    "studio", "studios", "estudio", "estudios", "studio apartment", "studio flat", "bachelor", "bedsit",
    "monolocale", "monoambiente", "studette", "kitnet", "quitinete", "kawalerka", "garsoniera", "garsonka",
    "einzimmerwohnung", "студия", "студія", "stüdyo", "studyo", "ワンルーム", "원룸", "开间", "單間",
)  # fmt: skip
_NEW: Final = (
    "a estrenar",
    "nuevo",
    "nueva",
    "new",
    "brand new",
    "new build",
    "neubau",
    "neuf",
    "novo",
    "nowe",
)
WORDS: Final[dict[str, dict[str, int]]] = {
    "bedrooms": dict.fromkeys(map(fold, _STUDIO), 0),
    "age_years": dict.fromkeys(_NEW, 0),
}
"""By field, the words that stand for a number."""
BEDROOMS: Final = (
    "beds?", "bedrooms?", "bd", "bds", "br", "brs", "bhk", "hab", "habs", "habitaciones", "recamaras?", "rec",
    "dorm", "dorms", "dormitorios?", "quartos?", "chambres?", "ch", "schlafzimmer", "slaapkamers?", "slpk",
    "camere", "pn", "kt",
)  # fmt: skip
BATHROOMS: Final = (
    "baths?", "bathrooms?", "ba", "banos?", "banheiros?", "sdb", "bader", "badezimmer", "badkamers?", "bagni",
    "bagno", "wc", "km",
)  # fmt: skip
"""Beside a number in a cell of several, what it counts."""
ROOMS: Final = (
    "rooms?", "ambientes?", "amb", "pieces?", "zimmer", "zi", "kamers?", "pokoje", "pokoi", "pokoju", "pokoj",
    "комн", "комнаты?", "комнат", "rok", "חדרים", "locali", "vani", "huonetta", "oda", "szoba", "rum",
    "rum och kok", "roms",
)  # fmt: skip
"""Beside a count of rooms, which may have living rooms among them."""
NOT_A_YEAR: Final = (
    "before",
    "after",
    "since",
    "vor",
    "nach",
    "ab",
    "antes de",
    "despues de",
    "avant",
    "apres",
    "prima",
    "dopo",
    "до",
    "после",
    "przed",
    "po",
)
"""Before a year that only bounds the one of construction."""
_GROUND: Final = (
    "pb", "planta baja", "ground", "ground floor", "gf", "eg", "erdgeschoss", "rez-de-chaussee", "bajo",
    "rdc", "terreo", "res do chao", "piano terra", "parter", "przyziemie", "parterre", "begane grond",
    "bottenvaning", "stueetage", "prizemie", "prizemlje", "foldszint", "zemin", "zemin kat", "lantai dasar",
    "bv", "stuen", "r/c",
)  # fmt: skip
_BELOW: Final = (
    "basement", "sotano", "souterrain", "kellergeschoss", "suterena", "sous-sol", "seminterrato", "subsuelo",
    "цоколь", "bodrum", "kjeller", "kaelder",
)  # fmt: skip
_STOREYS: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
FLOORS: Final[dict[str, int]] = {
    **dict.fromkeys(_GROUND, 0),
    **dict.fromkeys(_BELOW, -1),
    **{f"{word} floor": number for number, word in enumerate(_STOREYS, 1)},
}
"""Storeys by name: the ground floor is 0."""
NUMBERS: Final[dict[str, str]] = {
    word: str(number)
    for number, line in enumerate(
        (
            "one uno una un eins ein eine um uma een jeden jedna",
            "two dos deux zwei dois duas due twee dwa dwie", "three tres trois drei tre drie trzy",
            "four cuatro quatre vier quatro quattro cztery", "five cinco cinq funf cinque vijf piec",
            "six seis sechs sei zes szesc", "seven siete sept sieben sete", "eight ocho huit acht oito otto",
            "nine nueve neuf neun nove", "ten diez dix zehn dez dieci tien",
        ),
        1,
    )
    for word in words(line)
}  # fmt: skip
"""The first ten numbers in words."""
