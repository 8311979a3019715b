"""An ArcGIS layer of invented parcels on loopback, in a process of its own: its answers are made beforehand.

`python -m benchmarks.county_server FEATURES CUT` prints the layer's url. CUT is the most features that a page
really has, below the limit that the layer states; 0 for none.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import sys
from typing import Any, Final

from aiohttp import web

MOST: Final = 2_000
PATH: Final = "/arcgis/rest/services/Parcels/MapServer/0"
_AFTER: Final = re.compile(r"OBJECTID > (\d+)")
_TEXTS: Final = ("PARCEL", "NAME1", "SITUS", "SITUS_CITY", "SITUS_ZIP", "DOR_CODE", "ZONING_CODE")
_NUMBERS: Final = (
    "TOTAL_MKT",
    "TOTAL_ASSD",
    "TAXABLE",
    "TAXES",
    "BEDS",
    "BATH",
    "LIVING_AREA",
    "AYB",
    "ACREAGE",
)


def feature(number: int) -> bytes:
    """One parcel: 18 attributes, and an outline of nine corners."""
    x, y = -81.7 + number % 700 * 1e-3, 28.3 + number // 700 * 1e-3
    ring = [
        [x + 4e-4 * math.cos(-turn * math.pi / 4), y + 4e-4 * math.sin(-turn * math.pi / 4)]
        for turn in range(9)
    ]
    attributes: dict[str, Any] = {"OBJECTID": number, "PARCEL": f"292201{number:09}"}
    attributes |= {name: f"{name} {number}" for name in _TEXTS[1:]}
    attributes |= {name: number * (at + 1) / 4 for at, name in enumerate(_NUMBERS)}
    attributes["SALE_DATE"] = 1_600_000_000_000 + number * 86_400_000 // 100
    return json.dumps({"attributes": attributes, "geometry": {"rings": [ring]}}).encode()


class Layer:
    """The layer's answers."""

    def __init__(self, features: int, cut: int) -> None:
        self._features = [feature(number) for number in range(1, features + 1)]
        self._size = cut or MOST
        self._head = json.dumps(
            {
                "objectIdFieldName": "OBJECTID",
                "geometryType": "esriGeometryPolygon",
                "spatialReference": {"wkid": 4326},
            }
        )[:-1].encode()

    async def about(self, _: web.Request) -> web.Response:
        """What the layer says of itself."""
        kinds = {"OBJECTID": "esriFieldTypeOID", "SALE_DATE": "esriFieldTypeDate"}
        kinds |= dict.fromkeys(_TEXTS, "esriFieldTypeString") | dict.fromkeys(_NUMBERS, "esriFieldTypeDouble")
        return web.json_response(
            {
                "name": "Parcels",
                "type": "Feature Layer",
                "geometryType": "esriGeometryPolygon",
                "objectIdField": "OBJECTID",
                "fields": [{"name": name, "type": kind, "alias": name} for name, kind in kinds.items()],
                "maxRecordCount": MOST,
                "supportedQueryFormats": "JSON, geoJSON",
                "advancedQueryCapabilities": {"supportsPagination": True, "supportsOrderBy": True},
            }
        )

    async def query(self, request: web.Request) -> web.Response:
        """One page, a count, or some features by their ids."""
        asked = dict(request.query) | {name: str(value) for name, value in (await request.post()).items()}
        after = _AFTER.search(asked.get("where", ""))
        start = int(after[1]) if after else int(asked.get("resultOffset", 0))
        if asked.get("returnCountOnly") == "true":
            return web.json_response({"count": len(self._features)})
        if "objectIds" in asked:
            shown = [self._features[int(each) - 1] for each in asked["objectIds"].split(",")]
            return self._page(shown, more=False)
        end = start + min(int(asked.get("resultRecordCount", MOST)), self._size)
        return self._page(self._features[start:end], more=end < len(self._features))

    def _page(self, features: list[bytes], *, more: bool) -> web.Response:
        flag = b', "exceededTransferLimit": true' if more else b""
        body = self._head + flag + b', "features": [' + b",".join(features) + b"]}"
        return web.Response(body=body, content_type="application/json")


async def main() -> None:
    """Serve until the process is ended."""
    layer = Layer(int(sys.argv[1]), int(sys.argv[2]))
    app = web.Application(client_max_size=1 << 24)
    app.router.add_get(PATH, layer.about)
    app.router.add_route("*", f"{PATH}/query", layer.query)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    print(f"http://127.0.0.1:{port}{PATH}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
