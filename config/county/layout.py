"""Reads the file that describes a county; an error names the file, the line, the key and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

import config.county.counties
from config.county.checks import faults
from config.county.columns import Column
from config.county.keys import KeyRule
from config.county.model import LAYERS, AnyLayer, County, Layer
from config.county.nearest import meant
from config.errors import NotFoundError, UsageError
from config.files import read_text
from config.lines import line_of

__all__ = ["SHIPPED", "AnyLayer", "County", "Layer", "described_counties", "load_county", "parse_county"]

SHIPPED: Final = Path(config.county.counties.__file__).parent
_NEXT: Final = "see docs/county.md, Describe your county"
_WRITTEN_SO: Final = {
    "name": "it is lower-case letters, digits and hyphens",
    "state": "it is a postal code, such as FL",
    "county_fips": 'it is five digits between quotation marks, such as "12095"',
    "crs": "it is a code such as EPSG:2881",
    "token": "it is the name of an environment variable, such as SOCRATA_APP_TOKEN",
}
_KINDS: Final = {
    "string": "a text between quotation marks",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "tuple": "a list",
    "dict": "a table of keys",
    "model": "a table of keys",
}

Line = Callable[[Sequence[str]], int | None]


def described_counties(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Name → file: the user's own folders first, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (*folders, SHIPPED):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return found


def load_county(where: str | Path, folders: Sequence[Path] = ()) -> County:
    """The county in a file, or the one of that name in the folders or shipped. Raises UsageError."""
    path = Path(where)
    if path.suffix == ".toml" or path.parent != Path():
        return _read(path)
    known = described_counties(folders)
    if str(where) not in known:
        raise NotFoundError(
            f"there is no county {str(where)!r}{meant(str(where), known)}",
            next_step="name the path of a .toml file, or begin one: property-manager county draft URL",
        )
    path = known[str(where)]
    return _read(path, folder=Path() if path.parent == SHIPPED else None)


def _read(path: Path, folder: Path | None = None) -> County:
    text = read_text(path, "county file")
    named = f"county file {path}"
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{named} is no TOML: {error or 'it is nested too deeply'}",
            next_step="correct it there; texts stand between quotation marks",
        ) from error
    return parse_county(
        {"name": path.stem, **content},
        named,
        folder=path.parent if folder is None else folder,
        line=lambda key: line_of(text, key, is_json=False),
    )


def parse_county(
    content: dict[str, Any], named: str = "county", *, folder: Path = Path(), line: Line = lambda _: None
) -> County:
    """The county that decoded TOML holds; relative paths are from `folder`. Raises UsageError."""
    names: list[str] = []
    if isinstance(layers := content.get("layers"), dict):
        names = list(layers)
        content = {**content, "layers": [_named(name, layer) for name, layer in layers.items()]}
    try:
        county = County.model_validate(content)
    except ValidationError as error:
        key, why = _first_fault(error, names)
        raise _wrong(named, key, why, line) from error
    for place, why in faults(county):
        raise _wrong(named, place, why, line)
    return county.model_copy(update={"layers": tuple(_rooted(layer, folder) for layer in county.layers)})


def _named(name: str, layer: Any) -> Any:
    return {**layer, "name": name} if isinstance(layer, dict) else layer


def _rooted(layer: AnyLayer, folder: Path) -> AnyLayer:
    """The layer with its path, and that of its layout, from the county's folder."""
    changes: dict[str, Any] = {}
    if layer.path is not None:
        changes["path"] = folder / layer.path.expanduser()
    if layer.type == "fixed_width" and layer.options.layout is not None:
        layout = folder / layer.options.layout
        changes["options"] = layer.options.model_copy(update={"layout": str(layout)})
    return layer.model_copy(update=changes) if changes else layer


def _wrong(named: str, key: Sequence[str], why: str, line: Line) -> UsageError:
    where = "" if (number := line(key)) is None else f", line {number}"
    place = f"{'.'.join(key)}: " if key else ""
    return UsageError(f"{named}{where}: {place}{why}", next_step=_NEXT)


def _first_fault(error: ValidationError, layers: Sequence[str]) -> tuple[list[str], str]:
    """The key of the first fault as the file has it, and the fault in words; unknown keys come first."""
    found = error.errors(include_url=False)
    fault = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
    key, model = [str(part) for part in fault["loc"]], County.model_fields
    if len(key) > 1 and key[0] == "layers" and int(key[1]) < len(layers):
        key[1] = layers[int(key[1])]
        if len(key) > 2:
            model = LAYERS[key.pop(2)].model_fields
        if key[2:3] == ["options"] and isinstance(options := model["options"].annotation, type):
            model = options.model_fields
        elif key[2:3] == ["kinds"]:
            model = Column.model_fields
    elif key[0] == "key":
        model = KeyRule.model_fields
    return key, _why(fault, key, sorted(set(model) - {"name"}))


def _why(fault: ErrorDetails, key: Sequence[str], known: Sequence[str]) -> str:  # noqa: PLR0911 a case each
    match fault["type"]:
        case "missing":
            return "it is missing"
        case "extra_forbidden":
            return f"unknown key {key[-1]!r}{meant(key[-1], known)}"
        case "union_tag_not_found":
            return f"it has no type: name one of {', '.join(LAYERS)}"
        case "union_tag_invalid":
            given = str(fault["input"].get("type"))
            return f"there is no type {given!r}{meant(given, LAYERS)}"
        case "string_pattern_mismatch" if key[-1] in _WRITTEN_SO:
            return _WRITTEN_SO[key[-1]]
        case "model_type" if key[2:3] == ["kinds"]:
            return 'it is the name of a column between quotation marks, or a table: {column = "…"}'
        case _:
            return _in_words(fault)


def _in_words(fault: ErrorDetails) -> str:
    kind, _, what = fault["type"].partition("_")
    if kind in _KINDS and what in ("type", "parsing", "from_float", "attributes_type"):
        return f"it is {_KINDS[kind]}, not {_told(fault['input'])}"
    why = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{'it ' if fault['msg'].startswith('Input ') else ''}{why[:1].lower()}{why[1:]}"


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        return "a list"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:60]
