"""A sync in one sentence, and the exit code that goes with it."""

from __future__ import annotations

from uuid import UUID

import pytest

from cli.text import counted
from cli.views.planned import render_sync
from cli.views.sync import document, figures, sync_lines
from services.results import Metrics, Reason, SyncResult

HELD = SyncResult(
    session_id=UUID(int=1),
    status="held",
    plan_id=UUID("3f2a0000-0000-0000-0000-000000000000"),
    metrics=Metrics(total_scraped=6, unchanged_properties=6, missing_properties=60),
    reasons=(
        Reason(code="few_rows", sentence="6 rows, usual 66"),
        Reason(code="many_leaving", sentence="60 of 66"),
    ),
    error="6 rows, usual 66",
)


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        (
            Metrics(
                total_scraped=67,
                new_properties=4,
                updated_properties=5,
                unchanged_properties=55,
                quarantined_properties=2,
                superseded_rows=1,
                missing_properties=1,
            ),
            "67 rows = 4 new + 5 updated + 55 unchanged + 2 quarantined + 1 superseded; 1 missing",
        ),
        (
            Metrics(total_scraped=1, reactivated_properties=1, removed_properties=1200),
            "1 row = 1 reactivated; 1,200 removed",
        ),
        (
            Metrics(total_scraped=0, missing_properties=2, removed_properties=1),
            "0 rows; 2 missing, 1 removed",
        ),
        (Metrics(), "0 rows"),
    ],
)
def test_figures_name_only_what_there_is(metrics: Metrics, sentence: str) -> None:
    assert figures(metrics) == sentence


def test_a_thing_is_counted_in_its_number() -> None:
    assert [counted(n, "page") for n in (0, 1, 1204)] == ["0 pages", "1 page", "1,204 pages"]


def test_a_refusal_gives_every_reason_and_both_ways_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lines = sync_lines(HELD)
    assert lines[0].startswith("REFUSED plan 3f2a0000: nothing was changed.")
    assert lines[1:3] == ["  - 6 rows, usual 66", "  - 60 of 66"]
    assert "plans show 3f2a0000" in lines[3]
    assert "sync --approve 3f2a0000" in lines[4]
    assert render_sync(HELD).exit_code == 3


def test_a_refusal_is_an_error_to_programs_too() -> None:
    found = document(HELD)
    assert (found["success"], found["status"]) == (False, "held")
    assert found["metrics"]["missing_properties"] == 60
    assert found["error"] == {
        "code": "few_rows",
        "message": "6 rows, usual 66",
        "next": "property-manager plans show 3f2a0000, then property-manager sync --approve 3f2a0000 "
        "or property-manager plans discard 3f2a0000",
    }


def test_beside_a_newer_session_there_is_nothing_left_to_do() -> None:
    stale = SyncResult(session_id=UUID(int=1), status="stale", error="a newer session was applied already")
    assert render_sync(stale).exit_code == 0
    assert stale.success
    assert sync_lines(stale) == ["Nothing to do for session 00000000: a newer session was applied already."]
