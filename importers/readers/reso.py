"""Reads a RESO Web API: changed records page by page, withdrawn ones, and the keys that still exist.

The caller's `get_json` fetches a page: it adds the authorisation, keeps to the server's pace, retries
transport errors and raises FetchError. Records are as the server has them: nothing is parsed, so an integer
may be `12.0` and a date "TBD".
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

from config.errors import FetchError
from importers.errors import ImportFileError
from importers.record import Record

GetJson = Callable[[str], Awaitable[dict[str, Any]]]

_STALE: Final = frozenset({400, 404, 410})
_SAFE: Final = "$',()/:@"


class Deletion(NamedTuple):
    """A listing that the server has withdrawn from display."""

    number: int
    key: str
    cells: dict[str, Any]


class Key(NamedTuple):
    """The key of a listing and when it last changed."""

    key: str
    modified: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One resource of one server, and which part of it is read."""

    url: str
    """The url of the resource without a query, such as https://api.example.com/odata/Property."""
    filter: str | None = None
    """An OData filter for every request, such as OriginatingSystemName eq 'testmls'."""
    viewable: str | None = None
    """A filter for full passes, such as MlgCanView eq true; others must see withdrawn records."""
    select: str | None = None
    expand: str | None = None
    top: int | None = None
    """Rows per page, if the server reads $top so."""
    key: str = "ListingKey"
    modified: str = "ModificationTimestamp"

    @classmethod
    def parse(cls, where: str) -> Endpoint:
        """Parse `reso:https://…/Property`, with OData options in its query. Raises ImportFileError."""
        parts = urlsplit(where.removeprefix("reso:"))
        if parts.scheme not in {"http", "https"} or not parts.netloc or not parts.path.strip("/"):
            raise ImportFileError(
                f"{where} is not a RESO endpoint",
                next_step="give the resource's url: reso:https://api.example.com/odata/Property",
            )
        given = dict(parse_qsl(parts.query))
        unknown = given.keys() - {"$filter", "$select", "$expand", "$top"}
        if unknown or not given.get("$top", "1").isdecimal():
            raise ImportFileError(
                f"{sorted(unknown)[0] if unknown else '$top'} in {where} is not supported",
                next_step="use $filter, $select, $expand or $top (a number)",
            )
        return cls(
            urlunsplit(parts._replace(query="", fragment="")),
            filter=given.get("$filter"),
            select=given.get("$select"),
            expand=given.get("$expand"),
            top=int(given["$top"]) if "$top" in given else None,
        )

    def changes_url(self, since: str | None) -> str:
        """Return the url of the first page of all records, or of those changed at or after `since`.

        The comparison is `ge`, not `gt`: timestamps are truncated and shared by many rows, so rows of the
        same moment are read twice rather than missed.
        """
        restriction = f"{self.modified} ge {since}" if since else self.viewable
        return self._url(
            filter=_both(self.filter, restriction),
            select=self.select,
            expand=self.expand,
            orderby=self.modified,
            top=self.top,
        )

    def keys_url(self) -> str:
        """Return the url of the first page of all keys."""
        return self._url(
            filter=_both(self.filter, self.viewable),
            select=f"{self.key},{self.modified}",
            orderby=self.key,
            top=self.top,
            count="true",
        )

    def _url(self, **options: str | int | None) -> str:
        query = "&".join(
            f"${name}={quote(str(value), safe=_SAFE)}" for name, value in options.items() if value is not None
        )
        return f"{self.url}?{query}"


def _both(first: str | None, second: str | None) -> str | None:
    stated = [f"({part})" if " or " in part else part for part in (first, second) if part]
    return " and ".join(stated) or None


