"""The way to a RESO Web API, and what the catalogue knows of its feed from one pass to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from pydantic import SecretStr

from database.direct import Database
from importers.intake import Catalogue, FeedRows, Rows
from importers.readers.reso import GetJson
from scrapers.fetch.api import JsonApi
from services.workflows.sources import default_source, host_of

_VARIABLE: Final = "PROPERTY_MANAGER_RESO_TOKEN"


@asynccontextmanager
async def connect(
    url: str, token: SecretStr | None, *, contact: str | None, allow_private: bool
) -> AsyncIterator[GetJson]:
    """The way to an API's server, at the pace of a page."""
    host = host_of(url)
    pace = default_source(host, host).requests_per_second
    async with JsonApi(
        url,
        token,
        token_name=_VARIABLE,
        contact=contact,
        allow_private=allow_private,
        requests_per_second=pace,
    ) as api:
        yield api.get_json


async def catalogue_of_feed(database: Database, source: str, scope: str, *, sweep: bool) -> Catalogue:
    """What is known of a feed; with `sweep` its keys are to be compared with live."""

    async def held(keys: list[str]) -> set[str]:
        return {row["property_id"] for row in await database.rows("held_listings", source, keys)}

    async def standing() -> set[str]:
        return {row["property_id"] for row in await database.rows("standing_listings", source, scope)}

    since = await database.value("feed_watermark", source, scope)
    return Catalogue(since, held, standing if sweep else None)


def nothing_new(rows: Rows) -> bool:
    """Whether no rows are no wonder: a feed may have nothing to tell since the last pass."""
    return isinstance(rows, FeedRows) and rows.since is not None


def feed_facts(rows: Rows) -> dict[str, Any]:
    """Where a feed was taken up and how far it was read, for its next pass to begin there.

    What changed may have few columns: that says nothing of those it lacks.
    """
    if not isinstance(rows, FeedRows):
        return {}
    lacking: dict[str, Any] = {} if rows.since is None else {"fields_without_column": {}}
    return {"feed": {"since": rows.since, "watermark": rows.watermark}, **lacking}
