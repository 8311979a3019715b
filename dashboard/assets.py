"""What browsers are sent beside pages: our style and scripts, and packages of npm where they are installed.

All of it is read once. An address has a hash of everything in it, so browsers keep a file for ever, and a
file of another version is never mixed with it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_HERE: Final = Path(__file__).parent
_STATIC: Final = _HERE / "static"
_PACKAGES: Final = _HERE / "packages" / "node_modules"

VENDOR: Final[Mapping[str, str]] = {
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "idiomorph.js": "idiomorph/dist/idiomorph.esm.js",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "world.json": "world-atlas/countries-50m.json",
}
"""Name below "vendor/" → file of a package; `asset("vendor/uplot.js")` is none where it is not installed."""

_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent."""

    content: bytes
    packed: bytes | None
    media_type: str
    integrity: str


class Assets:
    """The files of `static` and the packages that are there."""

    def __init__(self, packages: Path = _PACKAGES) -> None:
        own = {str(path.relative_to(_STATIC)): path for path in sorted(_STATIC.rglob("*")) if path.is_file()}
        others = {f"vendor/{name}": packages / path for name, path in VENDOR.items()}
        self._files = {name: _read(path) for name, path in {**own, **others}.items() if path.is_file()}

    @cached_property
    def version(self) -> str:
        """A hash of all files."""
        found = hashlib.sha256()
        for name, file in self._files.items():
            found.update(f"{name}\0{file.integrity}\n".encode())
        return found.hexdigest()[:16]

    @property
    def complete(self) -> bool:
        """Whether the packages of npm are here."""
        return all(f"vendor/{name}" in self._files for name in VENDOR)

    def url(self, name: str) -> str | None:
        """The address of a file; none where a package is not installed. Raises KeyError for another file."""
        if name not in self._files:
            if name.removeprefix("vendor/") in VENDOR:
                return None
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def integrity(self, name: str) -> str:
        """The hash that a browser checks the file by."""
        return self._files[name].integrity

    async def answer(self, request: Request) -> Response:
        """Send a file; one of another version is not kept by the browser."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404, "there is no such file")
        current = request.path_params["version"] == self.version
        headers = {"cache-control": _FOR_EVER if current else "no-cache", "vary": "accept-encoding"}
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.media_type)
        return Response(file.content, headers=headers, media_type=file.media_type)


def _read(path: Path) -> File:
    content = path.read_bytes()
    packed = gzip.compress(content, 6, mtime=0)
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return File(content, packed if len(packed) < len(content) else None, kind, f"sha384-{digest}")
