"""Traces by OpenTelemetry, where its own variables ask for them; else nothing of it is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from config import spans
from config.errors import UsageError

_ASKS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_FLUSH_MILLISECONDS: Final = 5_000
"""How long the end of a command waits for a receiver of its traces."""


@contextmanager
def traced(name: str, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Trace a command under this name, a child of TRACEPARENT where it is set.

    Raises UsageError where traces are asked for and the extra `otel` is not installed.
    """
    asked = any(environment.get(variable) for variable in _ASKS)
    if not asked or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        yield
        return
    provider, parent = _provider(environment)
    spans.use(provider.get_tracer("property_manager"))
    try:
        with parent, spans.span(name):
            yield
    finally:
        spans.use(None)
        provider.force_flush(_FLUSH_MILLISECONDS)
        provider.shutdown()


def _provider(environment: Mapping[str, str]) -> tuple[Any, Any]:
    """What makes and sends spans, and the context of the caller's span."""
    from importlib import metadata

    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise UsageError(
            "traces are asked for by OTEL_EXPORTER_OTLP_ENDPOINT, and OpenTelemetry is not installed",
            next_step="pip install 'property-manager[otel]', or unset it",
        ) from error
    version = metadata.version("property-manager")
    named = environment.get("OTEL_SERVICE_NAME", "property-manager")
    provider = TracerProvider(
        resource=Resource.create({"service.name": named, "service.version": version}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider, _within(environment.get("TRACEPARENT"))


@contextmanager
def _within(traceparent: str | None) -> Iterator[None]:
    """The context of a caller's span: of a job of CI, of another program."""
    from opentelemetry import context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found = TraceContextTextMapPropagator().extract({"traceparent": traceparent} if traceparent else {})
    token = context.attach(found)
    try:
        yield
    finally:
        context.detach(token)
