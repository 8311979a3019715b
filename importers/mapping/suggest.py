"""A mapping proposed for an unknown file, with how sure each column is and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.listing import FIELD
from importers.mapping import locale, model
from importers.mapping.candidates import LOST_DIGITS, IdCandidate, id_candidates
from importers.mapping.combined_id import combined_id
from importers.mapping.evidence import objection
from importers.mapping.flatten import flattened
from importers.mapping.header_names import is_text, meanings
from importers.mapping.headers import Headers
from importers.mapping.load import load_mapping, shipped_mappings
from importers.mapping.shapes import as_texts, by_shape, filled, fit
from importers.mapping.units import unit_in_header
from parsing.identity import is_rounded
from parsing.vocabulary.blank import is_blank_anywhere

LEAST: Final = 0.4
"""A column with less confidence is left out; a comment in the file says so."""

_SAMPLE: Final = 200
_LEAST_SECOND: Final = 0.6
_LEAST_TOLD_APART: Final = 0.9
_DESCRIBING: Final = ("address", "title", "bedrooms", "bathrooms", "covered_area_m2", "total_area_m2")
_NO_SHAPE: Final = 0.8  # an empty column is judged by its name alone
_TOO_GENERAL: Final = frozenset(("plain", "own"))
_LEAST_SHARED: Final = 0.7


_REPEATED_KEY: Final = re.compile(r" \(\d+\)$")
_Guess = tuple[str, float, str]
"""A field, how likely it is (0..1), and why."""

CERTAIN: Final = 0.8
"""The confidence in id, title and price from which a proposal is used without review (0..1)."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column is taken for: no target means that it stays unmapped."""

    column: str
    target: str | None
    confidence: float
    why: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping to edit, and the evidence for each of its lines."""

    mapping: model.Mapping
    columns: tuple[ColumnGuess, ...]
    ids: tuple[IdCandidate, ...]
    shipped: str | None
    """The shipped mapping that fits the file as it is."""

    @property
    def mapped(self) -> tuple[ColumnGuess, ...]:
        """The columns that have a target."""
        return tuple(guess for guess in self.columns if guess.target is not None)


def suggest(
    columns: Sequence[str],
    sample: Iterable[Mapping[str, Any]],
    *,
    name: str = "suggested",
    source: str | None = None,
    options: model.Options | None = None,
) -> Suggestion:
    """Propose a mapping from headers and the first rows; each line has a confidence.

    The first 200 rows tell what columns hold; all that are given tell whether an id repeats.
    """
    rows = list(sample)
    paths, all_cells = flattened(columns, rows)
    cells = {path: values[:_SAMPLE] for path, values in all_cells.items()}
    guesses = _assigned({column: _guesses(column, filled(cells[column])) for column in paths}, cells)
    taken_columns = {guess.column for guess in guesses if guess.target not in (None, "source_url")}
    possible = [path for path in paths if "[" not in path and path not in taken_columns]
    ids = _ids(possible, paths, _rows(paths, all_cells, len(rows)), guesses)
    place = _place(guesses, cells)
    guesses = [_with_unit(guess, cells[guess.column], place) for guess in guesses]
    mapping = model.Mapping(
        name=name,
        source=source,
        country=place,
        id=ids[0].columns if ids else (),
        fields=_fields(guesses),
        defaults=_defaults(guesses, cells, place),
        options=_options(options or model.Options(), guesses, cells),
    )
    guesses = [_marked_as_id(guess, mapping.id, cells) for guess in guesses]
    return Suggestion(mapping, tuple(guesses), ids, _shipped(columns))


def _fields(guesses: Sequence[ColumnGuess]) -> dict[str, model.Cell]:
    """Each field's columns, the surest first; the unit of one goes for all."""
    found: dict[str, list[ColumnGuess]] = {}
    for guess in sorted(guesses, key=lambda each: -each.confidence):
        if guess.target is not None:
            found.setdefault(guess.target, []).append(guess)
    return {
        target: model.Cell(
            columns=tuple(each.column for each in found[target]),
            unit=(found[target][0].unit,) if found[target][0].unit else (),
        )
        for target in dict.fromkeys(guess.target for guess in guesses if guess.target is not None)
    }


def _rows(paths: Sequence[str], cells: Mapping[str, list[Any]], count: int) -> list[dict[str, Any]]:
    return [{path: cells[path][number] for path in paths} for number in range(count)]


def _guesses(column: str, values: list[Any]) -> list[_Guess]:
    """Every field the column may be, the likeliest first."""
    found = []
    for target, sure, why in meanings(column):
        if not values:
            found.append((target, round(sure * _NO_SHAPE, 2), f"{why}; empty in the sample"))
            continue
        share = fit(target, values)
        weight = 0.15 if is_text(target) and target not in ("city", "state", "address") else 0.4
        confidence = round(sure * (1 - weight + weight * share), 2)
        if share >= 0.3:
            found.append((target, confidence, why if share == 1 else f"{why}; {share:.0%} of the values fit"))
    shaped = by_shape(values) if values else None
    if shaped is not None:
        found.append(shaped)
    if _REPEATED_KEY.search(column):
        found = [
            (target, round(sure * 0.5, 2), f"{why}; a second column of that name")
            for target, sure, why in found
        ]
    return sorted((_weighed(column, guess, values) for guess in found), key=lambda guess: -guess[1])


def _weighed(column: str, guess: _Guess, values: list[Any]) -> _Guess:
    """A guess after what the values say against it."""
    target, sure, why = guess
    against = objection(target, column, values)
    return guess if against is None else (target, round(sure * against[0], 2), f"{why}, but {against[1]}")


