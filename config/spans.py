"""Spans of what takes time, for traces; nothing at all unless a tracer was given, by `cli.tracing`.

A span has the source and session of the work at hand and counts. It never has a text that came from a source
or a database: the message of an error may quote a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

from config import trail

_PREFIX: Final = "property_manager"


class Span(Protocol):
    """What a caller may add to a span."""

    def count(self, counts: Mapping[str, Any]) -> None:
        """Add the numbers among these as attributes."""
        ...


class _NoSpan:
    def count(self, counts: Mapping[str, Any]) -> None:
        """Keep nothing."""


class _Traced:
    def __init__(self, span: Any) -> None:
        self._span = span

    def count(self, counts: Mapping[str, Any]) -> None:
        for name, value in counts.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._span.set_attribute(f"{_PREFIX}.{name}", value)


_NO_SPAN: Final = _NoSpan()
_tracers: Final[list[Any]] = []


def use(tracer: Any) -> None:
    """Make spans by this tracer of OpenTelemetry; None: no more."""
    _tracers[:] = [] if tracer is None else [tracer]


@contextmanager
def span(name: str) -> Iterator[Span]:
    """What is done within is one span; an error in it is named by its class alone."""
    if not _tracers:
        yield _NO_SPAN
        return
    with _tracers[0].start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield _Traced(made)
        except BaseException as error:
            made.set_attribute("error.type", type(error).__name__)
            raise
        finally:
            # at its end, when a session that began within is known
            known = trail.current()
            if known.source:
                made.set_attribute(f"{_PREFIX}.source", known.source)
            if known.session:
                made.set_attribute(f"{_PREFIX}.session", str(known.session))
