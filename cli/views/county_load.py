"""A county's loads: what became of each layer, and what is live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from cli.program import next_line, runnable
from cli.render import Result
from cli.text import counted, red, short
from cli.views.sync import PARTLY_DONE, REFUSED, sync_fields, sync_lines

if TYPE_CHECKING:
    from services.county.records.runs import CountySource, CountyStatus, LastRun
    from services.workflows.county_loaded import CountyLoad, KindLoad, LayerLoad

_WAITING: Final = {"pending": "sync-pending", "held": "plans list"}
"""What to type where a source's last session is so."""


def render_load(loaded: CountyLoad) -> Result:
    """What became of each layer: its rows, its syncs, what was set aside and what waits."""
    return Result(_document(loaded), list(_lines(loaded)), exit_code(loaded))


def render_status(found: CountyStatus) -> Result:
    """What is live of each source of a county, and the last load of each layer."""
    lines = [*map(_source_line, found.sources), *map(_run_line, found.runs)]
    waits = {each.sync_status for each in found.sources}
    lines += [next_line(step) for status, step in _WAITING.items() if status in waits]
    return Result(asdict(found), lines or [f"Nothing of {found.county} was loaded yet."])


def exit_code(loaded: CountyLoad) -> int:
    """0: done; 1: all layers failed; 3: something was held or refused; 4: some failed."""
    failed = [each for each in loaded.layers if each.status == "failure"]
    if failed:
        return (
            failed[0].failure.exit_code
            if len(failed) == len(loaded.layers) and failed[0].failure
            else PARTLY_DONE
        )
    kinds = [each for one in loaded.layers for each in one.kinds]
    if any(each.failure is not None for each in kinds):
        return PARTLY_DONE
    return REFUSED if any(each.sync is not None and not each.sync.success for each in kinds) else 0


def _document(loaded: CountyLoad) -> dict[str, Any]:
    return {
        "success": exit_code(loaded) == 0,
        "county": loaded.county,
        "layers": [_layer(each) for each in loaded.layers],
        "follow_up_failures": list(loaded.follow_up_failures),
    }


def _layer(layer: LayerLoad) -> dict[str, Any]:
    return {
        "layer": layer.layer,
        "type": layer.type,
        "status": layer.status,
        "run": layer.run_id,
        "rows": layer.read,
        "skipped": layer.skipped,
        "verdict": layer.verdict,
        "reason": layer.reason,
        "warnings": list(layer.warnings),
        "error": None
        if layer.failure is None
        else {"message": layer.failure.message, "next": layer.failure.next_step},
        "kinds": [_kind(each) for each in layer.kinds],
    }


def _kind(kind: KindLoad) -> dict[str, Any]:
    metrics = None if kind.sync is None else kind.sync.metrics
    return {
        "kind": kind.kind,
        "source": kind.source,
        "session": kind.session_id,
        "rows": kind.rows,
        "inserted": metrics and metrics.new_properties,
        "updated": metrics and metrics.updated_properties + metrics.reactivated_properties,
        "unchanged": metrics and metrics.unchanged_properties,
        "removed": metrics and metrics.removed_properties,
        "quarantined": metrics and metrics.quarantined_properties,
        "set_aside": [
            {
                "id": row.id,
                "row": row.row_no,
                "record": row.property_id,
                "reasons": [r.reason for r in row.reasons],
            }
            for row in kind.set_aside
        ],
        "waiting": kind.waiting,
        "error": None if kind.failure is None else kind.failure.message,
        "sync": None if kind.sync is None else sync_fields(kind.sync),
    }


def _lines(loaded: CountyLoad) -> Iterator[str]:
    for layer in loaded.layers:
        yield from _layer_lines(layer)
    yield from (f"note: {each}" for each in loaded.follow_up_failures)
    if any(each.sync and each.sync.status == "applied" for one in loaded.layers for each in one.kinds):
        yield next_line("leads score")


def _layer_lines(layer: LayerLoad) -> Iterator[str]:
    if layer.failure is not None:
        yield red(f"{layer.layer}: failed: {layer.failure.message}")
        if layer.failure.next_step:
            yield f"  next: {runnable(layer.failure.next_step)}"
        return
    skipped = f", {layer.skipped:,} skipped" if layer.skipped else ""
    partly = f"; nothing counts as absent: {layer.reason}" if layer.reason else ""
    yield f"{layer.layer}: {counted(layer.read, 'row')} read{skipped}{partly}"
    yield from (f"  note: {warning}" for warning in layer.warnings)
    for kind in layer.kinds:
        yield from (f"  {line}" for line in _kind_lines(kind, layer.reason))


def _kind_lines(kind: KindLoad, reason: str | None) -> Iterator[str]:
    if kind.failure is not None:
        yield red(f"{kind.kind}: not synced: {kind.failure.message}")
        return
    if kind.sync is not None:
        first, *others = sync_lines(kind.sync)
        yield f"{kind.kind}: {first}"
        # what the layer's own line has said
        yield from (each for each in others if reason is None or not each.endswith(f"counted: {reason}"))
    for row in kind.set_aside:
        yield f"  set aside: row {row.row_no}: {'; '.join(each.reason for each in row.reasons)}"
    if kind.sync is not None and kind.sync.metrics.quarantined_properties > len(kind.set_aside):
        yield f"  all of them: {runnable(f'see quarantine list --session-id {short(kind.session_id)}')}"
    if kind.waiting:
        yield f"  {counted(kind.waiting, 'record')} without a parcel: {runnable('see county waiting list')}"


def _source_line(source: CountySource) -> str:
    parts = [f"{source.active:,} active"]
    parts += [
        f"{count:,} {word}"
        for count, word in ((source.inactive, "missing"), (source.removed, "removed"))
        if count
    ]
    if source.waiting and source.kind != "properties":
        parts.append(f"{source.waiting:,} without a parcel")
    if source.sync_status in ("held", "pending", "planned"):
        parts.append(f"session {short(source.session_id)} is {source.sync_status}")
    elif source.session_status == "failed":
        parts.append(f"session {short(source.session_id)} failed")
    return f"{source.source}: {source.kind}, {', '.join(parts)}"


def _run_line(run: LastRun) -> str:
    figures = (
        f"{run.processed:,} rows, {run.inserted:,} new, {run.updated:,} updated, {run.failed:,} set aside"
    )
    why = f": {run.error_message}" if run.error_message else ""
    line = f"{run.layer}: last load {run.started_at:%Y-%m-%d %H:%M} UTC, {run.status}, {figures}{why}"
    return red(line) if run.status == "failure" else line
