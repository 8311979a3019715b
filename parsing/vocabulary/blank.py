"""What counts as blank: an empty cell, a dash, "N/A", a spreadsheet's error and the like."""

from __future__ import annotations

from math import isnan
from typing import Final

WORDS: Final = (
    "n/a", "n/d", "n.a.", "n.d.", "n. d.", "na", "nd", "none", "null", "nil", "nan", "nat", "s/d", "s/n/d",
    "unknown", "undefined", "not available", "not specified",
    "tbd", "tba", "no disponible", "sin dato", "sin datos", "sin información", "sin informacion",
    "no especificado", "k.a.", "k. a.", "keine angabe", "non renseigné", "nc", "n.c.",
    "-na-", "(null)", "(none)", "[]", "{}",
)  # fmt: skip
ERRORS: Final = (
    "#n/a", "#n/a n/a", "#n/d", "#n/v", "#nv", "#nd", "#i/t", "#н/д", "#null!", "#nulo!", "#nul!", "#нуль!",
    "#пусто!", "#div/0!", "#div/0", "#дел/0!", "#value!", "#wert!", "#valeur!", "#¡valor!", "#valor!",
    "#valore!", "#waarde!", "#värdefel!", "#arg!", "#знач!", "#değer!", "#ref!", "#bezug!", "#¡ref!",
    "#rif!", "#verw!", "#adr!", "#ссылка!", "#başv!", "#name?", "#nom?", "#¿nombre?", "#nome?", "#naam?",
    "#namn?", "#nazwa?", "#имя?", "#ad?", "#num!", "#zahl!", "#nombre!", "#¡num!", "#núm!", "#getal!",
    "#ogiltigt!", "#liczba!", "#число!", "#sayi!", "#spill!", "#überlauf!", "#calc!", "#kalk!", "#field!",
    "#blocked!", "#connect!", "#busy!", "#getting_data", "#error!", "#unknown!", "#python!",
)  # fmt: skip
"""What spreadsheets of several languages write for a formula that gave no value."""
MARKS: Final = (
    "", "-", "--", "---", "–", "—", "―", "−", ".", "..", "...", "…", "?", "_", "*", "/", "|", "·",
)  # fmt: skip

STATES: Final = frozenset(("NC", "ND"))
"""North Carolina and North Dakota, which elsewhere mean "non communiqué" and "no disponible"."""

BLANKS: Final = frozenset(
    form
    for word in (*MARKS, *WORDS, *ERRORS)
    for form in (word, word.upper(), word.capitalize(), word.title())
)
"""Every blank as it is usually written: for a clean text, one look-up decides."""

LONGEST: Final = max(map(len, BLANKS))
IS_ERROR: Final = "is an error of the spreadsheet, not a value"
_ERRORS: Final = frozenset(ERRORS)


def is_blank(value: object, field: str | None = None) -> bool:
    """Whether a cell is blank, however it is padded and written; a state may be "NC" or "ND"."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > LONGEST or text.casefold() not in BLANKS:
            return False
        return not (field == "state" and text in STATES)
    if value is None:
        return True
    if isinstance(value, float):
        return isnan(value)
    return isinstance(value, list | dict | tuple) and not value


def is_error(value: object) -> bool:
    """Whether a cell is the error of a spreadsheet: no value, but nobody left it blank."""
    return isinstance(value, str) and value.strip().casefold() in _ERRORS


def is_blank_anywhere(value: object) -> bool:
    """Whether a cell is blank in any field, a state included: for when its field is not known yet."""
    return is_blank(value, "state")


def is_empty(value: object) -> bool:
    """Whether nothing is written in a cell at all: layout and structure, where a dash is already a word."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict | tuple) and not value)
