"""Pages of an ArcGIS layer: by object id where it can, by ranges of its ids where it cannot be paged.

A page is no larger than the layer allows, and may be smaller: what came says where the next one begins, and
the answer's flag, never a short or an empty page, whether there is one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from config.errors import LayerRefusedError
from importers.layers.arcgis.facts import LayerFacts
from importers.layers.arcgis.server import ArcGISServer

_LEAST_PAGE: Final = 25
_TRIES: Final = 3
"""Answers without a feature that is wanted, until those that are left count as lost."""
Answer = dict[str, Any]


class UnpagedError(Exception):
    """The server does not order its answers by object id; nothing of them was given yet."""


@dataclass(slots=True)
class Paging:
    """How one layer is read to its end; `broken` says why the end was not reached."""

    server: ArcGISServer
    facts: LayerFacts
    where: str
    page: int
    geometry: bool
    expected: int | None
    """Features that the layer says it has, before the first page; of ids, their number."""
    received: int = 0
    broken: str | None = None

    def pages(self) -> AsyncIterator[Answer]:
        """The answers, one after the other. Raises FetchError and UnpagedError."""
        if not self.facts.pages:
            return self.by_ids() if self.facts.oid else self._once()
        return self._by_keys(self.facts.oid) if self.facts.oid else self._by_offset()

    async def _by_keys(self, oid: str) -> AsyncIterator[Answer]:
        last = None
        while True:
            answer = await self._page(
                where=self.where if last is None else self._and(f"{oid} > {last}"),
                orderByFields=oid,
                resultRecordCount=str(self.page),
            )
            features, more = features_of(answer, self.server), has_more(answer)
            if not features:
                if more:  # a page may be empty although others follow: their ids say which
                    async for each in self.by_ids(last):
                        yield each
                return
            ids = [feature["attributes"].get(oid) for feature in features]
            if not _ascend(ids, last):
                if last is None:
                    raise UnpagedError
                self.broken = "the server gave the same page twice, or features out of order"
                return
            self.received += len(features)
            yield answer
            last = ids[-1]
            if not more and len(features) < self.page and self.received >= (self.expected or 0):
                return

    async def by_ids(self, after: int | None = None) -> AsyncIterator[Answer]:
        """Ask for all object ids, then for ranges of them; what a range does not bring is asked for again."""
        oid, lost = str(self.facts.oid), 0
        where = self.where if after is None else self._and(f"{oid} > {after}")
        listed = (await self.server.query(where=where, returnIdsOnly="true")).get("objectIds") or ()
        ids = sorted({each for each in listed if isinstance(each, int)})
        if after is None:
            self.expected = len(ids)
        for at in range(0, len(ids), self.page):
            left = set(ids[at : at + self.page])
            question = {"where": self._and(f"{oid} >= {min(left)} AND {oid} <= {max(left)}")}
            tries = _TRIES
            while left and tries:
                answer = await self._page(**question)
                came = []
                for feature in features_of(answer, self.server):
                    if (key := feature["attributes"].get(oid)) in left:
                        left.remove(key)
                        came.append(feature)
                if came:
                    self.received += len(came)
                    yield {**answer, "features": came}
                else:
                    tries -= 1
                question = {"where": self.where, "objectIds": ",".join(map(str, sorted(left)))}
            lost += len(left)
        if lost:
            self.broken = f"{lost:,} of the {len(ids):,} features that the layer listed did not come"

    async def _by_offset(self) -> AsyncIterator[Answer]:
        """Without an object id there is no order to hold on to: the count at the end decides."""
        offset, before = 0, list[Any]()
        while True:
            answer = await self._page(
                where=self.where, resultOffset=str(offset), resultRecordCount=str(self.page)
            )
            features, more = features_of(answer, self.server), has_more(answer)
            if not features and not more:
                return
            edges = [dict(feature["attributes"]) for feature in features[:1] + features[-1:]]
            if edges and edges == before:
                self.broken = "the server gave the same page twice"
                return
            before = edges
            offset += len(features) or self.page
            self.received += len(features)
            if features:
                yield answer
            elif self._says_more_for_ever(offset):
                return
            if not more and len(features) < self.page and self.received >= (self.expected or 0):
                return

    async def _once(self) -> AsyncIterator[Answer]:
        answer = await self._page(where=self.where)
        self.received = len(features_of(answer, self.server))
        if has_more(answer):
            self.broken = "the layer has more features than one answer holds, no object id and no pages"
        yield answer

    async def _page(self, **parameters: str) -> Answer:
        """One page; where the server fails at its size, which large shapes make it do, a smaller one."""
        while True:
            if "resultRecordCount" in parameters:
                parameters["resultRecordCount"] = str(self.page)
            try:
                return await self.server.query(
                    outFields="*",
                    returnGeometry="true" if self.geometry else "false",
                    outSR="4326",
                    geometryPrecision="8",
                    **parameters,
                )
            except LayerRefusedError as error:
                if not error.transient or self.page <= _LEAST_PAGE or "resultRecordCount" not in parameters:
                    raise
                self.page = max(_LEAST_PAGE, self.page // 4)

    def _and(self, condition: str) -> str:
        return condition if self.where == "1=1" else f"({self.where}) AND {condition}"

    def _says_more_for_ever(self, offset: int) -> bool:
        """Whether the server has said for longer than the layer is long that more follows."""
        if offset <= (self.expected or 0) + 10 * self.page:
            return False
        self.broken = "the server says that more follows and gives nothing"
        return True


def features_of(answer: Answer, server: ArcGISServer) -> list[dict[str, Any]]:
    """The features of an answer. Raises LayerRefusedError for an answer that is none."""
    features = answer.get("features")
    if not isinstance(features, list) or not all(
        feature.__class__ is dict and feature.get("attributes").__class__ is dict for feature in features
    ):
        raise LayerRefusedError(f"{server.name} answered without features", url=server.url)
    return features


def has_more(answer: Answer) -> bool:
    """Whether the answer was cut: its flag stands on top, in GeoJSON under properties."""
    inner = answer.get("properties")
    return bool(
        answer.get("exceededTransferLimit")
        or (isinstance(inner, dict) and inner.get("exceededTransferLimit"))
    )


def _ascend(ids: list[Any], last: int | None) -> bool:
    if not all(each.__class__ is int for each in ids):
        return False
    return (last is None or ids[0] > last) and all(a < b for a, b in pairwise(ids))
