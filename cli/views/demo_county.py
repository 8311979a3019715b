"""The county demo: its days, what became of each layer, the leads, and what to look at afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cli.program import command
from cli.render import Result
from cli.text import counted, short
from cli.views.county_load import render_load
from cli.views.doctor import findings_document

if TYPE_CHECKING:
    from demo.county.story import CountyDay
    from services.reports.doctor import Finding
    from services.workflows.county_loaded import KindLoad, LayerLoad

_KINDS = {
    "properties": "parcels",
    "property_records": "appraiser records",
    "tax_sales": "tax sales",
    "foreclosures": "foreclosures",
    "code_violations": "code cases",
}
_FIRST_REASONS = 4


def render_county_demo(days: Sequence[CountyDay], findings: Sequence[Finding]) -> Result:
    """What is printed after the last day; exit code 1 when a check of `doctor` is red."""
    failed = sum(not finding.green for finding in findings)
    doctor = f"doctor: {failed} red (see: {command('doctor')})" if failed else "doctor: all green"
    document = {
        "days": [_document(day) for day in days],
        "doctor": findings_document(findings),
    }
    return Result(document, [f"     {doctor}", *_next(days)], exit_code=1 if failed else 0)


def _document(day: CountyDay) -> dict[str, Any]:
    return {
        "day": day.date.date().isoformat(),
        "load": render_load(day.loaded).document,
        "tiers": day.tiers,
        "best": {
            "parcel": day.best.parcel_id,
            "address": day.best.address,
            "total": day.best.total,
            "tier": day.best.tier,
            "reasons": [reason.says for reason in day.best.reasons],
        },
        "told": [message.plain() for message in day.told],
    }


def day_lines(day: CountyDay) -> list[str]:
    """A day as it ends: its layers, its leads, and what somebody was told."""
    lines = [line for layer in day.loaded.layers for line in _layer(layer)]
    lines.append(_leads(day))
    lines += [f"ALERT  {line}" for message in day.told for line in message.plain()[:3] if line]
    first, *rest = lines
    return [f"{day.date:%a}  {first}", *(f"     {line}" for line in rest)]


def _layer(layer: LayerLoad) -> Iterator[str]:
    if layer.failure is not None:
        yield f"FAILED layer {layer.layer}: {layer.failure.message.rstrip('.')}. Nothing changed."
    for kind in layer.kinds:
        yield _kind(kind)


def _kind(kind: KindLoad) -> str:
    name = _KINDS[kind.kind]
    if kind.sync is None:
        return f"FAILED {name}: {kind.failure.message if kind.failure else 'not synced'}. Nothing changed."
    if kind.sync.status == "held":
        plan, why = short(kind.sync.plan_id), kind.sync.reasons[0].sentence
        return f"REFUSED plan {plan} of {name} (exit 3): {why}. Nothing changed."
    found = kind.sync.metrics
    parts = {
        "new": found.new_properties,
        "changed": found.updated_properties,
        "unchanged": found.unchanged_properties,
        "set aside": found.quarantined_properties,
        "missing (first miss)": found.missing_properties,
        "waiting for a parcel": kind.waiting,
    }
    said = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return f"{name}: {said}"


def _leads(day: CountyDay) -> str:
    tiers = ", ".join(f"{count} {tier}" for tier, count in day.tiers.items() if count)
    best = day.best
    why = "; ".join(
        reason.says for reason in sorted(best.reasons, key=lambda one: -one.adds)[:_FIRST_REASONS]
    )
    scored = f"{counted(day.scored.scored, 'lead')} scored, in tiers: {tiers}"
    return f"{scored}. Best: {best.address}, {best.total:g} ({best.tier}): {why}"


def _next(days: Sequence[CountyDay]) -> list[str]:
    parcel = days[-1].best.parcel_id
    name = days[-1].loaded.county
    held = next(
        (
            kind.sync.plan_id
            for layer in days[-1].loaded.layers
            for kind in layer.kinds
            if kind.sync is not None and kind.sync.status == "held"
        ),
        None,
    )
    texts = (
        f"leads explain {parcel} --county {name}",
        "leads list --tier B",
        f"county parcel {parcel} --county {name}",
        "county waiting list",
        "county runs --failed",
        f"county status {name}",
        f"plans show {short(held)}",
    )
    return [
        "Look around:",
        *(f"  {command(text)}" for text in texts),
        "See it all in a browser, at http://127.0.0.1:8765/:",
        f"  {command('dashboard --open')}",
    ]
