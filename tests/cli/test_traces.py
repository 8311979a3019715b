"""Traces: what a command's stages took, at a real receiver; nothing of them where they are not asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.cli.conftest import Cli
from tests.faults.processes import ROOT, python

FILE = "property_id,title,price,city,operation_type,currency\n" + "".join(
    f"A-{n},Casa {n} s3cr3t-title,{1_000_000 + n},Mérida,sale,MXN\n" for n in range(5)
)


@dataclass
class Receiver:
    """Takes spans by OTLP over HTTP."""

    url: str = ""
    spans: list[Any] = field(default_factory=list)
    raw: bytes = b""

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip":
            raise web.HTTPUnsupportedMediaType
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return web.Response(body=b"", content_type="application/x-protobuf")

    def named(self, name: str) -> Any:
        """The one span of a name, with its attributes as a mapping."""
        (found,) = [each for each in self.spans if each.name == name]
        return found

    @classmethod
    @asynccontextmanager
    async def up(cls) -> AsyncIterator[Receiver]:
        receiver = cls()
        app = web.Application()
        app.router.add_post("/v1/traces", receiver._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield receiver
        finally:
            await runner.cleanup()


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


async def test_the_stages_of_an_import_are_spans_of_one_trace_without_its_texts(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.parent / "homes.csv"
    file.write_text(FILE, encoding="utf-8")
    async with Receiver.up() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        monkeypatch.setenv("TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        done = await cli("import", "--file", str(file), "--source", "acme", "--json")
        assert done.exit_code == 0, done.stdout
        failed = await cli("sync", "--session-id", "00000000")
        assert failed.exit_code == 2
    root = receiver.named("property-manager import")
    assert root.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert root.parent_span_id.hex() == "b7ad6b7169203331"
    session = done.document["session_id"]
    for name in ("land", "sift", "validate_built_in", "plan", "guard", "apply", "refresh"):
        span = receiver.named(name)
        assert (span.trace_id, span.parent_span_id) == (root.trace_id, root.span_id), name
        assert attributes(span)["property_manager.source"] == "acme", name
        # the views are refreshed once for all sessions of an import
        expected = None if name == "refresh" else session
        assert attributes(span).get("property_manager.session") == expected, name
    assert attributes(receiver.named("land"))["property_manager.rows"] == 5
    assert attributes(receiver.named("guard"))["property_manager.new_properties"] == 5
    assert attributes(receiver.named("property-manager sync"))["error.type"] == "NotFoundError"
    assert b"s3cr3t" not in receiver.raw


async def test_nothing_of_it_is_imported_where_it_is_not_asked_for(cli: Cli) -> None:
    program = (
        "import sys; from cli.app import main; code = main(['status', '--json']);"
        " sys.exit(code or any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    async with python("-c", program, cwd=ROOT) as process:
        await process.communicate()
    assert process.returncode == 0
