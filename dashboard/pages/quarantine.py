"""Quarantine: the rows that could not go live, why, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from config.errors import UsageError
from dashboard.page import Action, Asked, Data, Done, Form, Page
from dashboard.pages._contacts import aside_for_readers, row_for_readers
from dashboard.pages._deciding import applying, decider, failure, in_time, number_of, uuid_of, words_of
from services.pipeline import SyncResult
from services.reports.quarantine import show_quarantined
from services.reports.waiting import GROUPED, QuarantineGroup, quarantine_groups, quarantine_page
from services.workflows import decide

_ROWS: Final = 40
_STATUSES: Final = ("open", "replaced", "reprocessed", "discarded", "all")
_HIDDEN: Final = ("raw", "raw_bytes", "evidence", "issues", "kept", "fingerprint")
"""Columns of a staged row that are shown by themselves, or say nothing to people."""


async def quarantine(asked: Asked) -> Data:
    """Rows set aside, the newest first, and how many of which source, rule and session."""
    status = asked.one_of("status", _STATUSES) or "open"
    chosen = _chosen(asked)
    rows = await quarantine_page(
        asked.database,
        **chosen,
        status=None if status == "all" else status,
        before=asked.number("before", 0, most=2**62) or None,
        limit=_ROWS + 1,
    )
    groups = await quarantine_groups(asked.database, source=chosen["source"])
    return {
        "rows": rows[:_ROWS] if asked.user.is_staff else [aside_for_readers(each) for each in rows[:_ROWS]],
        "before": rows[_ROWS - 1].id if len(rows) > _ROWS else None,
        "status": status,
        "statuses": _STATUSES,
        "chosen": {"source": chosen["source"], "session": chosen["session_id"], "rule": chosen["rule"]},
        "groups": groups,
        "counted": sum(group.rows for group in groups),
        "count": _count(groups, chosen),
        "working": chosen["source"] and applying(chosen["source"]),
        "failure": chosen["source"] and failure(chosen["source"]),
        "most": GROUPED,
    }


async def row(asked: Asked) -> Data:
    """One row set aside: why, what was staged and what the source wrote."""
    found = await show_quarantined(asked.database, asked.path["row"])
    if not asked.user.is_staff:
        found = row_for_readers(found)
    staged = found.staged
    failed = {reason.field for reason in found.reasons if reason.field}
    fields = [
        (name, value)
        for name, value in staged.items()
        if value is not None and name not in _HIDDEN and not name.endswith("_id") and name != "row_no"
    ]
    return {
        "row": found,
        "raw": _cells(staged.get("raw")),
        "fields": sorted(fields, key=lambda item: item[0] not in failed),
        "failed": sorted(failed),
        "issues": [each for each in staged.get("issues") or () if each.get("text") is not None],
    }


async def reprocess(asked: Asked, form: Form) -> Done:
    """Parse one row again, or all that are open of a source, a rule and a session, and sync them."""
    source = words_of(form, "source")
    if source is None:
        raise UsageError("no source is named", next_step="choose one on the page Quarantine")
    user = decider(asked)
    work = decide.reprocess_rows(
        asked.database,
        user,
        source,
        ids=_ids(form),
        session_id=uuid_of(form, "session"),
        rule=words_of(form, "rule"),
        accept_prices=form.get("accept_prices") == "yes",
    )
    done = await in_time(source, user.actor, work)
    if done is None:
        return Done(f"/quarantine?{urlencode({'source': source})}", "They are being parsed again.")
    return Done(_after(done, source), _said(done))


async def discard(asked: Asked, form: Form) -> Done:
    """Discard one row, or all that are open of a source, a rule and a session, and say why."""
    reason = words_of(form, "reason")
    if reason is None:
        raise UsageError("say why the rows are discarded", next_step="go back, and write a few words")
    ids, source = _ids(form), words_of(form, "source")
    chosen: dict[str, Any] = {
        "source": source,
        "session_id": uuid_of(form, "session"),
        "rule": words_of(form, "rule"),
    }
    if ids is None and not any(chosen.values()):
        raise UsageError("no rows are named", next_step="choose them on the page Quarantine")
    number = await decide.discard_rows(asked.database, decider(asked), reason, ids=ids, **chosen)
    said = f"Discarded {number:,} {'row' if number == 1 else 'rows'}; they are kept, with your reason."
    return Done("/quarantine", said)


def _count(groups: Sequence[QuarantineGroup], chosen: Mapping[str, Any]) -> int | None:
    """How many open rows are chosen; None where only walking them would tell."""
    if chosen["source"] is None or (chosen["rule"] and chosen["session_id"]):
        return None
    rows = sum(group.rows for group in groups)
    if rows >= GROUPED:
        return None
    for kind, name, wanted in (
        ("rules", "rule", chosen["rule"]),
        ("sessions", "session_id", chosen["session_id"]),
    ):
        if wanted is not None:
            return sum(
                int(part["rows"])
                for group in groups
                for part in getattr(group, kind)
                if part[name] == str(wanted)
            )
    return rows


def _chosen(asked: Asked) -> dict[str, Any]:
    return {"source": asked.text("source"), "session_id": asked.uuid("session"), "rule": asked.text("rule")}


def _ids(form: Form) -> list[int] | None:
    number = number_of(form, "row")
    return None if number is None else [number]


def _cells(raw: Any) -> list[tuple[str, Any]]:
    """What a row came as, cell by cell; of a row that is no record, all of it under no name."""
    if isinstance(raw, dict):
        return [(str(name), value) for name, value in raw.items()]
    return [] if raw is None else [("", raw)]


def _said(done: SyncResult) -> str:
    """What became of rows that were parsed again."""
    figures = done.metrics
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (figures.new_properties, "new"),
            (figures.updated_properties, "changed"),
            (figures.unchanged_properties, "as they were"),
            (figures.quarantined_properties, "set aside again"),
        )
        if count
    ]
    what = ", ".join(parts) or "nothing changed"
    if done.status == "held":
        return f"Parsed again, and held: {what}. {done.error or ''}".strip()
    return f"Parsed again and applied: {what}."


def _after(done: SyncResult, source: str) -> str:
    """Where to go: the plan that waits, or the quarantine of the source."""
    return (
        f"/plans/{done.plan_id}"
        if done.status == "held" and done.plan_id
        else f"/quarantine?{urlencode({'source': source})}"
    )


PAGES = (
    Page(
        "/quarantine",
        "quarantine.html",
        quarantine,
        title="Quarantine",
        menu="Quarantine",
        topics=("quarantine",),
    ),
    Page(
        "/quarantine/{row:int}",
        "quarantined.html",
        row,
        title="A row that was set aside",
        within="Quarantine",
        topics=("quarantine",),
    ),
)
ACTIONS = (
    Action("/quarantine/reprocess", reprocess),
    Action("/quarantine/discard", discard),
)