def _assigned(guesses: Mapping[str, list[_Guess]], cells: Mapping[str, list[Any]]) -> list[ColumnGuess]:
    """Each field its likeliest column, and each column one field, the surest pairs first.

    A field also gets the columns that are filled only where its others are blank: a rent beside a price.
    """
    pairs = sorted(
        ((sure, target, column, why) for column, found in guesses.items() for target, sure, why in found),
        key=lambda pair: -pair[0],
    )
    taken: dict[str, list[str]] = {}
    chosen: dict[str, ColumnGuess] = {}
    for sure, target, column, why in pairs:
        if column in chosen or sure < LEAST:
            continue
        others = taken.setdefault(target, [])
        if others and not (sure >= _LEAST_SECOND and _fills_gaps(column, others, cells)):
            continue
        others.append(column)
        chosen[column] = ColumnGuess(
            column, target, sure, f"{why}; where {others[0]!r} is blank" if others[1:] else why
        )
    return [
        chosen.get(column)
        or _left_out(column, found, {target: columns[0] for target, columns in taken.items()})
        for column, found in guesses.items()
    ]


def _fills_gaps(column: str, others: Sequence[str], cells: Mapping[str, list[Any]]) -> bool:
    """Whether a column has values, and only in rows where the others have none."""
    ours = [not is_blank_anywhere(cell) for cell in cells[column]]
    theirs = [any(not is_blank_anywhere(cells[other][row]) for other in others) for row in range(len(ours))]
    return any(ours) and any(theirs) and not any(a and b for a, b in zip(ours, theirs, strict=True))


def _left_out(column: str, found: list[tuple[str, float, str]], taken: Mapping[str, str]) -> ColumnGuess:
    if not found:
        return ColumnGuess(column, None, 0.0, "no field by that name or shape")
    target, sure, why = found[0]
    if target in taken:
        return ColumnGuess(column, None, sure, f"{target} too, but {taken[target]!r} is surer")
    return ColumnGuess(column, None, sure, f"perhaps {target}: {why}")


def _ids(
    possible: Sequence[str], paths: Sequence[str], rows: list[dict[str, Any]], guesses: Sequence[ColumnGuess]
) -> tuple[IdCandidate, ...]:
    """The likely ids: columns that are one, else columns that make one when they are joined."""
    targets = {guess.target: guess.column for guess in guesses if guess.target is not None}
    facts = [targets[name] for name in _DESCRIBING if name in targets]
    found = id_candidates(possible, rows, facts)
    if found and found[0].told_apart > _LEAST_TOLD_APART:
        return tuple(found)
    joined = combined_id(targets, [path for path in paths if "[" not in path], rows)
    return (joined, *found) if joined is not None else tuple(found)


def _marked_as_id(guess: ColumnGuess, names: Sequence[str], cells: Mapping[str, list[Any]]) -> ColumnGuess:
    """Say of an unmapped column that it is the id, or why one that is named so is none."""
    if guess.target is not None:
        return guess
    if guess.column in names:
        return ColumnGuess(guess.column, None, guess.confidence, "the id")
    if any(map(is_rounded, cells[guess.column])):
        return ColumnGuess(guess.column, None, guess.confidence, LOST_DIGITS)
    return guess


def _with_unit(guess: ColumnGuess, values: list[Any], place: str | None) -> ColumnGuess:
    """American and Canadian files measure in square feet where neither header nor value has a unit."""
    if guess.target is None or FIELD[guess.target].read != "area" or unit_in_header(guess.column):
        return guess
    bare = all(not any(map(str.isalpha, text)) for text in as_texts(filled(values)))
    if place not in ("US", "CA") or not bare:
        return guess
    why = f"{guess.why}; no unit is stated, square feet are usual in {place}"
    return ColumnGuess(guess.column, guess.target, round(guess.confidence * 0.7, 2), why, "sqft")


def _texts_of(target: str, guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]]) -> list[str]:
    found = (cells[guess.column] for guess in guesses if guess.target == target)
    return [text for values in found for text in as_texts(filled(values))]


def _place(guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]]) -> str | None:
    return locale.country(_texts_of("postal_code", guesses, cells), _texts_of("state", guesses, cells))


def _defaults(
    guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]], place: str | None
) -> dict[str, Any]:
    if any(guess.target == "currency" for guess in guesses):
        return {}
    money = locale.currency(_texts_of("price", guesses, cells), place)
    return {} if money is None else {"currency": money}


def _options(
    options: model.Options, guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]]
) -> model.Options:
    numbers = [
        text
        for guess in guesses
        if guess.target is not None and FIELD[guess.target].read in ("price", "amount", "area", "integer")
        for text in as_texts(filled(cells[guess.column]))
    ]
    found: dict[str, Any] = {}
    if options.decimal_mark is None and (mark := locale.decimal_mark(numbers)) == ",":
        found["decimal"] = mark
    form = locale.date_format(_texts_of("listing_date", guesses, cells))
    if not options.date_format and form is not None:
        found["date_format"] = (form,)
    return options.model_copy(update=found)


def _shipped(columns: Sequence[str]) -> str | None:
    """The shipped mapping whose id and most of whose fields the file has, column by column."""
    headers, best = Headers(columns, loosely=False), (0.0, "")
    for name, path in shipped_mappings().items():
        mapping = load_mapping(path)
        if name in _TOO_GENERAL or not all(map(headers.column, mapping.id)):
            continue
        found = sum(any(map(headers.column, cell.names())) for cell in mapping.fields.values())
        best = max(best, (found / len(mapping.fields), name))
    return best[1] if best[0] >= _LEAST_SHARED else None
