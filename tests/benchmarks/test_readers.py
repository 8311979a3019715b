"""The benchmark of readers times no answer that is wrong. No time is asserted here."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.readers import __main__ as readers
from benchmarks.readers.asking import KEY, WrongAnswerError
from benchmarks.readers.questions import QUESTIONS
from benchmarks.server import throwaway_server


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