@dataclass(slots=True)
class ResoFeed:
    """One pass over an endpoint; its account is complete after the iteration."""

    endpoint: Endpoint
    get_json: GetJson
    columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    watermark: str | None = None
    """The newest modification seen; the next pass begins there once the rows of this one are committed."""
    rows_read: int = 0
    incomplete: str | None = None
    """Why the pass did not see everything, else None; absences must not be counted then."""

    async def changes(self, since: str | None = None) -> AsyncIterator[Record | Deletion]:
        """Yield every record changed at or after `since`, or all records, the oldest change first.

        If a next link is stale, the pass continues from its watermark, once; records may be repeated then.
        """
        async for row in self._rows_from(self.endpoint.changes_url(since)):
            if isinstance(row, _Stale):
                if self.watermark is None:
                    raise row.error
                self.warnings.append(
                    "A next link had expired: the pass continued from the newest record seen."
                )
                async for again in self._rows_from(self.endpoint.changes_url(self.watermark)):
                    if isinstance(again, _Stale):
                        raise again.error
                    yield self._change(again)
                return
            yield self._change(row)

    async def sweep(self) -> AsyncIterator[Key]:
        """Yield the key of every listing of the server; complete only if `incomplete` is None afterwards."""
        seen = 0
        async for row in self._rows_from(self.endpoint.keys_url()):
            if isinstance(row, _Stale):
                raise row.error
            self.rows_read += 1
            key = self._key(row)
            if key is None:
                self.incomplete = f"a row of the key sweep has no {self.endpoint.key}"
                continue
            seen += 1
            modified = row.get(self.endpoint.modified)
            yield Key(key, modified if isinstance(modified, str) else None)
        if self._count is not None and seen < self._count:
            self.incomplete = f"the sweep saw {seen:,} of {self._count:,} keys"

    _count: int | None = None

    def _change(self, row: Any) -> Record | Deletion:
        self.rows_read += 1
        number = self.rows_read
        key = self._key(row)
        if key is None:
            what = f"no {self.endpoint.key}" if isinstance(row, dict) else "not an object"
            raw = json.dumps(row).encode()
            cells = row if isinstance(row, dict) else {}
            return Record(number, number, cells, f"{self.endpoint.url}, record {number}: {what}", raw)
        self._note(row)
        if row.get("MlgCanView") is False:
            return Deletion(number, key, row)
        return Record(number, number, row)

    def _key(self, row: Any) -> str | None:
        key = row.get(self.endpoint.key) if isinstance(row, dict) else None
        return str(key) if isinstance(key, str | int) and not isinstance(key, bool) and key != "" else None

    def _note(self, row: Mapping[str, Any]) -> None:
        known = set(self.columns)
        self.columns.extend(name for name in row if name not in known)
        modified = row.get(self.endpoint.modified)
        if isinstance(modified, str) and (moment := _moment(modified)):
            newest = _moment(self.watermark) if self.watermark else None
            if newest is None or moment > newest:
                self.watermark = modified if _has_zone(modified) else f"{modified}Z"

    async def _rows_from(self, url: str) -> AsyncIterator[Any]:
        """Yield the rows of a page and of all later ones; if a next link is stale, `_Stale` comes last."""
        visited: set[str] = set()
        while True:
            visited.add(url)
            try:
                page = await self.get_json(url)
            except FetchError as error:
                if len(visited) == 1 or error.status not in _STALE:
                    raise
                yield _Stale(error)
                return
            rows = self._value(page, url)
            for row in rows:
                yield row
            following = page.get("@odata.nextLink")
            if not following:
                self._check_last(len(rows))
                return
            url = self._next(url, following, visited)

    def _value(self, page: Any, url: str) -> list[Any]:
        """Return a page's rows; a single record has no list around it."""
        value = page.get("value") if isinstance(page, dict) else None
        if isinstance(value, list):
            count = page.get("@odata.count")  # some servers send it as text
            if isinstance(count, int | str) and str(count).isdecimal():
                self._count = int(count)
            return value
        if isinstance(page, dict) and self.endpoint.key in page:
            return [page]
        said = page.get("error") if isinstance(page, dict) else None
        why = said.get("message") if isinstance(said, dict) else "its answer has no list of records"
        raise ImportFileError(
            f"{_without_query(url)} did not answer like a RESO Web API: {why}",
            next_step="check the url: it must be the resource, such as …/Property, and the filter",
        )

    def _check_last(self, rows: int) -> None:
        if self.endpoint.top and rows == self.endpoint.top:
            self.incomplete = (
                f"the server ends after $top={rows} rows without a next link: it takes $top as a limit, "
                "so leave it out"
            )

    def _next(self, url: str, following: Any, visited: set[str]) -> str:
        """Return the next link as given. It is sent with the authorisation, so another server is refused."""
        target = str(following) if "://" in str(following) else urljoin(url, str(following))
        here, there = urlsplit(self.endpoint.url), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise ImportFileError(
                f"{_without_query(url)} links to another server for its next page: {there.netloc}"
            )
        if target in visited:
            raise ImportFileError(f"{_without_query(url)} links back to a page that was read already")
        return target


@dataclass(frozen=True, slots=True)
class _Stale:
    """A next link that the server does not know any more."""

    error: FetchError


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _has_zone(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def _without_query(url: str) -> str:
    """Return a url without its query, which may hold a token."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
