"""An import: its account, its sessions, and the document that --json prints."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cli.program import next_line, runnable
from cli.render import Result
from cli.text import counted, sentence, short
from cli.views.preview import planned_lines, preview_document
from cli.views.sync import PARTLY_DONE, REFUSED, document_of, unread_lines

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from importers import Skipped
    from importers.intake import Accounting
    from services.reports.previews import Preview
    from services.workflows.imported import ImportedSession, ImportResult
    from services.workflows.suggest import Proposal

_LISTED: Final = 8
_SKIPPED_LISTED: Final = 1_000
"""Skipped places that a document lists; all of them are counted."""

_NONE: Final[Mapping[UUID, Preview | None]] = MappingProxyType({})
_DOUBTFUL: Final = 0.6
_DELIMITERS: Final = {"\t": "tab"}


def render_import(imported: ImportResult, previews: Mapping[UUID, Preview | None] = _NONE) -> Result:
    """One import, and its syncs unless they were left out; of a dry run what was read, by session."""
    return Result(_document(imported, previews), list(_lines(imported, previews)), _exit_code(imported))


def render_proposal(proposal: Proposal, written: Path, file: str) -> Result:
    """A proposed mapping of a `file`: where it is, how much of the file it covers, what to look at."""
    suggestion = proposal.suggestion
    mapped = suggestion.mapped
    lines = [
        f"Wrote {written}: {len(mapped)} of {len(suggestion.columns)} columns mapped"
        f"{_to_look_at(proposal)}. {_layout(proposal.encoding, proposal.dialect)}".rstrip()
    ]
    if suggestion.shipped is not None:
        lines += [
            "These are the columns of a shipped mapping.",
            next_line(f"import --file {shlex.quote(file)} --mapping {suggestion.shipped} --dry-run"),
        ]
    elif not suggestion.ids:
        lines.append('No column is unique enough to be the id: name one in the file, "id = …".')
    document = {
        "file": str(written),
        "mapping": suggestion.mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "shipped": suggestion.shipped,
        "columns": [
            {"column": each.column, "field": each.target, "confidence": each.confidence, "why": each.why}
            for each in suggestion.columns
        ],
        "id": [
            {"columns": list(each.columns), "confidence": each.confidence, "why": each.why}
            for each in suggestion.ids
        ],
        "encoding": proposal.encoding,
        **{name: proposal.dialect.get(name) for name in ("delimiter", "header_line")},
    }
    return Result(document, lines)


def _to_look_at(proposal: Proposal) -> str:
    from importers.mapping.suggest import CERTAIN

    found = proposal.suggestion
    doubtful = [
        *((each.name, "id", each.confidence) for each in found.ids[:1] if each.confidence < CERTAIN),
        *(
            (each.column, each.target, each.confidence)
            for each in found.mapped
            if each.confidence < _DOUBTFUL
        ),
    ]
    named = ", ".join(f'"{column}" → {target} ({sure:.2f})' for column, target, sure in doubtful[:_LISTED])
    return f"; look at {named}" if named else ""


def _document(imported: ImportResult, previews: Mapping[UUID, Preview | None]) -> dict[str, Any]:
    accounting = {"accounting": _accounting(imported.accounting)}
    if imported.partitioned:
        sessions = [_one(imported, each, previews.get(each.session_id)) for each in imported.sessions]
        return {"success": all(each["success"] for each in sessions), "sessions": sessions} | accounting
    if not imported.sessions:
        return _nothing_new(imported) | accounting
    (only,) = imported.sessions
    return _one(imported, only, previews.get(only.session_id)) | accounting


def _nothing_new(imported: ImportResult) -> dict[str, Any]:
    """A feed without changes since its last pass leaves no session."""
    none = {"id": None, "verdict": imported.verdict, "source": imported.source}
    return document_of(none, status="nothing_new") | {"session": None}


def _one(imported: ImportResult, one: ImportedSession, preview: Preview | None) -> dict[str, Any]:
    session = {
        "id": one.session_id,
        "source": imported.source,
        "kind": "import",
        "file": imported.accounting.file,
        "partition": one.partition,
        "rows": one.rows,
        "verdict": imported.verdict,
        "reason": imported.reason,
    }
    if one.failure is None:
        return document_of(session, one.sync, unread=one.unread) | preview_document(preview)
    failure = one.failure
    error = {
        "code": failure.code,
        "message": sentence(failure.message),
        "next": runnable(failure.next_step or "") or None,
    }
    return document_of(session, status="failed", error=error, unread=one.unread)


def _accounting(account: Accounting) -> dict[str, Any]:
    """The value of "accounting" in what `import --json` prints."""
    return {
        "file": account.file,
        "mapping": account.mapping,
        "format": account.format,
        "encoding": account.encoding,
        **{name: account.dialect.get(name) for name in ("delimiter", "header_line")},
        "rows_read": account.rows_read,
        "rows_skipped": account.rows_skipped,
        "skipped": [
            {"line": each.line, "rows": each.rows, "why": each.why}
            for each in account.skipped[:_SKIPPED_LISTED]
        ],
        "rows_staged": account.staged,
        "rows_unreadable": account.unreadable,
        "repeated_ids": account.repeated_ids,
        "columns": account.columns,
        "incomplete": account.incomplete,
        "warnings": account.warnings,
    }


def _lines(imported: ImportResult, previews: Mapping[UUID, Preview | None]) -> Iterator[object]:
    if imported.mapping_note:
        yield imported.mapping_note
    yield from _account(imported.accounting)
    if imported.verdict == "suspect" or imported.fell_short:
        yield f"The import is {imported.verdict}: {imported.reason}."
    if not imported.sessions:
        yield f"Nothing has changed in {imported.accounting.file} since its last pass."
    for one in imported.sessions:
        lines = _session(one, previews.get(one.session_id))
        if imported.partitioned:
            yield f"{one.partition or '(no partition)'}:"
            lines = (f"  {line}" if isinstance(line, str) else line for line in lines)
        yield from lines
    yield from (f"note: {failure}" for failure in imported.follow_up_failures)


def _session(one: ImportedSession, preview: Preview | None) -> Iterable[object]:
    if one.sync is not None:
        return planned_lines(one.sync, preview)
    session = short(one.session_id)
    if one.failure is not None:
        outcome = f"Not synced: {sentence(one.failure.message)}"
    else:
        outcome = f"{counted(one.rows, 'row')} staged, not synced."
    return [outcome, *unread_lines(one.unread), next_line(f"sync --session-id {session}")]


def _account(account: Accounting) -> Iterator[str]:
    read = f"{account.file}: {account.rows_read:,} read = "
    parts = [f"{account.rows_skipped:,} skipped ({_where(account.skipped)}) + "] if account.skipped else []
    unreadable = f", {account.unreadable:,} of them unreadable" if account.unreadable else ""
    layout = _layout(account.encoding, account.dialect) or f"{account.format}."
    yield f"{read}{''.join(parts)}{account.staged:,} staged{unreadable}. {layout}"
    columns = account.columns
    counts = [f"{len(columns.mapped)} mapped"]
    if columns.unmapped:
        counts.append(f"{len(columns.unmapped)} unmapped")
    if columns.never_filled:
        counts.append(f"{len(columns.never_filled)} never filled")
    yield f"Columns: {', '.join(counts)}."
    if columns.absent:
        yield f"note: no column fills {_listed(list(columns.absent))}"
    if columns.appeared:
        yield f"note: new since the last import: {_listed(list(map(repr, columns.appeared)))}"
    if columns.vanished:
        yield f"note: gone since the last import: {_listed(list(map(repr, columns.vanished)))}"
    yield from (f"note: {warning}" for warning in account.warnings)


def _where(skipped: Sequence[Skipped]) -> str:
    """ "lines 1, 3–5 preamble, 1204 disclaimer" """
    places = [
        f"{each.line}{f'–{each.line + each.rows - 1}' if each.rows > 1 else ''} {each.why}"
        for each in skipped[:_LISTED]
    ]
    more = sum(each.rows for each in skipped[_LISTED:])
    return f"line{'' if len(places) == 1 else 's'} {', '.join(places)}" + (
        f" and {more:,} more" if more else ""
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _layout(encoding: str | None, dialect: dict[str, Any]) -> str:
    """ "ISO-8859-1, ';', header on line 3." """
    parts = [encoding.upper()] if encoding else []
    if delimiter := dialect.get("delimiter"):
        parts.append(_DELIMITERS.get(delimiter, f"'{delimiter}'"))
    if line := dialect.get("header_line"):
        parts.append(f"header on line {line}")
    return f"{', '.join(parts)}." if parts else ""


def _exit_code(imported: ImportResult) -> int:
    """3 when nothing came of it; 4 when some partition failed or part of the input could not be read."""
    if not imported.sessions:
        return PARTLY_DONE if imported.fell_short else 0
    refused = [each for each in imported.sessions if each.sync is not None and each.sync.status == "held"]
    failed = [each for each in imported.sessions if each.failure is not None]
    if imported.verdict == "suspect" or (refused and len(refused) == len(imported.sessions)):
        return REFUSED
    return PARTLY_DONE if refused or failed or imported.fell_short else 0
