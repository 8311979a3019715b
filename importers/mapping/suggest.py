"""A mapping proposed for an unknown file, with how sure each column is and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from config.listing import FIELD
from importers.mapping import locale, model
from importers.mapping.base import LINKS
from importers.mapping.candidates import LOST_DIGITS, IdCandidate, id_candidates, why_no_id
from importers.mapping.combined_id import combined_id, names_a_unit
from importers.mapping.evidence import priced_by_area
from importers.mapping.flatten import flattened
from importers.mapping.guess import LEAST, ColumnGuess, Guess, factor_for, guesses_of
from importers.mapping.header_names import names_a_rent
from importers.mapping.headers import Headers
from importers.mapping.house_number import joined_address
from importers.mapping.load import load_mapping, shipped_mappings
from importers.mapping.relative_links import relative_columns, stated
from importers.mapping.shapes import as_texts, filled
from importers.mapping.units import unit_in_header
from parsing.identity import is_rounded
from parsing.vocabulary.blank import is_blank_anywhere

_SAMPLE: Final = 200
_LEAST_SECOND: Final = 0.6
_LEAST_TOLD_APART: Final = 0.9
_DESCRIBING: Final = ("address", "title", "bedrooms", "bathrooms", "covered_area_m2", "total_area_m2")
_NO_BASE: Final = 0.55
_TOO_GENERAL: Final = frozenset(("plain", "own"))
_LEAST_SHARED: Final = 0.7


CERTAIN: Final = 0.8
"""The confidence in id, title and price from which a proposal is used without review (0..1)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping to edit, and the evidence for each of its lines."""

    mapping: model.Mapping
    columns: tuple[ColumnGuess, ...]
    ids: tuple[IdCandidate, ...]
    shipped: str | None
    """The shipped mapping that fits the file as it is."""
    relative: str | None = None
    """Which columns have relative links, and how many; None where none has."""

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
    base: str | None = None,
) -> Suggestion:
    """Propose a mapping from headers and the first rows; each line has a confidence.

    `base` is the url that the file came from, which relative links are relative to. The first 200 rows tell
    what columns hold; all that are given tell whether an id repeats.
    """
    rows = list(sample)
    paths, all_cells = flattened(columns, rows)
    cells = {path: values[:_SAMPLE] for path, values in all_cells.items()}
    guesses = _assigned({column: guesses_of(column, filled(cells[column])) for column in paths}, cells)
    taken_columns = {guess.column for guess in guesses if guess.target not in (None, "source_url")}
    possible = [path for path in paths if "[" not in path and path not in taken_columns]
    ids = _ids(possible, paths, _rows(paths, all_cells, len(rows)), guesses)
    place = _place(guesses, cells)
    guesses = [_per_area(_with_unit(guess, cells[guess.column], place), cells) for guess in guesses]
    links = relative_columns(
        {guess.column: filled(cells[guess.column]) for guess in guesses if _is_link(guess)}
    )
    if base is None and links:
        guesses = [_without_base(guess) if guess.column in links else guess for guess in guesses]
    mapping = model.Mapping(
        name=name,
        source=source,
        country=place,
        base=base if links else None,
        id=ids[0].columns if ids else (),
        fields=_fields(guesses) | joined_address(guesses, cells),
        defaults=_defaults(guesses, cells, place),
        options=_options(options or model.Options(), guesses, cells),
    )
    guesses = [_marked_as_id(guess, mapping.id, cells) for guess in guesses]
    return Suggestion(mapping, tuple(guesses), ids, _shipped(columns), stated(links))


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
            factor=found[target][0].factor,
        )
        for target in dict.fromkeys(guess.target for guess in guesses if guess.target is not None)
    }


def _rows(paths: Sequence[str], cells: Mapping[str, list[Any]], count: int) -> list[dict[str, Any]]:
    return [{path: cells[path][number] for path in paths} for number in range(count)]


def _assigned(guesses: Mapping[str, list[Guess]], cells: Mapping[str, list[Any]]) -> list[ColumnGuess]:
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
        if others and {_factor(each, target) for each in others} != {_factor(column, target)}:
            continue  # one factor goes for all columns of a field
        others.append(column)
        chosen[column] = ColumnGuess(
            column,
            target,
            sure,
            f"{why}; where {others[0]!r} is blank" if others[1:] else why,
            factor=_factor(column, target),
        )
    return [
        chosen.get(column)
        or _left_out(column, found, {target: columns[0] for target, columns in taken.items()})
        for column, found in guesses.items()
    ]


def _factor(column: str, target: str) -> Decimal | None:
    found = factor_for(column, target)
    return None if found is None else found[0]


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
    return ColumnGuess(column, None, sure, f"perhaps {target}: {why}", perhaps=target)


def _ids(
    possible: Sequence[str], paths: Sequence[str], rows: list[dict[str, Any]], guesses: Sequence[ColumnGuess]
) -> tuple[IdCandidate, ...]:
    """The likely ids: columns that are one, else columns that make one when they are joined."""
    targets = {guess.target: guess.column for guess in guesses if guess.target is not None}
    facts = [targets[name] for name in _DESCRIBING if name in targets]
    facts += [path for path in possible if names_a_unit(path)]
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
        return replace(guess, why="the id", perhaps=None)
    if any(map(is_rounded, cells[guess.column])):
        return replace(guess, why=LOST_DIGITS)
    return replace(guess, why=why_no_id(guess.column, cells[guess.column]) or guess.why)


def _per_area(guess: ColumnGuess, cells: Mapping[str, list[Any]]) -> ColumnGuess:
    """Prices of which another column says that some are per m² are not certain."""
    if guess.target != "price" or (basis := priced_by_area(guess.column, cells)) is None:
        return guess
    why = f"{guess.why}, but {basis!r} says that some are per area"
    return replace(guess, confidence=round(guess.confidence * 0.6, 2), why=why)


def _is_link(guess: ColumnGuess) -> bool:
    return guess.target is not None and FIELD[guess.target].read in LINKS


def _without_base(guess: ColumnGuess) -> ColumnGuess:
    """A column of relative links, of which it is not known what they are relative to."""
    confidence = min(guess.confidence, _NO_BASE)
    return replace(guess, confidence=confidence, why=f"{guess.why}; relative links, so state a base")


def _with_unit(guess: ColumnGuess, values: list[Any], place: str | None) -> ColumnGuess:
    """American and Canadian files measure in square feet where neither header nor value has a unit."""
    if guess.target is None or FIELD[guess.target].read != "area" or unit_in_header(guess.column):
        return guess
    bare = all(not any(map(str.isalpha, text)) for text in as_texts(filled(values)))
    if place not in ("US", "CA") or not bare:
        return guess
    why = f"{guess.why}; no unit is stated, square feet are usual in {place}"
    return replace(guess, confidence=round(guess.confidence * 0.7, 2), why=why, unit="sqft")


def _texts_of(target: str, guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]]) -> list[str]:
    found = (cells[guess.column] for guess in guesses if guess.target == target)
    return [text for values in found for text in as_texts(filled(values))]


def _place(guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]]) -> str | None:
    return locale.country(_texts_of("postal_code", guesses, cells), _texts_of("state", guesses, cells))


def _defaults(
    guesses: Sequence[ColumnGuess], cells: Mapping[str, list[Any]], place: str | None
) -> dict[str, Any]:
    """What all rows have in common: the money of the prices, and "rent" where the column is called so."""
    filled_in = {guess.target for guess in guesses}
    found: dict[str, Any] = {}
    if "currency" not in filled_in:
        found["currency"] = locale.currency(_texts_of("price", guesses, cells), place)
    if "operation_type" not in filled_in:
        prices = [guess.column for guess in guesses if guess.target == "price"]
        found["operation_type"] = "rent" if prices and all(map(names_a_rent, prices)) else None
    return {name: value for name, value in found.items() if value is not None}


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
