"""How often a price is due: night, week, month or year."""

from __future__ import annotations

import re
from typing import Final

from config.errors import ParseError
from parsing.text import fold, plain

_WORDS: Final = {
    "night": (
        r"nights?|nightly|noches?|noite|nuits?|nuitee|nacht|notte|days?|daily|dia|diarios?|diaria|"
        r"tag|jour|natt|noc|gece|malam|сутки|сут\.?|ночь|ніч|giorno|dag|คืน|晚|泊"
    ),
    "week": (
        r"weeks?|weekly|wk|pw|p\.w\.?|p/w|semanas?|semanal|semaine|woche|wochentlich|settimana|uge|"
        r"vecka|week|tydzien|tyden|viikko|hafta|minggu|неделю|нед\.?|тиждень|周|週"
    ),
    "month": (
        r"months?|monthly|mth|mo|pcm|p\.c\.m\.?|pm|p\.m\.?|p/m|mes|meses|mensual|mensuales|mensualidad|"
        r"mois|mensuel|"
        r"mensuelle|monat|monatlich|mtl|mese|mensile|mensili|mc\.?|mensal|maand|mnd|manad|man|maned|mdr|"
        r"miesiac|miesiecznie|mies\.?|mesiac|md\.?|mesic|mesicne|mes\.|honap|ho|luna|lunar|mjesec|mjesecno|mesec|mesecno|kuukausi|"
        r"(?<=/)kk|(?<=/ )kk|ay|aylik|"
        r"bulan|bln|thang|месяц|мес\.?|місяць|міс\.?|месец|μηνας?|เดือน|شهر|شهريا|חודש|לחודש|"
        r"月|个月|ヶ月|か月|월"
    ),
    "year": (
        r"years?|yearly|yr|pa|p\.a\.?|annum|annual|annually|ano|anos|anual|annuel|annee|an|anno|jahr|"
        r"jahrlich|jaar|year|rok|ar|vuosi|yil|yıl|tahun|thn|год|рік|سنة|سنويا|ปี|年|년"
    ),
}
# Short words that are also something else ("mo" in a name, "an" an article): only straight after a link.
_LINKED_ONLY: Final = frozenset(
    ("mo", "mc\\.?", "an", "ay", "dia", "day", "days", "tag", "jour", "ano", "anos", "uge", "pa", "pm",
    "man", "ho",
     "luna", "lunar", "rok", "ar", "noc", "dag", "giorno", "anno", "ปี", "год", "mes\\.", "mdr")
)  # fmt: skip
_LINK: Final = r"(?:/|per|por|al|a la|a|par|pro|p/|each|every|cada|im|am|pr\.?|за|в|на|o|om|je|v|na|za)"
_FOLDED: Final = {name: fold(words) for name, words in _WORDS.items()}
_LINKED: Final = frozenset(map(fold, _LINKED_ONLY))
_TAIL: Final = re.compile(
    rf"\s*\W{{0,2}}\s*(?:{_LINK}\s*)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FOLDED.items())
    + r")(?![^\W_])"
)
_HAS_WORD: Final = re.compile(r"\s*\W{0,2}\s*[^\W\d_]").match
_ANYWHERE: Final = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(
        f"(?P<{name}>{'|'.join(word for word in words.split('|') if word not in _LINKED)})"
        for name, words in _FOLDED.items()
    )
    + r")(?![^\W_])"
)
_WHOLE: Final = {
    name: re.compile(rf"(?:{_LINK}\s*)?(?:calendar )?(?:{words})") for name, words in _FOLDED.items()
}


def parse_period(text: str) -> str:
    """`night`, `week`, `month` or `year`."""
    word = plain(text)
    for name, pattern in _WHOLE.items():
        if pattern.fullmatch(word):
            return name
    raise ParseError(text, "not a period")


def period_after(tail: str) -> str | None:
    """The period written straight after an amount ("/ mes", "pcm"), given `plain` text."""
    found = _TAIL.match(tail) if _HAS_WORD(tail) else None
    return None if found is None else found.lastgroup


def without_period(tail: str) -> str:
    """What follows the period at the beginning of a text: " - $2,450" of "/mo - $2,450"."""
    found = _TAIL.match(tail) if _HAS_WORD(tail) else None
    return tail if found is None else tail[found.end() :]


def period_in(phrase: str) -> str | None:
    """The period that a `plain` phrase names anywhere ("monthly rent")."""
    found = _ANYWHERE.search(phrase) if phrase else None
    return None if found is None else found.lastgroup
