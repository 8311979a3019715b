"""What could not be read of a session's cells: counted by field while its rows are staged, with examples."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from config.listing import BIT
from parsing.staged import Issue, StagedRow

EXAMPLES: Final = 3
"""How many cells are kept as examples of each kind, a field."""

_KINDS: Final = {"unparseable": "unreadable", "doubtful": "doubtful", "missing": "missing"}
_URL: Final = BIT["source_url"]


class UnreadCells:
    """Counts the cells that were unreadable, doubtful or missing; keeps the first of each as examples."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, Any]] = {}

    def note(self, row: StagedRow) -> None:
        """Count the cells of a row."""
        for issue in row.issues:
            if issue["kind"] in _KINDS:
                self._count(issue, row.evidence, row.values[_URL])

    def note_staged(self, issues: Iterable[Issue], evidence: str | None, url: str | None) -> None:
        """Count the cells of a row that landed before this process resumed its session."""
        for issue in issues:
            if issue["kind"] in _KINDS:
                self._count(issue, evidence, url)

    @property
    def facts(self) -> dict[str, Any]:
        """What a session keeps: {"unread": [{field, a count of each kind, examples}]}, or nothing."""
        return {"unread": list(self._fields.values())} if self._fields else {}

    def _count(self, issue: Issue, evidence: str | bytes | None, url: str | None) -> None:
        kind = _KINDS[issue["kind"]]
        known = self._fields.setdefault(
            issue["field"],
            {"field": issue["field"], "unreadable": 0, "doubtful": 0, "missing": 0, "examples": []},
        )
        if known[kind] < EXAMPLES:
            line = json.loads(evidence).get("line") if evidence else None
            known["examples"].append(
                {
                    "kind": kind,
                    "text": issue["text"],
                    "why": issue["why"],
                    "readings": issue.get("readings", []),
                    "line": line if isinstance(line, int) else None,
                    "url": url if line is None else None,
                }
            )
        known[kind] += 1
