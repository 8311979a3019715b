"""The county's map server while it is up: layers on loopback that answer as ArcGIS REST does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from demo.county.days import Day, Feature, appraised, code_cases, deeds, foreclosures

MOST_A_PAGE: Final = 20
_AFTER: Final = re.compile(r"OBJECTID\s*>\s*(-?\d+)", re.IGNORECASE)
_UP_TO: Final = re.compile(r"OBJECTID\s*<=\s*(-?\d+)", re.IGNORECASE)
_LAYERS: Final = ("parcels", "deeds", "foreclosures", "code_cases")
_OUT: Final = "deeds"
"""The layer that is out of order on the third day."""


class MapServer:
    """The server: `async with MapServer(first) as server`, then set `server.day`."""

    def __init__(self, first: date, *, north: float = 0) -> None:
        """`north` moves the county by so many degrees."""
        self.day = Day.FIRST
        self._north = north
        self._first = first
        self._base = ""
        app = web.Application()
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_route("*", "/arcgis/rest/services/Records/FeatureServer/{layer}", self._layer)
        app.router.add_route("*", "/arcgis/rest/services/Records/FeatureServer/{layer}/query", self._query)
        self._runner = web.AppRunner(app, access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        _, port, *_ = self._runner.addresses[0]
        self._base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def url(self, layer: str) -> str:
        """The address of a layer, by its name: parcels, deeds, foreclosures, code_cases."""
        return f"{self._base}/arcgis/rest/services/Records/FeatureServer/{_LAYERS.index(layer)}"

    async def _robots(self, _: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    async def _layer(self, request: web.Request) -> web.Response:
        name, features = self._features(request)
        return web.json_response(
            {
                "currentVersion": 11.3,
                "id": _LAYERS.index(name),
                "name": name,
                "type": "Feature Layer",
                "geometryType": "esriGeometryPolygon" if name == "parcels" else "esriGeometryPoint",
                "objectIdField": "OBJECTID",
                "maxRecordCount": MOST_A_PAGE,
                "supportedQueryFormats": "JSON, geoJSON",
                "advancedQueryCapabilities": {"supportsPagination": True, "supportsOrderBy": True},
                "capabilities": "Query",
                "extent": {"spatialReference": {"wkid": 4326}},
                "fields": _fields(features),
            }
        )

    async def _query(self, request: web.Request) -> web.Response:
        name, features = self._features(request)
        if name == _OUT and self.day == Day.THIRD:
            # as such servers do: an error within a good answer
            error = {"code": 500, "message": "Service is not available.", "details": []}
            return web.json_response({"error": error})
        asked = {**request.query, **await request.post()}
        where = str(asked.get("where", ""))
        numbered = [
            (number, feature)
            for number, feature in enumerate(features, start=1)
            if _is_asked(number, where, str(asked.get("objectIds", "")))
        ]
        if asked.get("returnCountOnly") == "true":
            return web.json_response({"count": len(numbered)})
        if asked.get("returnIdsOnly") == "true":
            ids = [number for number, _ in numbered]
            return web.json_response({"objectIdFieldName": "OBJECTID", "objectIds": ids})
        first = int(str(asked.get("resultOffset") or 0))
        most = min(int(str(asked.get("resultRecordCount") or MOST_A_PAGE)), MOST_A_PAGE)
        shown = numbered[first : first + most]
        answer: dict[str, Any] = {
            "objectIdFieldName": "OBJECTID",
            "spatialReference": {"wkid": 4326, "latestWkid": 4326},
            "fields": _fields(features),
            "features": [
                {
                    "attributes": {"OBJECTID": number, **feature["attributes"]},
                    "geometry": _moved(feature["geometry"], self._north),
                }
                for number, feature in shown
            ],
        }
        if first + most < len(numbered):
            answer["exceededTransferLimit"] = True
        return web.json_response(answer)

    def _features(self, request: web.Request) -> tuple[str, list[Feature]]:
        nth = request.match_info["layer"]
        if not nth.isdecimal() or int(nth) >= len(_LAYERS):
            raise web.HTTPNotFound
        name = _LAYERS[int(nth)]
        rows: dict[str, Callable[[], list[Feature]]] = {
            "parcels": lambda: appraised(self.day),
            "deeds": lambda: deeds(self.day, self._first),
            "foreclosures": lambda: foreclosures(self.day, self._first),
            "code_cases": lambda: code_cases(self.day, self._first),
        }
        return name, rows[name]()


def _is_asked(number: int, where: str, ids: str) -> bool:
    """Whether an object id meets the bounds that a query names, and is in its list if there is one."""
    after, up_to = _AFTER.search(where), _UP_TO.search(where)
    return (
        (after is None or number > int(after[1]))
        and (up_to is None or number <= int(up_to[1]))
        and (not ids or str(number) in ids.split(","))
    )


def _moved(shape: dict[str, Any] | None, north: float) -> dict[str, Any] | None:
    """A point or an outline, so many degrees further north."""
    if shape is None or not north:
        return shape
    if "rings" in shape:
        return {"rings": [[[x, round(y + north, 6)] for x, y in ring] for ring in shape["rings"]]}
    return {"x": shape["x"], "y": round(shape["y"] + north, 6)}


_TYPES: Final = {int: "esriFieldTypeInteger", float: "esriFieldTypeDouble", str: "esriFieldTypeString"}
_DATES: Final = ("SALE_DATE", "casedt")


def _fields(features: list[Feature]) -> list[dict[str, str]]:
    """The layer's columns with their types, as the server describes them."""
    first = features[0]["attributes"]
    return [
        {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
        *(
            {
                "name": name,
                "type": "esriFieldTypeDate" if name in _DATES else _TYPES[type(value)],
                "alias": name,
            }
            for name, value in first.items()
        ),
    ]
