"""Mapping files, read by path or by the name of a shipped one; errors name the key."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

import config.mappings
from config.errors import NotFoundError, UsageError
from config.files import read_text
from config.lines import line_of
from importers.mapping.model import Cell, FileDate, Mapping, MisplacedKey, Options
from parsing.nearest import UnknownName, nearest

SHIPPED: Final = Path(config.mappings.__file__).parent
_SUFFIXES: Final = (".toml", ".json")
_MODELS: Final[dict[str, type[BaseModel]]] = {"options": Options, "fields": Cell, "file_date": FileDate}


def shipped_mappings(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Name → file: the user's own folders first, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (*folders, SHIPPED):
        for path in sorted(folder.glob("*")):
            if path.suffix in _SUFFIXES:
                found.setdefault(path.stem, path)
    return found


def load_mapping(name: str | Path, *, folders: Sequence[Path] = ()) -> Mapping:
    """The mapping in a file, or the shipped one of that name."""
    path = Path(name)
    if path.suffix in _SUFFIXES or path.parent != Path() or _is_file(path):
        return read_mapping(path)
    known = shipped_mappings(folders)
    if str(name) not in known:
        near = nearest(str(name), known)
        raise NotFoundError(
            f"there is no mapping {str(name)!r}" + (f"; did you mean {near!r}?" if near else ""),
            next_step=f"name one of {', '.join(sorted(known))}, or the path of a .toml or .json file",
        )
    return read_mapping(known[str(name)])


def _is_file(path: Path) -> bool:
    return path.exists() and not path.is_dir()


def read_mapping(path: Path) -> Mapping:
    """The mapping in one file; errors name the file, the line and the key."""
    text = read_text(path, "mapping")
    is_json = _is_json(path, text)
    try:
        content = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if is_json else "TOML"
        raise UsageError(
            f"mapping {path} is no {kind}: {error or 'it is nested too deeply'}",
            next_step="correct it there; texts stand between quotation marks",
        ) from error
    return parse_mapping(
        content, name=path.stem, origin=str(path), line=lambda key: line_of(text, key, is_json=is_json)
    )


def _is_json(path: Path, text: str) -> bool:
    return path.suffix == ".json" or (path.suffix != ".toml" and text.lstrip().startswith("{"))


def parse_mapping(
    content: Any,
    *,
    name: str | None = None,
    origin: str = "mapping",
    line: Callable[[Sequence[str]], int | None] = lambda key: None,
) -> Mapping:
    """The mapping that decoded JSON or TOML holds; `name` is used where it has none.

    `line` gives the line of a key, for the error that names it. Raises UsageError.
    """
    if not isinstance(content, AnyMapping):
        raise UsageError(f"mapping {origin} holds no keys", next_step='start with {"name": …, "id": …}')
    try:
        return Mapping.model_validate({**({} if name is None else {"name": name}), **content})
    except ValidationError as error:
        key, why = _first_fault(error)
        where = "" if (number := line(key)) is None else f", line {number}"
        raise UsageError(f"mapping {origin}{where}: {why}") from error


def _first_fault(error: ValidationError) -> tuple[list[str], str]:
    """The key of its first fault, and the fault in words.

    The errors of a union say less than that of an unknown name.
    """
    faults = error.errors(include_url=False)
    for fault in faults:
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, UnknownName):
            key = [str(part) for part in fault["loc"]]
            return [*key, cause.name], f"{'.'.join(key)}: {cause}" if len(key) > 1 else str(cause)
        if isinstance(cause, MisplacedKey):
            return list(cause.path), f"{'.'.join(cause.path)}: {cause}"
    extra = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    place = [str(part) for part in (extra or faults)[0]["loc"]]
    if extra:
        return place, str(_unknown_key(place))
    why = faults[0]["msg"].removeprefix("Value error, ")
    return place, f"{'.'.join(place)}: {why[:1].lower()}{why[1:]}"


def _unknown_key(place: Sequence[str]) -> UnknownName:
    model = _MODELS.get(place[0], Mapping) if len(place) > 1 else Mapping
    known = [info.alias or key for key, info in model.model_fields.items()]
    return UnknownName("key" if len(place) == 1 else f"key in {'.'.join(place[:-1])}", place[-1], known)
