"""Versions of the scores: weights, tiers, caps and points, as rows and as files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from config.errors import NotFoundError, UsageError
from database.handle import Database
from database.records import records

_PARTS: Final = ("weights", "tiers", "caps", "signals")


@dataclass(frozen=True, slots=True)
class ScoreVersion:
    """A version; what it says never changes. `leads` have a score by it now."""

    version: int
    name: str
    note: str | None
    is_current: bool
    leads: int
    created_by: str
    created_at: datetime
    used_at: datetime | None
    definition: Mapping[str, Any]


async def list_versions(database: Database) -> list[ScoreVersion]:
    """Every version, the oldest first."""
    return records(ScoreVersion, await database.rows("score_versions"))


async def add_version(
    database: Database, weights: Mapping[str, Any], *, actor: str, over: int | None = None
) -> int:
    """Add a version; what it leaves out is as in version `over`, the current one if none is given.

    Raises UsageError by what is wrong with it: weights that do not sum to 1, tiers that do not descend, bands
    with a gap. A version that is there and says the same is the answer.
    """
    if not weights.get("name"):
        raise UsageError("the version has no name", next_step='begin the file with: name = "taxes first"')
    number: int = await database.value("add_score_version", dict(weights), over, actor)
    return number


async def use_version(database: Database, version: int) -> None:
    """Make a version the current one; the next scoring follows it. Raises NotFoundError."""
    await database.run("use_score_version", version)


def read_weights(file: Path) -> dict[str, Any]:
    """A version as a TOML file says it. Raises NotFoundError and UsageError."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {file}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file} cannot be read as TOML: {error}") from error
    if endless := _endless(found):
        raise UsageError(f"{file}: {endless}: it must be a number that ends")
    for part in _PARTS:
        if part in found and not isinstance(found[part], dict):
            raise UsageError(f"{file}: {part} is a table", next_step=f"begin it with [{part}]")
    for part in ("caps", "signals"):
        for name, value in found.get(part, {}).items():
            if not isinstance(value, dict):
                raise UsageError(
                    f"{file}: {part}.{name} is a table", next_step=f"begin it with [{part}.{name}]"
                )
    return found


def _endless(value: Any, where: str = "") -> str | None:
    """Where a nan or an infinity stands, which TOML has and no score can be made of."""
    if isinstance(value, float):
        return None if isfinite(value) else f"{where} is {value}"
    items = (
        value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    )
    found = (_endless(each, f"{where}.{name}" if where else str(name)) for name, each in items)
    return next(filter(None, found), None)


def as_toml(definition: Mapping[str, Any]) -> str:
    """A version as a file that `read_weights` takes."""
    lines = [f"{name} = {_plain(definition[name])}" for name in ("name", "near_metres", "decay_days")]
    for part in ("weights", "tiers"):
        lines += ["", f"[{part}]", *(f"{name} = {_plain(value)}" for name, value in definition[part].items())]
    for component, caps in definition["caps"].items():
        lines += ["", f"[caps.{component}]", *(f"{name} = {_plain(value)}" for name, value in caps.items())]
    for signal, given in definition["signals"].items():
        lines += ["", f"[signals.{signal}]"]
        bands = given["bands"]
        if len(bands) == 1:
            lines.append(f"points = {_plain(bands[0]['points'])}")
        else:
            lines += ["bands = [", *(f"  {_inline(band)}," for band in bands), "]"]
        lines += [
            f"{name} = {_plain(given[name])}"
            for name in ("neutral", "half_life_days", "known")
            if given.get(name) not in (None, 0)
        ]
    return "\n".join(lines) + "\n"


def _inline(band: Mapping[str, Any]) -> str:
    shown = ", ".join(f"{name} = {_plain(band[name])}" for name in ("from", "to", "points") if name in band)
    return f"{{{shown}}}"


def _plain(value: Any) -> str:
    """A value as TOML writes it: texts in quotes, numbers as they are."""
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(each):04x}" if ord(each) < 32 or each in '"\\\x7f' else each for each in value
        )
        return f'"{escaped}"'
    return str(value)
