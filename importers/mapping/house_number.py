"""An address in two columns, the street and the number of the house."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from importers.mapping.guess import ColumnGuess
from importers.mapping.headers import loose
from importers.mapping.model import Cell
from importers.mapping.shapes import as_texts, filled

_BEFORE: Final = frozenset(("housenumber", "streetnumber", "number", "houseno", "streetno", "civicnumber"))
_AFTER: Final = frozenset(("hausnummer", "hausnr", "huisnummer", "numero", "numeroexterior", "numext"))
"""Names of the number in languages that write it after the street."""
_IS_NUMBER: Final = re.compile(r"\d{1,6}(?: ?[a-zA-Z])?(?: ?[-/] ?\d{1,5} ?[a-zA-Z]?)?(?:\.0)?").fullmatch
_MOST_WITH_DIGITS: Final = 0.2
_LEAST_NUMBERS: Final = 0.8


def joined_address(guesses: Sequence[ColumnGuess], cells: Mapping[str, Sequence[Any]]) -> dict[str, Cell]:
    """The field `address` joined of both columns; nothing where the street has its number."""
    streets = [guess.column for guess in guesses if guess.target == "address"]
    if len(streets) != 1 or _share(re.compile(r"\d").search, cells[streets[0]]) > _MOST_WITH_DIGITS:
        return {}
    for guess in guesses:
        name = loose(guess.column.rpartition(".")[2])
        if guess.target is not None or name not in _BEFORE | _AFTER:
            continue
        if _share(_IS_NUMBER, cells[guess.column]) >= _LEAST_NUMBERS:
            both = (guess.column, streets[0]) if name in _BEFORE else (streets[0], guess.column)
            return {"address": Cell(columns=(both,))}
    return {}


def _share(test: Any, values: Sequence[Any]) -> float:
    texts = as_texts(filled(values))
    return sum(test(text) is not None for text in texts) / len(texts) if texts else 0.0
