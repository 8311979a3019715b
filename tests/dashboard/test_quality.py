"""Which session stands for a source: the last that read rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from dashboard.pages.quality import _worth_reporting
from services.reports.quality.board import LinePoint, ScoredSession, SourceScores

AT = datetime(2026, 3, 2, tzinfo=UTC)
READ, GONE, HELD = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_session_that_only_asked_whether_pages_are_gone_scores_no_source() -> None:
    """It has no rows to score; where no session has any, the newest stands for the source all the same."""
    read, gone = ScoredSession(READ, AT, 0.98, 0.9, 60, 2), ScoredSession(GONE, AT, None, None, 0, 0)
    assert SourceScores("acme", (read, gone), 0).last == read
    assert SourceScores("acme", (gone,), 0).last == gone
    assert SourceScores("acme", (), 0).last is None


def test_what_to_do_first_is_of_the_last_rows_unless_a_newer_session_was_not_applied() -> None:
    """An applied session without rows leaves nothing to do; one that was held has to be looked at."""
    points = [LinePoint(id_, "", AT, "rows", None, None, rows) for id_, rows in ((READ, 60.0), (GONE, 0.0))]
    assert _worth_reporting(points, GONE) == READ
    assert _worth_reporting(points, HELD) == HELD
    assert _worth_reporting(points[1:], GONE) == GONE
