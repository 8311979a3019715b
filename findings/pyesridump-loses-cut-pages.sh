#!/usr/bin/env bash
# esridump 1.13.0: a layer whose server cuts its pages loses the rest of each page, without an error. 25 features in pages
# of 10, of which the server gives 4 at a time with exceededTransferLimit: 12 come, the exit is that of success.
#
# Esri's documentation lets a page have fewer features than were asked for, even none, while the flag says that more
# follow. The dumper counts its pages beforehand and steps by its own size (0, 10, 20), whatever came; it asks neither
# for an order nor, at the end, whether as many came as the layer said it has. A server that gives whole pages loses nothing.
# Seen: pages of 10: 25 of 25; pages cut to 4: 12 of 25, the object ids 1-4, 11-14, 21-24; no warning.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check esridump==1.13.0
"$work/venv/bin/python" - <<'PY'
import json
import sys
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from esridump.dumper import EsriDumper

ABOUT = {
    "name": "Parcels",
    "type": "Feature Layer",
    "geometryType": "esriGeometryPoint",
    "maxRecordCount": 10,
    "supportedQueryFormats": "JSON",
    "advancedQueryCapabilities": {"supportsPagination": True},
    "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"}],
}
FEATURES = [
    {"attributes": {"OBJECTID": number}, "geometry": {"x": -81.4, "y": 28.5 + number / 1000}}
    for number in range(1, 26)
]


def dumped(most: int) -> list[int]:
    """The object ids that come of a server that gives at most so many features a page."""

    class Layer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.answer(dict(parse_qsl(form)))

        def do_GET(self) -> None:
            self.answer(dict(parse_qsl(urlsplit(self.path).query)))

        def answer(self, asked: dict[str, str]) -> None:
            answer = ABOUT
            if asked.get("returnCountOnly", "").lower() == "true":
                answer = {"count": len(FEATURES)}
            elif "/query" in self.path:
                start = int(asked.get("resultOffset", 0))
                end = start + min(most, int(asked["resultRecordCount"]))
                answer = {"spatialReference": {"wkid": 4326}, "features": FEATURES[start:end]}
                answer |= {"exceededTransferLimit": True} if end < len(FEATURES) else {}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Layer)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/arcgis/rest/services/Parcels/MapServer/0"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [each["properties"]["OBJECTID"] for each in EsriDumper(url, pause_seconds=0)]
    server.shutdown()
    return found


whole, cut = dumped(10), dumped(4)
print(f"pages of 10: {len(whole)} of {len(FEATURES)}")
print(f"pages cut to 4: {len(cut)} of {len(FEATURES)}: {cut}")
if whole != list(range(1, 26)) or cut != [*range(1, 5), *range(11, 15), *range(21, 25)]:
    sys.exit("esridump does something else now")
PY
