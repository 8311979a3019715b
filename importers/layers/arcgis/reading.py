"""The rows of an ArcGIS layer, and whether they are all of it: counted, and asked again at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from config.county.model import ArcGISLayer
from config.errors import FetchError
from importers.errors import ImportFileError
from importers.layers.arcgis.facts import LayerFacts
from importers.layers.arcgis.features import Features
from importers.layers.arcgis.paging import Answer, Paging, UnpagedError, features_of
from importers.layers.arcgis.server import ArcGISServer
from importers.layers.rows import Asking
from importers.record import LATITUDE, LOCATION_KIND, LONGITUDE, SHAPE, Record, Skipped

_KEPT: Final = 32
"""Features whose attributes are compared with what the layer says of them at the end."""


class ArcGISRows:
    """One pass over a layer. It can be iterated over once; its account is complete after that."""

    format = "arcgis"
    encoding: str | None = None

    def __init__(
        self, layer: ArcGISLayer, server: ArcGISServer, facts: LayerFacts, expected: int | None
    ) -> None:
        self._layer, self._server, self._facts = layer, server, facts
        options = layer.options
        self._paging = Paging(
            server,
            facts,
            options.where,
            min(options.page or facts.most, facts.most),
            options.geometry and facts.geometry is not None,
            expected,
        )
        self._asked_page = self._paging.page
        self._features = Features(facts, layer.point or facts.location_kind)
        self._known = set(facts.fields)
        self._sample: dict[int, Any] = {}
        self._every, self._answers = 1, 0
        self.expected = expected
        self.columns = [*facts.fields, LONGITUDE, LATITUDE, LOCATION_KIND, SHAPE]
        self.dialect: dict[str, Any] = {
            "title": facts.title,
            "object_id": facts.oid,
            "paged": facts.pages,
            "page": self._paging.page,
        }
        self.warnings: list[str] = []
        self.skipped: list[Skipped] = []
        self.incomplete: str | None = None

    @classmethod
    async def opened(cls, layer: ArcGISLayer, ask: Asking) -> ArcGISRows:
        """Ask a layer what it is and how many features it has. Raises FetchError and ImportFileError."""
        server = ArcGISServer.of(str(layer.url), ask)
        facts = LayerFacts.of(await server.about(), server)
        expected = await _count(server, layer.options.where) if layer.options.row_count else None
        return cls(layer, server, facts, expected)

    async def __aiter__(self) -> AsyncIterator[Record]:
        number = 0
        try:
            async for answer in self._pages():
                self._look_at(answer)
                for cells in self._features.of(answer):
                    number += 1
                    yield Record(number, number, cells)
            await self._verify()
        except (FetchError, ImportFileError) as error:
            if not number:
                raise
            self._broken(f"after {number:,} features: {error.message}")
        self._report()

    async def _pages(self) -> AsyncIterator[Answer]:
        try:
            async for answer in self._paging.pages():
                yield answer
        except UnpagedError:
            async for answer in self._paging.by_ids():
                yield answer
        if self._paging.broken:
            self._broken(f"{self._server.name}: {self._paging.broken}")

    def _look_at(self, answer: Answer) -> None:
        """Compare the fields of an answer with those of the layer, and keep one feature of it for the end."""
        features = features_of(answer, self._server)
        self._answers += 1
        for feature in features[:1] + features[-1:]:
            if (has := feature["attributes"].keys()) != self._known:
                self._other_fields(set(has))
        if not features or self._facts.oid is None or self._answers % self._every:
            return
        attributes = features[0]["attributes"]
        self._sample[attributes[self._facts.oid]] = dict(attributes)
        if len(self._sample) > _KEPT:
            self._sample = dict(list(self._sample.items())[::2])
            self._every *= 2

    def _other_fields(self, has: set[str]) -> None:
        new, gone = sorted(has - self._known), sorted(self._known - has)
        said = [
            f"{which} {', '.join(names[:5])}" for which, names in (("has", new), ("lacks", gone)) if names
        ]
        self.columns.extend(name for name in new if name not in self.columns)
        self._broken(
            f"{self._server.name} was changed while it was read: a page {' and '.join(said)}, "
            "against its own description"
        )

    async def _verify(self) -> None:
        """Ask the layer once more: whether all of it came, and whether it is still the same."""
        received, before = self._paging.received, self._paging.expected
        if self._layer.options.row_count:
            self.expected = await _count(self._server, self._layer.options.where)
            if self.expected is None:
                self._broken(
                    f"{self._server.name} does not say how many features it has, so that they may not "
                    "all have come; row_count = false in its options lets that pass"
                )
            elif before is not None and self.expected != before:
                self._broken(
                    f"{self._server.name} was changed while it was read: it had {before:,} features, "
                    f"then {self.expected:,}"
                )
            elif self.expected != received:
                self._broken(f"{self._server.name} has {self.expected:,} features, and {received:,} came")
        now = LayerFacts.of(await self._server.about(), self._server)
        if now.fields != self._facts.fields or now.edited != self._facts.edited:
            what = "its fields" if now.fields != self._facts.fields else "its features"
            self._broken(f"{self._server.name} was changed while it was read: {what} were edited")
        if self._sample:
            await self._compare_sample()

    async def _compare_sample(self) -> None:
        """Whether features still have their object ids: a layer that is published anew gives others."""
        left, changed = dict(self._sample), 0
        while left:
            answer = await self._server.query(
                objectIds=",".join(map(str, left)), outFields="*", returnGeometry="false"
            )
            found = [each["attributes"] for each in features_of(answer, self._server)]
            came = {each.get(self._facts.oid): each for each in found}
            if not left.keys() & came.keys():
                break
            changed += sum(1 for oid, each in came.items() if oid in left and left.pop(oid) != each)
        changed += len(left)
        if changed:
            self._broken(
                f"{self._server.name} was changed while it was read: {changed} of {len(self._sample)} "
                "features that were looked at again were others, as after it was published anew"
            )

    def _broken(self, why: str) -> None:
        self.incomplete = self.incomplete or why

    def _report(self) -> None:
        """Say what of the shapes could not be used, and at which size pages came."""
        shapes = self._features
        for fault, times in shapes.faults.most_common(5):
            self.warnings.append(f"Shapes without a place: {times:,}, as {fault}.")
        if shapes.converted:
            self.warnings.append("The server answered in web mercator; places were converted to degrees.")
        if shapes.foreign is not None:
            self.warnings.append(
                f"The server answered in the coordinate system {shapes.foreign} although degrees were asked "
                "for; its places are left out."
            )
        if self._paging.page < self._asked_page:
            self.warnings.append(
                f"The server failed at pages of {self._asked_page:,} features, and smaller ones were asked "
                f"for; page = {self._paging.page} in the layer's options begins there."
            )


async def _count(server: ArcGISServer, where: str) -> int | None:
    """How many features the layer says it has; None where it does not say."""
    found = (await server.query(where=where, returnCountOnly="true")).get("count")
    return found if isinstance(found, int) else None
