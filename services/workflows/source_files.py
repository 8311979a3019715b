"""Files that describe a source: read, and what is wrong with one said with its line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import UsageError
from config.files import read_text
from config.lines import line_of
from config.source import Guard, Limits, Pagination, Removal, Source, Split, Thresholds, Urls
from parsing.nearest import UnknownName
from scrapers.extract import Recipe
from services.workflows.source_checks import source_faults

_NEXT: Final = "see docs/sources.md, What a file may say"
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "guard": Guard,
    "removal": Removal,
    "quality": Thresholds,
    "limits": Limits,
    "urls": Urls,
    "pagination": Pagination,
    "split": Split,
}
_WRITTEN_SO: Final = {
    "name": "it has no / and no control characters, and does not begin with a blank",
    "currency": "it is three capital letters, such as USD",
    "country": "it is two capital letters, such as US",
    "quiet_hours": "each is from one time of day to another, such as 22:00-06:30",
    "start": "each is the whole address of a page, such as https://example.com/homes",
}
"""What a fact looks like, where pydantic would quote a pattern."""
_KINDS: Final = {
    "string": "a text between quotation marks",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "tuple": 'a list, such as ["example.com"]',
    "dict": "a table of keys",
    "model": "a table of keys",
    "finite": "a number",
}
"""What a value should be, by the first word of pydantic's type of the fault."""

Line = Callable[[Sequence[str]], int | None]


def _no_line(_: Sequence[str]) -> int | None:
    return None


def read_source(path: Path) -> Source:
    """A source's TOML file, its recipe included. Raises UsageError with the file's name, line and key."""
    text = read_text(path, "source file")
    named = f"source file {path}"
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{named} is no TOML: {error or 'it is nested too deeply'}",
            next_step="correct it there; texts stand between quotation marks",
        ) from error

    def line(key: Sequence[str]) -> int | None:
        return line_of(text, key, is_json=False)

    source = parse_source(content, named, line)
    _check(source, named, line)
    return source


def parse_source(facts: dict[str, Any], named: str | None = None, line: Line = _no_line) -> Source:
    """The source that has these facts; an error begins with what they are `named`. Raises UsageError."""
    try:
        return Source.model_validate(facts)
    except ValidationError as error:
        raise _wrong(named or f"source {facts.get('name')}", error, line) from error


def check_source_facts(source: Source) -> None:
    """Raise UsageError for a description that cannot be followed, its recipe included."""
    _check(source, f"source {source.name}", _no_line)


def _check_recipe(source: Source, named: str, line: Line) -> None:
    if source.recipe is None:
        return
    try:
        Recipe.model_validate(source.recipe)
    except ValidationError as error:
        raise _wrong(named, error, line, within=("recipe",)) from error


def _check(source: Source, named: str, line: Line) -> None:
    for key, why in source_faults(source):
        raise UsageError(f"{named}{_where(line(key))}: {'.'.join(key)}: {why}", next_step=_NEXT)
    _check_recipe(source, named, line)


def _wrong(named: str, error: ValidationError, line: Line, *, within: Sequence[str] = ()) -> UsageError:
    key, why = _first_fault(error, within)
    place = f"{'.'.join(key)}: " if key else ""
    cause = f"{place}{why}"
    return UsageError(f"{named}{_where(line(key))}: {cause}", next_step=_NEXT)


def _where(number: int | None) -> str:
    return "" if number is None else f", line {number}"


def _first_fault(error: ValidationError, within: Sequence[str]) -> tuple[list[str], str]:
    """The key of the first fault, and the fault in words; that of an unknown name tells most."""
    faults = error.errors(include_url=False)
    for fault in faults:
        if isinstance(unknown := _unknown(fault), UnknownName):
            place = [*within, *map(str, fault["loc"])]
            return (place if place[-1:] == [unknown.name] else [*place, unknown.name]), str(unknown)
    fault = faults[0]
    return [*within, *map(str, fault["loc"])], _why(fault)


def _unknown(fault: ErrorDetails) -> UnknownName | None:
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, UnknownName):
        return cause
    if fault["type"] != "extra_forbidden":
        return None
    *above, key = map(str, fault["loc"])
    model = _MODELS.get(above[0], Source) if above else Source
    return UnknownName("key", key, list(model.model_fields))


def _why(fault: ErrorDetails) -> str:
    kind, _, what = fault["type"].partition("_")
    last = next((str(key) for key in reversed(fault["loc"]) if isinstance(key, str)), "")
    if fault["type"] == "missing":
        return "it is missing"
    if fault["type"] == "string_pattern_mismatch" and last in _WRITTEN_SO:
        return _WRITTEN_SO[last]
    if kind in _KINDS and what in ("type", "parsing", "number", "from_float", "attributes_type"):
        return f"it is {_KINDS[kind]}, not {_told(fault['input'])}"
    why = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{'it ' if fault['msg'].startswith('Input ') else ''}{why[:1].lower()}{why[1:]}"


def _told(value: Any) -> str:
    """A value as its file has it, as far as it fits in a sentence."""
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        return "a list"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:60]
