"""The whole benchmark on a small portal: its results are verified; how fast they come is not asked."""

from __future__ import annotations

import pytest

from benchmarks import verify
from benchmarks.listings import Portal
from benchmarks.run import measure
from services.pipeline import Metrics


async def test_both_ways_lead_to_the_same_catalogue() -> None:
    figures = await measure(2000, 1, client_rows=(2000,))

    assert figures.rows == Portal(2000).expected().rows
    assert figures.ours.whole > 0
    assert figures.limit.whole > 0
    assert figures.unchanged_wal < 2_000_000
    assert figures.client_mb[2000] < 250


def test_a_wrong_result_is_refused() -> None:
    with pytest.raises(verify.WrongResultError, match="rows: 0, not 2020"):
        verify.right(Metrics(), [], Portal(2000).expected())


def test_a_difference_between_the_two_is_refused() -> None:
    with pytest.raises(verify.WrongResultError, match="differ"):
        verify.same([{"status": "active", "listings": 2}], [{"status": "active", "listings": 3}])
