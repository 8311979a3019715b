"""Metrics for Prometheus: figures of the catalogue and of its largest sources, by one question.

However many sources there are, the answer is bounded: per source it has the `MOST_SOURCES` with the most
active listings, and of all of them sums. Nothing is counted here; a scrape asks the database anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from database.handle import Database

MOST_SOURCES: Final = 500
_JOB_STATES: Final = ("waiting", "running", "off", "failed", "late", "lost")
_PREFIX: Final = "property_manager"


async def metrics_text(
    database: Database, *, accept: str = "", others: Sequence[Collector] = ()
) -> tuple[bytes, str]:
    """The metrics and their media type: the text format, or OpenMetrics where `accept` asks for it.

    `others` are collectors whose metrics stand beside them.
    """
    registry = CollectorRegistry()
    registry.register(_Snapshot(await database.value("metrics", MOST_SOURCES)))
    for other in others:
        registry.register(other)
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


class _Snapshot(Collector):
    """Metrics of what the database has answered once."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        yield InfoMetricFamily(
            f"{_PREFIX}_build",
            "The version of the program.",
            {"version": metadata.version("property-manager")},
        )
        yield _gauge("sources", "Sources that there are.", found["sources"])
        yield _gauge("sources_shown", "Sources that have series of their own.", len(found["by_source"]))
        yield _gauge("catalogue_listings_active", "Active listings of all sources.", found["listings_active"])
        yield _gauge(
            "catalogue_quarantined_rows", "Rows set aside, of all sources.", found["quarantined_rows"]
        )
        yield from self._by_source()
        yield _gauge("plans_held", "Plans that wait for a decision.", found["plans_held"])
        yield _gauge("sessions_running", "Sessions at work.", found["sessions_running"])
        yield _gauge("sessions_pending", "Sessions that wait for their sync.", found["sessions_pending"])
        yield _gauge(
            "sessions_pending_age_seconds",
            "How long the oldest of them has waited.",
            found["pending_age"] or 0,
        )
        yield _gauge(
            "pages_queue_age_seconds",
            "How long ago the page was queued that has waited longest.",
            found["queue_age"] or 0,
        )
        jobs = found["jobs"] or {}
        yield _labelled("jobs", "Jobs by their state.", "state", {s: jobs.get(s, 0) for s in _JOB_STATES})
        yield _gauge("workers_alive", "Workers that gave a sign within a minute.", found["workers"])
        yield _labelled("alerts_open", "What needs somebody, by its kind.", "kind", found["alerts"])
        channels = {each["name"]: each for each in found["channels"]}
        yield _labelled(
            "alert_messages_pending",
            "Messages that were not delivered yet.",
            "channel",
            {name: each["waiting"] for name, each in channels.items()},
        )
        yield _labelled(
            "alert_messages_pending_age_seconds",
            "How long the oldest of them has waited.",
            "channel",
            {name: each["age"] or 0 for name, each in channels.items()},
        )
        yield _gauge("feed_position", "The position that the change feed has reached.", found["position"])

    def _by_source(self) -> Iterator[Metric]:
        for name, help_text, key in (
            ("listings_active", "Active listings of a source.", "active"),
            ("quarantined_rows", "Rows of a source that are set aside.", "quarantined"),
            ("session_duration_seconds", "How long the last session of a source took.", "seconds"),
            ("last_success_timestamp_seconds", "When its last applied session ended.", "last_success"),
        ):
            values = {each["source"]: each[key] for each in self._found["by_source"]}
            yield _labelled(name, help_text, "source", values)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", help_text, value=float(value))


def _labelled(name: str, help_text: str, label: str, values: dict[str, Any]) -> Metric:
    """A gauge with a series for each value that is known."""
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", help_text, labels=[label])
    for key, value in values.items():
        if value is not None:
            family.add_metric([key], float(value))
    return family
