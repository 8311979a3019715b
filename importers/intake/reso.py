"""Reads a RESO feed as rows: records changed since the last applied pass, then those that are gone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from config.errors import FetchError, UsageError
from config.secrets import mask_url
from importers import ImportFileError, Record, Rows, Skipped
from importers.mapping import Mapping
from importers.readers.reso import Deletion, Endpoint, GetJson, ResoFeed

_WITHDRAWN: Final = "withdrawn by the feed: MlgCanView is false"
_SWEPT: Final = "no longer among the keys of the feed"
_ASKED_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class KnownListings:
    """What the database knows of a feed before it is read."""

    since: str | None = None
    """The watermark of the last applied pass; None reads everything."""
    known_among: Callable[[list[str]], Awaitable[set[str]]] | None = None
    """Returns those of the keys that live has."""
    active: Callable[[], Awaitable[set[str]]] | None = None
    """Returns the keys of this feed that are active in live; without it there is no key sweep."""


class ResoRows:
    """The rows of one pass over a feed. It can be iterated over once."""

    format = "reso"
    encoding: str | None = None

    def __init__(self, endpoint: Endpoint, get_json: GetJson, known: KnownListings) -> None:
        self._endpoint, self._get_json, self._known = endpoint, get_json, known
        self._feed = ResoFeed(endpoint, get_json)
        self._withdrawn: dict[str, Deletion] = {}
        self._sweep_failure: str | None = None
        self.columns = self._feed.columns
        self.warnings = self._feed.warnings
        self.dialect: dict[str, Any] = {}
        self.skipped: list[Skipped] = []

    @property
    def incomplete(self) -> str | None:
        return self._feed.incomplete or self._sweep_failure

    @property
    def since(self) -> str | None:
        return self._known.since

    @property
    def watermark(self) -> str | None:
        """Where the next pass begins once these rows are applied; an empty answer does not move it."""
        return self._feed.watermark or self._known.since

    async def __aiter__(self) -> AsyncIterator[Record]:
        async for change in self._feed.changes(self._known.since):
            key = str(change.cells.get(self._endpoint.key))
            before = self._withdrawn.pop(key, None)
            if before is not None:
                self._skip(before, "withdrawn, then listed again")
            if isinstance(change, Deletion):
                self._withdrawn[key] = change
            else:
                yield change
        # only now: the latest statement about a listing counts, and a later row supersedes an earlier one
        withdrawn = set(self._withdrawn)
        async for record in self._gone():
            yield record
        async for record in self._absent(withdrawn):
            yield record

    async def _gone(self) -> AsyncIterator[Record]:
        """Yield the withdrawn listings that live has; the others are skipped."""
        withdrawn = list(self._withdrawn.values())
        for start in range(0, len(withdrawn), _ASKED_AT_ONCE):
            batch = withdrawn[start : start + _ASKED_AT_ONCE]
            known = await self._known_among([each.key for each in batch])
            for each in batch:
                if each.key in known:
                    yield Record(each.number, each.number, each.cells, gone=_WITHDRAWN)
                else:
                    self._skip(each, "withdrawn, never imported")

    async def _known_among(self, keys: list[str]) -> set[str]:
        return set() if self._known.known_among is None else await self._known.known_among(keys)

    async def _absent(self, withdrawn: Iterable[str]) -> AsyncIterator[Record]:
        """Yield the listings that are active in live and unknown to the server, if the sweep is complete."""
        if self._known.active is None:
            return
        left = (await self._known.active()).difference(withdrawn)
        sweep, seen = ResoFeed(self._endpoint, self._get_json), 0
        try:
            async for key in sweep.sweep():
                left.discard(key.key)
                seen += 1
        except (FetchError, ImportFileError) as error:
            self._sweep_failure = f"the key sweep failed, so it removed nothing: {error.message}"
            return
        if sweep.incomplete or not seen:
            why = sweep.incomplete or "the server returned no key"
            self._sweep_failure = f"the key sweep is incomplete, so it removed nothing: {why}"
            return
        for number, absent in enumerate(sorted(left), self._feed.rows_read + 1):
            yield Record(number, number, {self._endpoint.key: absent}, gone=_SWEPT)

    def _skip(self, deletion: Deletion, why: str) -> None:
        self.skipped.append(Skipped(deletion.number, why))


def reso_scope(endpoint: Endpoint) -> str:
    """Return the scope of a feed, its passwords and tokens masked; another filter is another scope."""
    return mask_url(f"reso:{endpoint.url}" + (f"?$filter={endpoint.filter}" if endpoint.filter else ""))


def endpoint_for(endpoint: Endpoint, mapping: Mapping) -> Endpoint:
    """Return the endpoint with the id of the mapping as its key. Raises UsageError."""
    if len(mapping.id) != 1 or mapping.id_pattern is not None or mapping.partition is not None:
        raise UsageError(
            f"mapping {mapping.name} cannot read a feed: a feed has one key and is one session",
            next_step='name one id, such as "ListingKey", without id_pattern and partition; '
            "give the url a $filter instead",
        )
    return replace(endpoint, key=mapping.id[0])


def may_be_empty(rows: Rows) -> bool:
    """Whether an input without rows is plausible: a feed may have no change since the last pass."""
    return isinstance(rows, ResoRows) and rows.since is not None


def reso_facts(rows: Rows) -> dict[str, Any]:
    """Return where this pass of a feed began and ended, so that the next one begins there.

    Changed records may have few columns, so columns that they lack are not reported as missing.
    """
    if not isinstance(rows, ResoRows):
        return {}
    lacking: dict[str, Any] = {} if rows.since is None else {"fields_without_column": {}}
    return {"feed": {"since": rows.since, "watermark": rows.watermark}, **lacking}
