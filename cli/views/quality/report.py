"""One session's report as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.charts import compact
from cli.text import counted, short
from cli.views.quality.page import Cell, Code, Figure, Link, Meter, Page, Section, Spark, Table, tone_of
from cli.views.sync import figures
from config.text import format_minute, format_share, format_value, shorten

if TYPE_CHECKING:
    from services.reports.quality import ExampleRow, QualityReport, RuleFindings

_MEANINGS: Final = {
    "overall": "2/3 validation, 1/3 freshness",
    "validation": "40 % completeness, 40 % rows without errors, 20 % without warnings (one counts half)",
    "completeness": "over the weighted fields that this session has",
    "completeness_of_all": "over all weighted fields, as quality-checks has it of live",
    "error_rate": "rows set aside",
    "warning_rate": "rows that a rule warns of, or with a cell that is unreadable or doubtful",
    "freshness": "1 if synced within a day, 0 after a week",
}
"""The score of a session and its parts, in the order in which they are printed."""
_BETTER_LOW: Final = ("error_rate", "warning_rate")
_LONGEST: Final = 80
_DECIDED: Final = {
    "completed": "applied",
    "pending": "waits for its sync",
    "held": "held by the guard",
    "stale": "overtaken by a newer session",
    "discarded": "dropped",
}


def report_page(report: QualityReport) -> Page:
    """The page of one session."""
    return Page(
        title=f"Quality of {report.source}",
        subtitle=_subtitle(report),
        figures=list(_figures(report)),
        advice=report.recommendations,
        all_well="Nothing is wrong that the checks know of.",
        sections=[section for section in _sections(report) if section.lines or section.tables],
        footer=f"Session {report.session_id}",
    )


def _subtitle(report: QualityReport) -> str:
    ended = "has not ended" if report.completed_at is None else f"of {format_minute(report.completed_at)}"
    state = [
        report.status if report.verdict is None else report.verdict,
        _DECIDED.get(report.sync_status or "", ""),
    ]
    return (
        f"Session {short(report.session_id)}: {report.kind} {ended}, {', '.join(filter(None, state))}, "
        f"{counted(report.rows, 'row')}, {report.quarantined:,} in quarantine"
    )


def _figures(report: QualityReport) -> Iterator[Figure]:
    quality = report.quality
    overall = quality.overall if quality else None
    yield Figure(
        "Score",
        "not scored yet" if overall is None else f"{overall if overall == 1 else min(overall, 0.99):.2f}",
        "2/3 validation, 1/3 freshness",
        overall,
        tone_of(overall, 0.9, 0.6),
    )
    yield Figure("Rows", f"{report.rows:,}", report.verdict or report.status)
    share = report.quarantined / report.rows if report.rows else None
    tone = tone_of(None if share is None else 1 - share, 0.95, 0.8)
    yield Figure("In quarantine", f"{report.quarantined:,}", "rows set aside", share, tone)
    completeness = quality.completeness_of_all if quality else None
    if completeness is not None:
        yield Figure(
            "Completeness",
            format_share(completeness),
            "over all weighted fields",
            completeness,
            tone_of(completeness, 0.85, 0.6),
        )
    if report.hours_since_end is not None:
        hours = report.hours_since_end
        age = f"{hours:,.0f} h" if hours < 72 else f"{hours / 24:,.0f} days"
        yield Figure(
            "Age",
            age,
            "since the session ended",
            None,
            "good" if hours <= 24 else "fair" if hours <= 168 else "poor",
        )


def _sections(report: QualityReport) -> Iterator[Section]:
    yield _scores(report)
    yield _measures(report)
    yield _fields(report)
    yield _rules(report)
    yield _quarantine(report)
    yield _superseded(report)
    yield _duplicates(report)
    yield _places(report)
    yield _history(report)
    yield _unusual(report)
    yield _pages(report)
    yield _not_assessed(report)


def _scores(report: QualityReport) -> Section:
    if report.quality is None:
        return Section(
            "score",
            "Score",
            ["Not scored yet."],
            steps=[f"sync --dry-run --session-id {short(report.session_id)}"]
            if report.status == "completed"
            else [],
        )
    rows: list[Sequence[Cell]] = []
    for name, meaning in _MEANINGS.items():
        value = getattr(report.quality, name)
        tone = tone_of(None if value is None else 1 - value if name in _BETTER_LOW else value, 0.85, 0.6)
        rows.append(
            (
                name.replace("_", " "),
                value,
                None if value is None else Meter(value, tone, in_percent=False),
                meaning,
            )
        )
    lines = [] if report.metrics is None else [f"{figures(report.metrics)}."]
    return Section("score", "Score", lines, [Table("Score", ("score", "", "", "what it is"), rows)])


def _measures(report: QualityReport) -> Section:
    """What was measured of the record as a whole; the measures of fields and of rules are in the document."""
    rows: list[Sequence[Cell]] = []
    open_ones: dict[str, list[str]] = {}
    for each in report.measures:
        if each.field is not None or each.rule_name is not None:
            continue
        if each.value is None:
            open_ones.setdefault(each.reason or "no reason was recorded", []).append(
                f"{each.characteristic} ({each.measure})"
            )
        else:
            rows.append(
                (
                    *(each.characteristic, each.measure, each.numerator, each.denominator),
                    Meter(each.value, tone_of(each.value, 0.95, 0.8)),
                )
            )
    lines = [f"Not assessed: {', '.join(names)}: {reason}." for reason, names in open_ones.items()]
    columns = ("characteristic", "measure", "passed", "of", "share")
    tables = [Table("Measures, as ISO/IEC 25012 names them", columns, rows)] if rows else []
    return Section("measures", "Measures", lines if rows else [], tables)


def _fields(report: QualityReport) -> Section:
    """How many rows have a value of each field, and how many a cell that was no value."""
    unread = {each.field: each for each in report.unread}
    lost = {each.field: each for each in report.lost}
    rows: list[Sequence[Cell]] = []
    others: list[str] = []
    for each in report.fields:
        share = each.filled / report.rows if report.rows else 0.0
        found = unread.get(each.field)
        if each.weight or found or each.field in lost:
            before = lost[each.field].share_before if each.field in lost else None
            rows.append(
                (
                    *(each.field, Meter(share, tone_of(share, 0.85, 0.5), mark=before), each.filled),
                    *(None if before is None else format_share(before), each.weight or None),
                    *((found.unreadable or None, found.doubtful or None) if found else (None, None)),
                )
            )
        elif each.filled:
            others.append(f"{each.field} {format_share(share)}")
    lines = []
    if others:
        lines.append(f"Other fields: {', '.join(others)}.")
    lines += [f"{line[:1].upper()}{line[1:]}" for line in empty_fields(*_never_filled(report))]
    lines += [f"note: {each.sentence}" for each in report.unread]
    steps = [f"session-details --session-id {short(report.session_id)} --unread"] if report.unread else []
    columns = ("field", "filled", "rows", "before", "weight", "unread", "doubtful")
    tables = [Table("How full the fields are", columns, rows)] if report.rows else []
    return Section("fields", "Fields", lines if report.rows else [], tables, steps)


def empty_fields(weighted: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """The fields that nothing fills, those that weigh in completeness first."""
    if weighted:
        yield f"never filled, and weighs in completeness: {', '.join(weighted)}"
    if others:
        yield f"never filled: {counted(len(others), 'other field')} ({', '.join(others)})"


def _never_filled(report: QualityReport) -> tuple[list[str], list[str]]:
    weights = {each.field: each.weight for each in report.fields}
    weighted = [name for name in report.never_filled if weights[name]]
    return weighted, [name for name in report.never_filled if not weights[name]]


def _rules(report: QualityReport) -> Section:
    rows: list[Sequence[Cell]] = [
        (
            *(each.rule, each.severity, each.field, each.rows, each.unchanged or None),
            *(
                _raw(each.examples),
                f"not checked: {each.example}" if each.outcome == "errored" else each.example,
            ),
        )
        for each in report.rules
    ]
    columns = ("rule", "severity", "field", "rows", "unchanged", "the source wrote", "why")
    tables = [_by_field(report.rules), Table("What the rules found", columns, rows)]
    return Section("rules", "Rules", [], tables if rows else [])


def _by_field(rules: Sequence[RuleFindings]) -> Table:
    """How many rows the rules found of each field, by what that means."""
    found: dict[str, dict[str, int]] = {}
    for each in rules:
        kind = each.severity if each.outcome == "failed" else each.outcome
        counts = found.setdefault(each.field or "the whole row", {})
        counts[kind] = counts.get(kind, 0) + each.rows
    kinds = ("error", "warning", "info", "doubtful", "errored")
    ordered = sorted(found.items(), key=lambda item: [-item[1].get(kind, 0) for kind in kinds])
    rows = [(field, *(counts.get(kind) for kind in kinds)) for field, counts in ordered]
    return Table("Rows by field and severity", ("field", *kinds[:-1], "not checked"), rows)


def _raw(examples: Iterable[ExampleRow]) -> Code | None:
    """What the source wrote in the first example, cell by cell."""
    for each in examples:
        if each.raw:
            text = " · ".join(format_value(cell) for cell in each.raw.values())
            return Code(shorten(text, _LONGEST))
        if each.value is not None:
            return Code(shorten(each.value, _LONGEST))
    return None


def _quarantine(report: QualityReport) -> Section:
    statuses = report.quarantine.statuses
    if not statuses:
        return Section("quarantine", "Quarantine")
    rows: list[Sequence[Cell]] = [
        (
            *(each.rule, each.field, each.rows, each.open),
            *(_raw(each.examples), each.examples[0].reason if each.examples else None),
        )
        for each in report.quarantine.rules
    ]
    parts = ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items()))
    columns = ("rule", "field", "rows", "open", "the source wrote", "why")
    return Section(
        "quarantine",
        "Quarantine",
        [f"{counted(sum(statuses.values()), 'row')} of this session set aside: {parts}."],
        [Table("Set aside, by rule", columns, rows)],
        [f"quarantine list --session-id {short(report.session_id)}"] if statuses.get("open") else [],
    )


def _superseded(report: QualityReport) -> Section:
    found = report.superseded
    if not found.rows:
        return Section("superseded", "Repeated ids")
    rows: list[Sequence[Cell]] = [
        (each.property_id, each.row_no, each.winner, _differences(each.differences))
        for each in found.examples
    ]
    columns = ("id", "row", "used row", "differs in")
    return Section(
        "superseded",
        "Repeated ids",
        [
            f"{counted(found.rows, 'row')} gave way to another row of the same id; "
            f"{found.differing:,} of them {'says' if found.differing == 1 else 'say'} something else."
        ],
        [Table("Rows that differ from the one that is used", columns, rows)] if rows else [],
        [f"session-details --session-id {short(report.session_id)} --superseded"] if found.differing else [],
    )


def _differences(differences: Sequence[object]) -> str:
    parts = [
        f"{each.field} {format_value(each.lost, longest=30)} → {format_value(each.kept, longest=30)}"  # type: ignore[attr-defined]
        for each in differences[:3]
    ]
    more = len(differences) - 3
    return ", ".join(parts) + (f", {more} more" if more > 0 else "") or "contacts"


def _duplicates(report: QualityReport) -> Section:
    found = report.duplicates
    if found is None or found.searched_at is None:
        return Section("duplicates", "Duplicates")
    rows: list[Sequence[Cell]] = [
        (
            *(_listing(each.left_side), _listing(each.right_side), Meter(each.probability)),
            ", ".join(f"{said.comparison}: {said.says}" for said in each.speaks_for[:3]) or None,
            each.vetoed,
        )
        for each in found.suggested
    ]
    lines = [
        f"{found.further:,} of {counted(found.listings, 'active listing')} of {report.source} "
        f"{'is a further one' if found.further == 1 else 'are further ones'} of a home; "
        f"{counted(found.waiting, 'pair')} {'waits' if found.waiting == 1 else 'wait'} for a person."
    ]
    title = _title("Suggested merges", found.waiting, len(rows))
    columns = ("listing", "other", "likely", "what says so", "why a person decides")
    return Section(
        "duplicates",
        "Duplicates",
        lines,
        [Table(title, columns, rows)] if rows else [],
        ["duplicates list"] if rows else [],
    )


def _listing(side: dict[str, Any]) -> str:
    return f"{side['source']}/{side['property_id']}"


def _places(report: QualityReport) -> Section:
    places = report.places
    if not places.rows:
        return Section("places", "Places")
    most = max((each.rows for each in places.cities), default=0)
    cities: list[Sequence[Cell]] = [
        (each.name, each.rows, Meter(each.rows / places.rows)) for each in places.cities
    ]
    areas: list[Sequence[Cell]] = [
        (each.name, each.city, each.rows, Meter(each.rows / places.rows)) for each in places.neighborhoods
    ]
    lines = [
        f"{places.placed:,} of {counted(places.rows, 'usable row')} have coordinates; "
        f"{places.swapped:,} swapped, {places.mirrored:,} with a wrong sign, {places.zero:,} at 0, 0, "
        f"{places.outside:,} elsewhere outside the usual region."
    ]
    if places.region is None:
        lines.append("What lies outside the usual region is not assessed: fewer than 20 places are known.")
    if places.without_city:
        lines.append(f"{counted(places.without_city, 'row')} without a city.")
    tables = []
    if most:
        title = _title("Cities", places.cities_in_all, len(cities))
        tables.append(Table(title, ("city", "rows", "share"), cities))
    if areas:
        title = _title("Neighbourhoods", places.neighborhoods_in_all, len(areas))
        tables.append(Table(title, ("neighbourhood", "city", "rows", "share"), areas))
    faults: list[Sequence[Cell]] = [
        (
            *(each.property_id or f"row {each.row_no}", each.kind, each.city),
            Code(" · ".join(format_value(cell) for cell in each.raw.values()) or "–"),
            Link(each.url) if each.url else None if each.line is None else f"line {each.line}",
        )
        for each in places.examples
    ]
    if faults:
        tables.append(Table("Doubtful places", ("id", "place", "city", "the source wrote", "where"), faults))
    return Section("places", "Places", lines, tables, places=places)


def _title(name: str, in_all: int, shown: int) -> str:
    return name if in_all <= shown else f"{name}: the first {shown} of {in_all:,}"


def _history(report: QualityReport) -> Section:
    if len(report.history) < 2:
        return Section(
            "history", "Against the last sessions", ["This is the first session that can be compared."]
        )
    now = report.history[-1]
    applied = [each for each in report.history[:-1] if each.sync_status == "completed"]
    last = (applied or report.history[:-1])[-1]
    rows: list[Sequence[Cell]] = []
    price = f"median price ({now.price_of})" if now.price_of else "median price"
    for name, attribute in (
        ("rows", "rows"),
        ("completeness", "completeness"),
        ("score", "score"),
        ("set aside", "quarantined"),
        (price, "price_median"),
    ):
        values = [getattr(each, attribute) for each in report.history]
        if any(each is not None for each in values):
            rows.append(
                (
                    name,
                    getattr(last, attribute),
                    getattr(now, attribute),
                    _move(getattr(last, attribute), values[-1]),
                    Spark(values),
                )
            )
    first = report.history[0].completed_at
    since = "" if first is None else f" since {format_minute(first)}"
    title = f"The last {len(report.history)} sessions of this part of the source{since}"
    columns = ("figure", "last", "now", "change", "trend")
    return Section("history", "Against the last sessions", [], [Table(title, columns, rows)])


def _unusual(report: QualityReport) -> Section:
    rows: list[Sequence[Cell]] = [
        (
            *(each.kind, each.field or each.homes, each.severity, _figure_of(each.kind, each.usual)),
            *(_figure_of(each.kind, each.value), f"{abs(each.times):,.0f}×", each.sessions),
        )
        for each in report.anomalies
    ]
    columns = ("what", "of", "how much", "usual", "now", "usual spreads off", "sessions")
    table = Table("Unusual beside the last sessions", columns, rows)
    return Section("unusual", "Unusual", [], [table] if rows else [])


def _figure_of(kind: str, value: float) -> str:
    """A figure of an anomaly: rows and prices are numbers, the rest are shares."""
    return format_value(round(value)) if kind in ("volume", "price level") else format_share(value)


def _move(last: float | None, now: float | None) -> str | None:
    if last is None or now is None:
        return None
    if last == now:
        return "none"
    return f"{now / last - 1:+.1%}" if last else f"+{compact(now)}"


def _pages(report: QualityReport) -> Section:
    rows: list[Sequence[Cell]] = [
        (each.kind, each.pages, Link(each.examples[0]["url"]), each.examples[0]["message"])
        for each in report.errors
    ]
    columns = ("error", "pages", "the first", "message")
    return Section(
        "pages", "Pages that failed", [], [Table("Pages that were not read", columns, rows)] if rows else []
    )


def _not_assessed(report: QualityReport) -> Section:
    lines = [f"Not assessed: {each.what}, as {each.why}." for each in report.not_assessed]
    steps = [each.next_step for each in report.not_assessed if each.next_step]
    return Section("not-assessed", "Not assessed", lines, steps=steps)
