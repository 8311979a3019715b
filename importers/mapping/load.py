"""Mapping files, read by path or by the name of a shipped one; errors name the key."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

import config.mappings
from config.errors import NotFoundError, UsageError
from config.files import read_text
from importers.mapping.model import Cell, Mapping, Options
from parsing.nearest import UnknownName, nearest

SHIPPED: Final = Path(config.mappings.__file__).parent
_SUFFIXES: Final = (".toml", ".json")
_MODELS: Final[dict[str, type[BaseModel]]] = {"options": Options, "fields": Cell}


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
    """The mapping in one file."""
    text = read_text(path, "mapping")
    try:
        content = json.loads(text) if _is_json(path, text) else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"mapping {path} is neither TOML nor JSON: {error}") from error
    return parse_mapping(content, name=path.stem, origin=str(path))


def _is_json(path: Path, text: str) -> bool:
    return path.suffix == ".json" or (path.suffix != ".toml" and text.lstrip().startswith("{"))


def parse_mapping(content: Any, *, name: str | None = None, origin: str = "mapping") -> Mapping:
    """The mapping that decoded JSON or TOML holds; `name` is used where it has none."""
    if not isinstance(content, AnyMapping):
        raise UsageError(f"mapping {origin} holds no keys", next_step='start with {"name": …, "id": …}')
    try:
        return Mapping.model_validate({**({} if name is None else {"name": name}), **content})
    except ValidationError as error:
        raise UsageError(f"mapping {origin}: {_first_fault(error)}") from error


def _first_fault(error: ValidationError) -> str:
    """Its first fault in words; the errors of a union say less than that of an unknown name."""
    faults = error.errors(include_url=False)
    named = [fault for fault in faults if isinstance(fault.get("ctx", {}).get("error"), UnknownName)]
    extra = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    if named:
        return str(named[0]["ctx"]["error"])
    place = [str(part) for part in (extra or faults)[0]["loc"]]
    if extra:
        model = _MODELS.get(place[0], Mapping) if len(place) > 1 else Mapping
        known = [info.alias or key for key, info in model.model_fields.items()]
        return str(
            UnknownName("key" if len(place) == 1 else f"key in {'.'.join(place[:-1])}", place[-1], known)
        )
    return f"{'.'.join(place)}: {faults[0]['msg'].removeprefix('Value error, ')}"
