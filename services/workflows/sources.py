"""Which source a url belongs to, and where its facts come from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from config.errors import UsageError
from config.files import read_text
from config.source import Source
from database.direct import Database
from importers.mapping import Mapping
from scrapers.extract import Recipe
from services.sources import load_source

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


async def source_for(
    database: Database, url: str, source: str | Source | None = None, *, home: Path | None = None
) -> Source:
    """The source's facts: as given, from its TOML file, from the database, or by default.

    `source` may be a name or a path to a TOML file. The default name is the url's host.
    """
    if isinstance(source, Source):
        return source
    host = host_of(url)
    if source is not None and source.endswith(".toml"):
        return read_source(Path(source))
    name = source or host
    return await described_source(database, name, home=home) or default_source(name, host)


async def described_source(database: Database, name: str, *, home: Path | None = None) -> Source | None:
    """The facts of that name: from its TOML file, or from the database."""
    path = home / "sources" / f"{name}.toml" if home else None
    if path is not None and path.exists():
        return read_source(path)
    return await load_source(database, name)


async def source_of_import(
    database: Database, name: str, mapping: Mapping, *, home: Path | None = None
) -> Source:
    """Return the source of an import: its described facts, completed by those of the mapping.

    The mapping sets the policies for blanks and volatile fields: they are about its columns.
    """
    if name.endswith(".toml"):
        known: Source | None = read_source(Path(name))
    else:
        known = await described_source(database, name, home=home)
    facts = mapping.source_facts(known or _parse({"name": name}, name))
    if known is None:
        return facts
    stated = known.model_dump(include={"currency", "country", "decimal_mark"}, exclude_none=True)
    return facts.model_copy(update=stated)


def host_of(url: str) -> str:
    """The host a url names, which is the default name of its source."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f'"{url}" is not the address of a web page',
            next_step="give a whole one: https://example.com/homes",
        )
    return parts.hostname.removeprefix("www.")


def default_source(name: str, host: str) -> Source:
    """Return the facts of a source without a description; loopback may be asked faster."""
    facts: dict[str, Any] = {"name": name, "hosts": (host,)}
    if host in _LOOPBACK:
        facts["requests_per_second"] = 50.0
    return _parse(facts, name)


def read_source(path: Path) -> Source:
    """A source's TOML file, its recipe included. Raises UsageError with the file's name."""
    try:
        source = _parse(tomllib.loads(read_text(path, "source file")), str(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"reading {path}: {error}", next_step="fix the file's TOML") from error
    check_recipe(source, str(path))
    return source


def check_recipe(source: Source, origin: str | None = None) -> None:
    """Raise UsageError for a recipe that cannot be followed; `origin` is the file it stands in."""
    if source.recipe is None:
        return
    try:
        Recipe.model_validate(source.recipe)
    except ValidationError as error:
        raise UsageError(
            f"source {origin or source.name}: its recipe is wrong: {_faults(error)}",
            next_step="see docs/cookbook.md, Describe a source",
        ) from error


def _parse(facts: dict[str, Any], origin: str) -> Source:
    try:
        return Source.model_validate(facts)
    except ValidationError as error:
        raise UsageError(
            f"source {origin}: {_faults(error)}", next_step="see docs/cookbook.md, Describe a source"
        ) from error


def _faults(error: ValidationError) -> str:
    """What is wrong, each with its place; pydantic's own word for the kind of error is left out."""
    return "; ".join(
        ": ".join(
            part
            for part in (".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, "))
            if part
        )
        for one in error.errors()
    )
