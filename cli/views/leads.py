"""Leads: what a scoring did, lists, one lead and its reasons, tiers, trials of other weights, versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from cli.charts import bar, can_draw, meter, sparkline
from cli.program import next_line
from cli.render import Result, table
from cli.text import Lines, counted, short
from config.text import format_time

if TYPE_CHECKING:
    from services.county.scoring import Lead, LeadDetails, Scored, ScoreVersion, TierCount, TierDay, Trial
    from services.county.scoring.trials import TrialLead

COMPONENTS: Final = ("distress", "value", "location", "urgency")
_BAR: Final = 30


def render_scored(done: Scored) -> Result:
    """What a scoring did."""
    looked = "every lead" if done.all else "what was due"
    text: list[object] = [
        f"Scored {looked} as of {done.as_of} by version {done.version}: {counted(done.scored, 'lead')}, "
        f"{done.new:,} new, {done.changed:,} changed, {done.unchanged:,} as before"
        + (f", {done.gone:,} gone." if done.gone else "."),
        ", ".join(f"{tier} {leads:,}" for tier, leads in sorted(done.tiers.items())),
    ]
    moved = [(each.from_tier or "new", each.to_tier, each.leads) for each in done.moved]
    if moved:
        text.append(table(["from", "to", "leads"], moved, title="Moved"))
    if not sum(done.tiers.values()):
        text.append(next_line("county load COUNTY"))
    else:
        text.append(next_line("leads list --tier A" if done.tiers.get("A") else "leads list"))
    return Result(done, text)


def render_leads(leads: Sequence[Lead], *, more: bool) -> Result:
    """Leads, a line each."""
    if not leads:
        return Result({"leads": leads}, ["No lead is like that.", next_line("leads tiers")])
    rows = [
        (
            each.tier,
            _points(each.total),
            _name(each),
            each.address,
            each.city,
            *(_points(getattr(each, part)) for part in COMPONENTS),
            _percent(each.confidence),
            ", ".join(each.best),
        )
        for each in leads
    ]
    text: list[object] = [
        table(["tier", "total", "parcel", "address", "city", *COMPONENTS, "known", "most from"], rows)
    ]
    if more:
        text.append(f"… more: give a larger --limit, or --after {short(leads[-1].property_id)}")
    text.append(next_line(f"leads explain {_name(leads[0])}"))
    return Result({"leads": leads, "more": more}, text)


def render_lead(lead: LeadDetails) -> Result:
    """A lead: its score, its three values, how it moved."""
    values = [
        ("market value", _money(lead.market_value)),
        ("assessed value", _money(lead.assessed_value)),
        ("taxable value", _money(lead.taxable_value)),
        ("owed on it", _money(lead.lien_amount) or "unknown, and so is equity"),
    ]
    text: list[object] = [
        _headline(lead),
        _components(lead),
        table(["", f"roll of {lead.roll_year}" if lead.roll_year else "no appraiser record"], values),
    ]
    if len(lead.history) > 1:
        totals = [each.total for each in reversed(lead.history)]
        text.append(f"total {sparkline(totals, plain=not can_draw())} over {len(totals)} changes")
        rows = [
            (each.day, each.tier, _points(each.total), *(_points(getattr(each, part)) for part in COMPONENTS))
            for each in lead.history
        ]
        text.append(table(["day", "tier", "total", *COMPONENTS], rows))
    if lead.moves:
        moves = [
            (
                each.as_of,
                each.from_tier or "new",
                each.to_tier or "gone",
                f"weights of version {each.score_version}" if each.by_version else "what is known of it",
            )
            for each in lead.moves
        ]
        text.append(table(["day", "from", "to", "by"], moves, title="Moves between tiers"))
    if lead.next_change_on:
        text.append(f"By itself it changes next on {lead.next_change_on}.")
    text.append(next_line(f"leads explain {_name(lead)}"))
    return Result(lead, text)


def render_explained(lead: LeadDetails) -> Result:
    """A score line by line; lines of no points are left out, but for those that are missing."""
    told = [each for each in lead.reasons if each.points or each.missing]
    rows = [
        (
            each.component,
            each.says,
            _value(each.signal, each.value),
            each.day,
            _points(each.points),
            f"{each.adds:+.2f}",
            None if each.record is None else f"{each.kind} {short(each.record)}",
        )
        for each in told
    ]
    text: list[object] = [
        _headline(lead),
        table(["component", "reason", "value", "day", "points", "adds", "record"], rows),
        _sum(lead),
    ]
    missing = [f"{each.says}: {each.missing}" for each in told if each.missing]
    if missing:
        text.append(f"Not known, so neither good nor bad ({_percent(lead.confidence)} of the inputs are):")
        text.append(Lines("\n".join(f"  {line}" for line in missing)))
    return Result(lead, text)


def render_tiers(counts: Sequence[TierCount], days: Sequence[TierDay]) -> Result:
    """How many leads each tier has, beside the day before."""
    document = {"tiers": counts, "days": days}
    if not counts:
        return Result(document, ["Nothing was scored yet.", next_line("leads score")])
    most = max(each.leads for each in counts)
    drawn: dict[str, list[float | None]] = defaultdict(list)
    for each in days:
        drawn[each.tier].append(each.leads)
    rows = [
        (
            each.tier,
            each.leads,
            each.before,
            "" if each.before is None else f"{each.leads - each.before:+,}",
            bar(each.leads, most, _BAR, plain=not can_draw()) if each.leads else "",
            sparkline(drawn[each.tier], plain=not can_draw()),
        )
        for each in counts
    ]
    first = counts[0]
    columns = ["tier", str(first.day), str(first.day_before or "before"), "", "", f"{len(drawn['A'])} days"]
    return Result(document, [table(columns, rows), next_line("leads list --tier A")])


def render_trial(found: Trial, then: str) -> Result:
    """What other weights would move."""
    text: list[object] = [
        f"{counted(found.scores, 'score')} tried, {counted(found.moved, 'move')} to another tier; "
        "nothing was written."
    ]
    tiers = sorted({*found.before, *found.after})
    counts = [(tier, found.before.get(tier, 0), found.after.get(tier, 0)) for tier in tiers]
    if counts:
        text.append(table(["tier", "now", "then"], counts))
    if found.leads:
        rows = [
            (
                _name(each),
                each.address,
                each.day,
                f"{each.from_tier} → {each.to_tier}",
                f"{_points(each.from_total)} → {_points(each.to_total)}",
                _why(each),
            )
            for each in found.leads
        ]
        text.append(table(["parcel", "address", "day", "tier", "total", "why"], rows, title="Largest moves"))
    if found.moved > len(found.leads):
        text.append(f"… and {found.moved - len(found.leads):,} more: give a larger --limit")
    text.append(next_line(then))
    return Result(found, text)


def render_versions(versions: Sequence[ScoreVersion]) -> Result:
    """The versions, a line each."""
    rows = [
        (
            each.version,
            each.name,
            "current" if each.is_current else "",
            each.leads,
            ", ".join(f"{part} {float(each.definition['weights'][part]):g}" for part in COMPONENTS),
            ", ".join(f"{tier} {float(each.definition['tiers'][tier]):g}" for tier in "ABC"),
            each.created_by,
            format_time(each.created_at),
        )
        for each in versions
    ]
    columns = ["version", "name", "", "leads", "weights", "tiers from", "by", "added"]
    return Result({"versions": versions}, [table(columns, rows), next_line("leads versions show 1")])


def render_version(version: ScoreVersion) -> Result:
    """A version as a file."""
    from services.county.scoring.versions import as_toml

    return Result(version, [Lines(as_toml(version.definition).rstrip("\n"))])


def render_added(number: int, name: str) -> Result:
    """A version that was added."""
    text = [f'Version {number}, "{name}", is there; scores follow it once it is the current one.']
    return Result({"version": number, "name": name}, [*text, next_line(f"leads versions use {number}")])


def render_used(number: int) -> Result:
    """A version that is the current one now."""
    return Result({"version": number}, [f"Version {number} is the current one.", next_line("leads score")])


def render_dropped(dropped: Mapping[int, int], *, dry_run: bool) -> Result:
    """The years of the history that were dropped, or would be."""
    document = {"years": dropped, "dry_run": dry_run}
    if not dropped:
        return Result(document, ["The history has no year before that."])
    rows = sorted(dropped.items())
    said = "Would drop" if dry_run else "Dropped"
    return Result(document, [f"{said} {counted(len(rows), 'year')}:", table(["year", "scores"], rows)])


def _headline(lead: LeadDetails) -> str:
    place = ", ".join(filter(None, (lead.address, lead.city)))
    return (
        f"{_name(lead)}{f' · {place}' if place else ''} · tier {lead.tier}, {_points(lead.total)} of 100"
        f" as of {lead.as_of}, version {lead.score_version}, {_percent(lead.confidence)} known"
    )


def _components(lead: LeadDetails) -> object:
    rows = [
        (
            part,
            _points(getattr(lead, part)),
            meter(getattr(lead, part) / 100, _BAR, plain=not can_draw()),
            f"× {float(lead.weights[part]):g}",
        )
        for part in COMPONENTS
    ]
    return table(["", "points", "", "weight"], rows)


def _sum(lead: LeadDetails) -> str:
    parts = " + ".join(
        f"{float(lead.weights[part]):g} × {_points(getattr(lead, part))} {part}" for part in COMPONENTS
    )
    return f"{parts} = {_points(lead.total)}"


def _why(lead: TrialLead) -> str:
    """The components that came out otherwise; where none did it is the weights or tiers alone."""
    changed = list(_changed(lead.from_components, lead.to_components))
    return ", ".join(changed) or "the weights or tiers alone"


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for part in COMPONENTS:
        if old[part] != new[part]:
            yield f"{part} {_points(old[part])} → {_points(new[part])}"


def _name(lead: Lead | LeadDetails | TrialLead) -> str:
    """The parcel's id as it is printed; as we keep it, where it is printed nowhere."""
    return lead.parcel_id or lead.parcel_id_normalized


def _points(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _money(amount: float | None) -> str | None:
    return None if amount is None else f"USD {amount:,.0f}"


def _value(signal: str, value: float | None) -> str | date | None:
    """A value as people read it: shares in percent, money in dollars."""
    if value is None:
        return None
    if signal in ("equity", "below_neighbours", "tax_rate", "turnover"):
        return f"{value:.1%}"
    if signal in ("market_value", "judgment", "code_lien"):
        return _money(value)
    return f"{value:g}"
