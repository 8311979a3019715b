"""The benchmarks of readers and of the dashboard time no wrong answer. No time is asserted here."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks import dashboard
from benchmarks.readers import __main__ as readers
from benchmarks.readers.asking import KEY, WrongAnswerError
from benchmarks.readers.questions import QUESTIONS
from benchmarks.server import BASE, throwaway_server


async def test_every_question_is_answered_as_plain_sql_answers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All ten get a figure once each answer is right; a wrong one ends the run."""
    async with throwaway_server() as server:
        await readers.fill(server, 3_000)
        run = {"rows": 3_000, **await readers.measure(server, rounds=2)}
        assert list(run["times"]) == [KEY, *(question.name for question in QUESTIONS)]
        assert len(list(readers.report([run]))) == 3 + len(QUESTIONS)

        wrong = dataclasses.replace(QUESTIONS[3], sql=QUESTIONS[3].sql.replace("limit 20", "limit 19"))
        monkeypatch.setattr(readers, "QUESTIONS", (wrong,))
        with pytest.raises(WrongAnswerError, match=f"^{wrong.name}"):
            await readers.measure(server, rounds=1)

        await dashboard.add_changes(server, 3_000)
        async with server.connect(BASE) as conn:
            assert await conn.fetchval("select count(*) from public.property_changes") == 30_000
        costs = await dashboard.measure(
            server.login_dsn(BASE), server.superuser_dsn(BASE), await server.pid(), rounds=1
        )
        assert {"overview", "listings", "changes", *dashboard.NARROWED} <= costs.keys()
        assert all(cost.queries > 0 and cost.sent < dashboard.HEAVIEST for cost in costs.values())


def test_a_page_above_its_bars_is_named() -> None:
    """Beside its SQL, by its growth, by its weight."""
    usual = dashboard.Cost(page=2.0, sql=1.0, queries=3, sent=100_000, size=200_000)
    small = {"rows": 1, "costs": dict.fromkeys(("listings", "changes"), usual)}
    assert dashboard.misses([small, small]) == [] and len(list(dashboard.report([small, small]))) == 4
    heavy = dashboard.Cost(page=4.0, sql=1.0, queries=3, sent=300_001, size=400_000)
    assert dashboard.misses([small, {"rows": 10, "costs": {"listings": heavy, "changes": usual}}]) == [
        "listings: 4.00 × its SQL",
        "listings: grows 2.00 ×",
        "listings: 300,001 bytes",
    ]


def test_what_is_above_the_bar_is_named() -> None:
    """A question is too slow beside the look-up by key, or its share grows with the catalogue."""
    small = {"times": {name: {"p95": 2.0} for name in (KEY, *(question.name for question in QUESTIONS))}}
    large = {"times": {name: dict(times) for name, times in small["times"].items()}}
    assert readers.misses([small, large]) == []
    large["times"]["words"]["p95"], large["times"]["newest"]["p95"] = 30.0, 4.0
    assert readers.misses([small, large]) == [
        "words: p95 is 15.0 × the look-up by key",
        "words: p95 grows 15.00 ×",
        "newest: p95 grows 2.00 ×",
    ]
