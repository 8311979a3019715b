"""Which source a url belongs to, and where its facts come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.errors import NotFoundError, UsageError
from config.source import Source
from database.handle import Database
from importers.mapping import Mapping
from services.sources import load_source
from services.workflows.source_files import parse_source, read_source

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
_OF_MONEY = ("currency", "country", "decimal_mark")


async def source_for(
    database: Database, url: str, source: str | Source | None = None, *, home: Path | None = None
) -> Source:
    """The source's facts: as given, from its TOML file, from the database, or by default.

    `source` may be a name or a path to a TOML file. Without it, the source that has the url's host is meant;
    where none has it, a new one is named after the host. Raises UsageError where several have it.
    """
    if isinstance(source, Source):
        return source
    host = host_of(url)
    if source is not None and source.endswith(".toml"):
        return read_source(Path(source))
    name = source or await source_of_host(database, host, home=home) or host
    return await described_source(database, name, home=home) or default_source(name, host)


async def start_pages(database: Database, source: str, *, home: Path | None = None) -> tuple[str, ...]:
    """The pages at which the scrapes of a source start, by its name or its file.

    Raises NotFoundError for an unknown source and UsageError for one that names no page.
    """
    if source.endswith(".toml"):
        facts: Source | None = read_source(Path(source))
    else:
        facts = await described_source(database, source, home=home)
    if facts is None:
        raise NotFoundError(
            f'there is no source "{source}"', next_step="give --url, or describe it: sources init --url URL"
        )
    if not facts.start:
        raise UsageError(
            f"source {facts.name} names no start page",
            next_step='give --url, or write start = ["https://…"] into its file',
        )
    return facts.start


async def source_of_host(database: Database, host: str, *, home: Path | None = None) -> str | None:
    """The name of the one source that has the host, with or without www.; a sub-domain is another host.

    Where no known source has it, those that a file in the home describes count. Raises UsageError where
    several have it.
    """
    names = [row["name"] for row in await database.rows("sources_of_host", host)]
    names = names or _described_hosts(home).get(host, [])
    if len(names) > 1:
        raise UsageError(
            f"{len(names)} sources have the host {host}: {', '.join(names)}",
            next_step=f"say which is meant: --source {names[0]}",
        )
    return names[0] if names else None


def _described_hosts(home: Path | None) -> dict[str, list[str]]:
    """Host → the sources that the home's files describe with it."""
    found: dict[str, list[str]] = {}
    for path in sorted(home.glob("sources/*.toml")) if home else ():
        source = read_source(path)
        for host in sorted({plain_host(host) for host in (*source.hosts, source.name)}):
            found.setdefault(host, []).append(source.name)
    return found


def plain_host(host: str) -> str:
    """A host as it is compared: in lower case, without www. and the root's dot."""
    return host.lower().rstrip(".").removeprefix("www.")


async def described_source(database: Database, name: str, *, home: Path | None = None) -> Source | None:
    """The facts of that name: from its TOML file, or from the database."""
    return described_in(home, name) or await load_source(database, name)


def described_in(home: Path | None, name: str) -> Source | None:
    """The facts in the home's file of that name, if there is one."""
    path = home / "sources" / f"{name}.toml" if home else None
    return read_source(path) if path is not None and path.exists() else None


def _described(home: Path | None) -> dict[str, Source]:
    """The sources that files in the home describe, by the names that find them."""
    return {path.stem: read_source(path) for path in sorted(home.glob("sources/*.toml"))} if home else {}


async def scheduled_sources(database: Database, *, home: Path | None = None) -> list[Source]:
    """The sources whose description says when they are scraped, by name; a file in the home counts first."""
    found = _described(home)
    for row in await database.rows("source_names"):
        if row["name"] not in found and (known := await load_source(database, row["name"])) is not None:
            found[row["name"]] = known
    return sorted((each for each in found.values() if each.schedule), key=lambda each: each.name)


async def source_of_import(
    database: Database, name: str, mapping: Mapping, *, host: str | None = None, home: Path | None = None
) -> Source:
    """Return the source of an import: its described facts, completed by those of the mapping.

    The mapping sets the policies for blanks and volatile fields: they are about its columns. A source without
    hosts gets the `host` that the input came from, so that it is found by it. What earlier runs have stored
    as currency, country and decimal mark counts only if anything of the source went live: until then it is
    what a dry run was told, perhaps wrongly.
    """
    if name.endswith(".toml"):
        described: Source | None = read_source(Path(name))
    else:
        described = described_in(home, name)
    known = described or await load_source(database, name)
    base = known or parse_source({"name": name})
    if host is not None and not base.hosts:
        base = base.model_copy(update={"hosts": (host,)})
    if described is None and not await database.value("source_was_applied", name):
        return mapping.source_facts(base.model_copy(update=dict.fromkeys(_OF_MONEY)))
    stated = base.model_dump(include=set(_OF_MONEY), exclude_none=True)
    return mapping.source_facts(base).model_copy(update=stated)


def host_of(url: str) -> str:
    """The host a url names, which is the default name of its source."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f'"{url}" is not the address of a web page',
            next_step="give a whole one: https://example.com/homes",
        )
    return plain_host(parts.hostname)


def default_source(name: str, host: str) -> Source:
    """Return the facts of a source without a description; loopback may be asked faster."""
    facts: dict[str, Any] = {"name": name, "hosts": (host,)}
    if host in _LOOPBACK:
        facts["requests_per_second"] = 50.0
    return parse_source(facts)
