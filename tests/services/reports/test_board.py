"""Which session stands for a source: the last that read rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from services.reports.quality.board import ScoredSession, SourceScores

AT = datetime(2026, 3, 2, tzinfo=UTC)
READ, GONE = UUID(int=1), UUID(int=2)


def test_a_session_that_only_asked_whether_pages_are_gone_scores_no_source() -> None:
    """It has no rows to score; where no session has any, the newest stands for the source all the same."""
    read, gone = ScoredSession(READ, AT, 0.98, 0.9, 60, 2), ScoredSession(GONE, AT, None, None, 0, 0)
    assert SourceScores("acme", (read, gone), 0).last == read
    assert SourceScores("acme", (gone,), 0).last == gone
    assert SourceScores("acme", (), 0).last is None
