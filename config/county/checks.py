"""What a county's file may not say although each of its keys is right by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from config.county.columns import MADE, Column, problems_of
from config.county.kinds import KINDS, Kind
from config.county.model import ONLINE, County, Layer
from config.county.nearest import meant
from config.county.states import STATES

Fault = tuple[tuple[str, ...], str]
"""The key that is wrong, and why."""

_SECRET: Final = frozenset({"token", "$$app_token", "apikey", "api_key", "access_token", "password"})


def faults(county: County) -> Iterator[Fault]:
    """What is wrong with a county's description, in the order in which its file has it."""
    if county.state not in STATES:
        yield ("state",), f"there is no state {county.state}: it is a postal code, such as FL"
    elif county.county_fips[:2] != STATES[county.state]:
        code = STATES[county.state]
        yield (
            ("county_fips",),
            f"{county.county_fips} is not in {county.state}, whose codes begin with {code}",
        )
    try:
        ZoneInfo(county.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield ("time_zone",), f"there is no time zone {county.time_zone}: name one such as America/New_York"
    parcels: str | None = None
    for layer in county.layers:
        yield from _of_layer(layer)
        if "properties" in layer.kinds:
            if parcels is not None:
                yield (
                    ("layers", layer.name, "kinds", "properties"),
                    f"layer {parcels} feeds properties already, and two would overwrite each other: "
                    "let this one feed property_records",
                )
            parcels = layer.name


def _of_layer(layer: Layer) -> Iterator[Fault]:
    place = ("layers", layer.name)
    if (layer.url is None) == (layer.path is None):
        yield place, "it has a url or a path, one of them"
    elif layer.type in ONLINE - {"realauction"} and layer.url is None:
        yield (*place, "path"), f"a layer of type {layer.type} has a url"
    if layer.url is not None:
        yield from _of_url(layer.url, (*place, "url"))
    if layer.schedule is not None:
        try:
            CronSim(layer.schedule, datetime(2000, 1, 1, tzinfo=UTC))
        except CronSimError:
            yield (*place, "schedule"), f'{layer.schedule!r} is no cron expression, such as "0 2 * * *"'
    if not layer.kinds:
        yield (*place, "kinds"), f"it fills no kind of record: name one of {', '.join(KINDS)}"
    for name, columns in layer.kinds.items():
        if name not in KINDS:
            yield (*place, "kinds", name), f"unknown kind {name!r}{meant(name, KINDS)}"
        else:
            yield from _of_kind(KINDS[name], columns, (*place, "kinds", name))


def _of_url(url: str, place: tuple[str, ...]) -> Iterator[Fault]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield place, f"{url!r} is no web address: give the whole one, https://…"
    elif parts.username or parts.password:
        yield place, "a url with a login in it is not kept in a file"
    elif held := next((name for name, _ in parse_qsl(parts.query) if name.lower() in _SECRET), None):
        yield place, f"its {held} does not belong in a file: leave it out"


def _of_kind(kind: Kind, columns: dict[str, Column], place: tuple[str, ...]) -> Iterator[Fault]:
    known = [field.name for field in kind.fields if field.name not in MADE]
    unknown = [name for name in columns if name not in known and name not in MADE]
    for name in unknown:
        yield (*place, name), f"{kind.name} have no field {name!r}{meant(name, known)}"
    if not unknown:
        for problem in problems_of(kind, columns):
            name = problem.partition(" ")[0]
            yield ((*place, name) if name in columns else place), problem
