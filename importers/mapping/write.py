"""A suggested mapping as TOML to edit: each line with its confidence and reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from importers.mapping.guess import ColumnGuess
from importers.mapping.model import Options
from importers.mapping.suggest import CERTAIN, Suggestion

_LOW: Final = 0.6
_DATE: Final = re.compile(r"(?<!\d)20\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")


def to_toml(suggestion: Suggestion) -> str:
    """The mapping file's text; reading it gives the suggestion's mapping back."""
    return "\n".join(_lines(suggestion)) + "\n"


def _lines(suggestion: Suggestion) -> Iterator[str]:
    mapping, guesses = suggestion.mapping, {guess.column: guess for guess in suggestion.mapped}
    yield f"# {len(guesses)} of {len(suggestion.columns)} columns mapped. Each line ends with how sure it is."
    if (shipped := suggestion.shipped) is not None:
        yield f"# The columns are those of the shipped mapping {shipped}: --mapping {shipped}"
    yield f"name = {_value(mapping.name)}"
    if mapping.source is not None:
        yield f"source = {_value(mapping.source)}"
    if mapping.country is not None:
        yield f"country = {_value(mapping.country)}"
    yield from _id(suggestion)
    if mapping.rows is not None:
        yield f"rows = {_value(mapping.rows)}"
    yield from _base(suggestion)
    yield from _file_date(mapping.name)
    yield from _section("options", _stated(mapping.options))
    yield from _section("defaults", mapping.defaults)
    yield "\n[fields]"
    for target, cell in mapping.fields.items():
        one = len(cell.columns) == 1 and isinstance(cell.columns[0], str)
        written = _value(cell.columns[0] if one else list(cell.columns))
        more = [f"unit = {_value(cell.unit[0])}"] if cell.unit else []
        more += [f"factor = {cell.factor:f}"] if cell.factor else []
        if more:
            written = f"{{ from = {written}, {', '.join(more)} }}"
        reasons = "; ".join(_reason(guesses[column]) for column in cell.names() if column in guesses)
        yield f"{target} = {written}  # {reasons}"
    used = {*mapping.id, *(name for cell in mapping.fields.values() for name in cell.names())}
    unmapped = [each for each in suggestion.columns if each.target is None and each.column not in used]
    if unmapped:
        yield "\n# Unmapped; kept as raw."
        yield from (_comment_free(f"# {_value(guess.column)}: {guess.why}") for guess in unmapped)


def _id(suggestion: Suggestion) -> Iterator[str]:
    others = ", ".join(f"{each.name} ({each.confidence})" for each in suggestion.ids[1:4])
    if not suggestion.ids:
        yield "# No column is unique enough for an id: name one, or several that are joined."
        yield "# id = "
        return
    chosen = suggestion.ids[0]
    mark = "LOOK AT THIS: " if chosen.confidence < CERTAIN else ""
    written = _value(chosen.columns[0] if len(chosen.columns) == 1 else list(chosen.columns))
    yield f"id = {written}  # {_comment_free(f'{mark}{chosen.confidence}, {chosen.why}')}"
    if others:
        yield _comment_free(f"# or: {others}")


def _base(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.relative is None:
        return
    if suggestion.mapping.base is not None:
        yield f"base = {_value(suggestion.mapping.base)}  # {_comment_free(suggestion.relative)}"
        return
    yield _comment_free(f"# LOOK AT THIS: {suggestion.relative}. Name the page they are relative to:")
    yield '# base = "https://…/"'


def _file_date(name: str) -> Iterator[str]:
    """How to use a date that the file's name has: it may mean something else, so it is only a comment."""
    found = _DATE.search(name)
    if found is not None:
        pattern = _value(r"(\d{4}-\d\d-\d\d)" if found[1] else r"(\d{8})")
        yield "# The file's name has a date. To hold an older file that comes after a newer one:"
        yield f"# file_date = {{ name = {pattern} }}"


def _reason(guess: ColumnGuess) -> str:
    mark = "LOOK AT THIS: " if guess.confidence < _LOW else ""
    return _comment_free(f"{mark}{guess.confidence}, {guess.why}")


def _comment_free(text: str) -> str:
    """One line, without what TOML forbids in comments."""
    return "".join(char if char.isprintable() else " " for char in text)


def _stated(options: Options) -> dict[str, Any]:
    return {
        name: value
        for name, value in options.model_dump(mode="json", exclude_defaults=True).items()
        if value is not None and value not in ([], {})
    }


def _section(name: str, values: dict[str, Any]) -> Iterator[str]:
    if values:
        yield f"\n[{name}]"
        yield from (f"{key} = {_value(value)}" for key, value in values.items())


def _value(value: Any) -> str:
    """A TOML value: as JSON writes it, but for tables and the delete character."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_value(key)} = {_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
