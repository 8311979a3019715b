"""A double of Supabase Storage: the calls of its published HTTP API that pages need, with its errors.

Its server runs in containers only. Objects are written by a multipart POST, refused when they exist unless
`x-upsert` is true, read by GET and deleted by a DELETE that lists their paths.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web

KEY = "sb_secret_0123456789abcdef"


class Storage:
    """`objects` maps paths of the bucket to bytes; `failing` answers are 503 before the next good one."""

    def __init__(self, bucket: str) -> None:
        self.objects: dict[str, bytes] = {}
        self.failing = 0
        self.base = ""
        self._bucket = bucket

    @classmethod
    @asynccontextmanager
    async def up(cls, bucket: str) -> AsyncIterator[Self]:
        storage = cls(bucket)
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/storage/v1/object/{bucket}", storage._answer)
        app.router.add_route("*", "/storage/v1/object/{bucket}/{path:.+}", storage._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            storage.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield storage
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        if self.failing:
            self.failing -= 1
            return _error(503, "service_unavailable", "try again")
        if request.headers.get("apikey") != KEY or "Authorization" in request.headers:
            return _error(403, "Unauthorized", "invalid key")
        if request.match_info["bucket"] != self._bucket:
            return _error(404, "Bucket not found", "Bucket not found")
        return await self._act(request, request.match_info.get("path", ""))

    async def _act(self, request: web.Request, path: str) -> web.Response:
        if request.method == "DELETE":
            paths = [one for one in (await request.json())["prefixes"] if self.objects.pop(one, None)]
            return web.json_response([{"name": one} for one in paths])
        if request.method == "POST":
            if path in self.objects and request.headers.get("x-upsert") != "true":
                return _error(409, "Duplicate", "The resource already exists")
            self.objects[path] = await _file_of(request)
            return web.json_response({"Id": "1", "Key": f"{self._bucket}/{path}"})
        if path not in self.objects:
            return _error(404, "not_found", "Object not found")
        return web.Response(body=self.objects[path])


async def _file_of(request: web.Request) -> bytes:
    async for part in await request.multipart():
        if getattr(part, "filename", None):
            return bytes(await part.read())  # type: ignore[union-attr]
    raise web.HTTPBadRequest


def _error(status: int, error: str, message: str) -> web.Response:
    """As Storage writes it: the status in the body; some errors that it reports as 404 it sends as 400."""
    body = {"statusCode": str(status), "error": error, "message": message}
    return web.json_response(body, status=400 if status == 404 else status)
