"""An ArcGIS server on loopback, of one layer, by Esri's description of its REST interface.

Its where clauses are SQL, answered by SQLite. What real servers do beside the description can be asked of
it: cut pages, empty pages that others follow, no flag, no pages at all, errors within HTTP 200, changes.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

OID = "OBJECTID"
PATH = "/arcgis/rest/services/Parcels/MapServer/0"
INVALID_WHERE = {
    "error": {
        "code": 400,
        "message": "Cannot perform query. Invalid query parameters.",
        "details": ["'where' parameter is invalid"],
    }
}
TOKEN_REQUIRED = {"error": {"code": 499, "message": "Token Required", "details": []}}
FAILED = {"error": {"code": 500, "message": "Error performing query operation", "details": []}}

Fault = Mapping[str, Any] | str | bytes | None
"""What one request gets instead of its answer: JSON, a web page, bytes; None lets it pass."""


@dataclass
class ArcGIS:
    """One layer and how its server behaves."""

    fields: dict[str, str]
    """Name → type, such as esriFieldTypeString; the object id is added."""
    features: list[tuple[dict[str, Any], Any]]
    """Attributes and geometry, in degrees."""
    geometry: str | None = "esriGeometryPoint"
    most: int = 10
    """maxRecordCount."""
    cut: int | None = None
    """Features that a page really has at most, below `most`."""
    flags: bool = True
    paged: bool = True
    counts: bool = True
    ordered: bool = True
    """Whether orderByFields is followed; without it, features come in no order."""
    oid: str | None = OID
    answers_in: int | None = 4326
    """The coordinate system of answers, whatever outSR asks for."""
    empty_pages: int = 0
    """So many pages are empty although others follow."""
    faults: dict[int, Fault] = field(default_factory=dict)
    """By the number of the request, from 1."""
    before: dict[int, Callable[[ArcGIS], None]] = field(default_factory=dict)
    """What happens just before a request."""
    same_page: bool = False
    """Whether where and offset are passed over, as by a cache in front of the server."""
    edited: int | None = None
    ids: list[int] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.ids = self.ids or list(range(1, len(self.features) + 1))
        self.publish()

    def publish(self) -> None:
        """Put the features, by their present ids, where queries find them."""
        self._rows = sqlite3.connect(":memory:")
        names = ", ".join(f'"{name}"' for name in (OID, *self.fields))
        self._rows.execute(f"create table layer ({names})")
        marks = ", ".join("?" * (len(self.fields) + 1))
        self._rows.executemany(
            f"insert into layer values ({marks})",
            (
                [oid, *(attributes.get(name) for name in self.fields)]
                for oid, (attributes, _) in zip(self.ids, self.features, strict=True)
            ),
        )
        self._rows.execute(f"create unique index by_id on layer ({OID})")
        shown = [
            (({} if self.oid is None else {self.oid: oid}), *each)
            for oid, each in zip(self.ids, self.features, strict=True)
        ]
        self._texts = {
            oid: json.dumps(
                {
                    "attributes": {**key, **dict.fromkeys(self.fields), **attributes},
                    **({} if geometry is None else {"geometry": geometry}),
                }
            )
            for oid, (key, attributes, geometry) in zip(self.ids, shown, strict=True)
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request of the layer."""
        form = dict(request.query)
        if request.method == "POST":
            form |= {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        self.methods.append(request.method)
        number = len(self.asked)
        if number in self.before:
            self.before[number](self)
        fault = self.faults.get(number)
        if isinstance(fault, str):
            return web.Response(text=fault, content_type="text/html")
        if isinstance(fault, bytes):
            return web.Response(body=fault, content_type="application/json")
        if fault is not None:
            return web.json_response(fault)
        if not request.path.endswith("/query"):
            return web.json_response(self._about())
        try:
            return web.Response(text=self._answer(form), content_type="application/json")
        except sqlite3.OperationalError:
            return web.json_response(INVALID_WHERE)

    def _about(self) -> dict[str, Any]:
        fields = [{"name": name, "type": kind, "alias": name} for name, kind in self.fields.items()]
        oid = [] if self.oid is None else [{"name": self.oid, "type": "esriFieldTypeOID", "alias": self.oid}]
        return {
            "currentVersion": 11.2 if self.paged else 10.22,
            "id": 0,
            "name": "Parcels",
            "type": "Feature Layer",
            "geometryType": self.geometry,
            "fields": oid + fields,
            "maxRecordCount": self.most,
            "supportedQueryFormats": "JSON, geoJSON, PBF" if self.paged else "JSON, AMF",
            **({"objectIdField": self.oid} if self.paged and self.oid else {}),
            **({"advancedQueryCapabilities": {"supportsPagination": True}} if self.paged else {}),
            **({"editingInfo": {"lastEditDate": self.edited}} if self.edited else {}),
        }

    def _answer(self, form: Mapping[str, str]) -> str:
        where = form.get("where", "1=1")
        if "objectIds" in form:
            where = f"{OID} in ({form['objectIds']})"
        if self.same_page:
            where = "1=1"
        found = [
            oid for (oid,) in self._rows.execute(f"select {OID} from layer where {where} order by {OID}")
        ]
        if form.get("returnCountOnly") == "true":
            return json.dumps({"count": len(found)} if self.counts else {})
        if form.get("returnIdsOnly") == "true":
            return json.dumps({"objectIdFieldName": self.oid, "objectIds": found or None})
        if not self.paged and form.keys() & {"resultOffset", "resultRecordCount"}:
            return json.dumps(
                {"error": {"code": 400, "message": "Pagination is not supported.", "details": []}}
            )
        if not self.ordered or "orderByFields" not in form:
            found = found[1::2][::-1] + found[::2]
        at = 0 if self.same_page else int(form.get("resultOffset", 0))
        size = min(int(form.get("resultRecordCount", self.most)), self.most)
        page = found[at : at + min(size, self.cut or size)]
        if self.empty_pages:
            self.empty_pages -= 1
            return self._page([], True, form)
        return self._page(page, at + len(page) < len(found), form)

    def _page(self, page: Sequence[int], more: bool, form: Mapping[str, str]) -> str:
        head: dict[str, Any] = {"objectIdFieldName": self.oid, "geometryType": self.geometry}
        if self.answers_in is not None:
            head["spatialReference"] = {"wkid": self.answers_in}
        if more and self.flags:
            head["exceededTransferLimit"] = True
        return json.dumps(head)[:-1] + ', "features": [' + ",".join(self._texts[oid] for oid in page) + "]}"


@asynccontextmanager
async def serving(
    layer: ArcGIS, *others: tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]
) -> AsyncIterator[ArcGIS]:
    """Serve a layer on loopback, and other paths beside it."""
    app = web.Application(client_max_size=1 << 24)
    for path in (PATH, f"{PATH}/query"):
        app.router.add_route("*", path, layer.handle)
    for path, handler in others:
        app.router.add_route("*", path, handler)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    layer.url = f"http://127.0.0.1:{server.port}{PATH}"
    try:
        yield layer
    finally:
        await server.close()


def parcels(count: int) -> list[tuple[dict[str, Any], Any]]:
    """Invented parcels in a row, a point each."""
    return [
        (
            {
                "PARCEL": f"292201{number:09}",
                "SITUS": f"{number} ORANGE AVE",
                "TOTAL_MKT": 100_000.5 + number,
            },
            {"x": round(-81.4 + number * 1e-4, 6), "y": round(28.5 + math.sin(number) * 1e-3, 6)},
        )
        for number in range(1, count + 1)
    ]


PARCEL_FIELDS = {
    "PARCEL": "esriFieldTypeString",
    "SITUS": "esriFieldTypeString",
    "TOTAL_MKT": "esriFieldTypeDouble",
}
