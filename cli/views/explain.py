"""Explanations: a line for each field, or one field with every link of its chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from cli.render import Result, table
from cli.text import short
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.history.explanation import Change, Explanation, Page, Raw, RuleFinding, Session

_EARLIER: Final = 10
"""How many of the changes before the last one are listed."""

_LONGEST: Final = 60


def render_explanations(found: Sequence[Explanation], asked: dict[str, Any], *, whole: bool) -> Result:
    """What was found for what was `asked`: the one field in full, or a line for each."""
    document = {**asked, "fields": found}
    if whole:
        return Result(document, list(_field(found[0])))
    lines = [(one.field, one.line) for one in found]
    return Result(document, [table(["field", "value ← where it comes from"], lines)])


def render_unknown(asked: dict[str, Any], at: datetime, first_known: datetime) -> Result:
    """A listing that the catalogue did not have yet."""
    name = f"{asked['source']} {asked['property_id']}"
    line = f"{name} was not yet known at {format_time(at)}; first known at {format_time(first_known)}."
    return Result({**asked, "fields": (), "first_known": first_known}, [line])


def _field(one: Explanation) -> Iterator[object]:
    yield one.line
    links = [(name, value) for name, value in _links(one) if value is not None]
    if links:
        yield table(["", ""], links)
    if one.earlier:
        shown = one.earlier[:_EARLIER]
        rows = [(format_time(each.at), each.origin, each.actor, each.reason) for each in shown]
        part = "" if len(rows) == len(one.earlier) else f", the last {len(rows)} of {len(one.earlier)}"
        yield table(["at", "origin", "by", "what"], rows, title=f"Before that{part}")
    if one.history_begins is not None:
        yield f"History begins on {format_time(one.history_begins)}: older changes are folded."


def _links(one: Explanation) -> Iterator[tuple[str, str | None]]:
    if one.pin is not None:
        yield "pinned", f"by {one.pin.pinned_by}" + (f": {one.pin.reason}" if one.pin.reason else "")
        if one.pin.shown_since is not None:
            yield "source shows", format_value(one.pin.shown, longest=_LONGEST)
    if one.change is not None:
        yield "change", _change(one.change)
    yield "rules", _rules(one.findings, one.validated)
    if one.session is not None:
        yield "session", _session(one.session)
        if one.session.cleaned_at is not None:
            yield "staged row", f"raw row cleaned on {format_time(one.session.cleaned_at)}"
    for answer in one.page_answers:
        page = "" if answer.page_hash is None else f", page SHA-256 {answer.page_hash}"
        yield "its page", f"{answer.answer} on {format_time(answer.at)}: {answer.sign}{page}"
    if one.raw is not None:
        yield from _raw(one.raw, None if one.session is None else one.session.base_url)


def _change(change: Change) -> str:
    who = change.origin if change.actor == change.origin else f"{change.origin} by {change.actor}"
    undone = "" if change.undoes is None else f", undoes change set {change.undoes.change_set_id}"
    return (
        f"{change.id} ({change.kind}) in change set {change.change_set_id}, "
        f"{who} on {format_time(change.at)}: {change.reason}{undone}"
    )


def _rules(findings: Sequence[RuleFinding], validated: bool | None) -> str | None:
    if findings:
        return "; ".join(
            f"{each.rule} v{each.version} {each.outcome} ({each.severity}): {each.reason}"
            for each in findings
        )
    return {True: "passed all that apply", False: "not validated", None: None}[validated]


def _session(session: Session) -> str:
    verdict, ended = session.verdict or "no verdict", format_time(session.completed_at or session.started_at)
    return (
        f"{short(session.id)} {session.kind} of {session.base_url or session.scope}, {verdict}, ended {ended}"
    )


def _raw(raw: Raw, file: str | None) -> Iterator[tuple[str, str | None]]:
    from services.history.lineage import format_issue

    cells = "; ".join(f"{name} = {json.dumps(cell, ensure_ascii=False)}" for name, cell in raw.cells.items())
    erased = None if raw.erased_at is None else f", erased on {format_time(raw.erased_at)}"
    yield "staged row", f"row {raw.row_no}{f': {cells}' if cells else erased or ', which has no such cell'}"
    for issue in raw.issues:
        yield "noted", format_issue(issue)
    yield "read at", raw.where
    yield "line", None if raw.line is None else f"{file} line {raw.line}"
    yield "url", raw.url
    yield "fetched", None if raw.fetched_at is None else format_time(raw.fetched_at)
    if raw.page is not None:
        yield (
            "kept page",
            raw.page.place or f"in {raw.page.store}, which PROPERTY_MANAGER_PAGES does not name",
        )
        yield "of it", _page(raw.page, raw.url)


def _page(page: Page, url: str | None) -> str:
    other = "" if page.url == url else f" of {page.url}"
    erased = "" if page.erased_at is None else f", overwritten in part on {format_time(page.erased_at)}"
    return f"status {page.status}, {page.size:,} bytes{other}, SHA-256 {page.hash[:16]}{erased}"
