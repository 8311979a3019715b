"""The benchmark of validation, on a few rows: ours and the scan count the same. No time is asserted."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import validation
from benchmarks.results import Results


async def test_ours_and_the_scan_count_the_same_and_unchanged_rows_are_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spoilt rows are found by their rules; a session that brings nothing new has no candidate."""
    monkeypatch.setattr(validation, "BASE_ROWS", 100)
    results = Results(tmp_path / "found.json", {})

    await validation.measure(400, 1, pandera=False, results=results)

    assert [run["peer"] for run in results.runs] == ["scan", "ours"]
    assert results.figures["violations"]["bedrooms"] == 4
    assert results.figures["unchanged"]["candidates"] == 0
    assert len(validation.CHECKS) == 20
    assert validation.told(results)[2].startswith("| scan |")
