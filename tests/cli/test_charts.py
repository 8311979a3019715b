"""Charts of text: a gap and a lone value stay visible, whatever the width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.charts import bar, compact, spread

BINS = st.dictionaries(st.integers(-200, 200), st.integers(1, 10**6), min_size=1)


def test_few_bins_are_drawn_wide() -> None:
    assert spread([(50, 1), (51, 8), (52, 4)], 48) == "▁▁▁▁████▄▄▄▄"


def test_a_wrong_factor_stands_apart() -> None:
    assert spread([(50, 400), (51, 800), (74, 1)], 30) == f"▄█{' ' * 22}▁"


def test_neighbours_share_a_character_where_they_are_too_many() -> None:
    assert spread([(0, 1), (1, 1), (2, 1), (3, 1), (4, 4)], 3) == "▄▄█"


def test_plain_charts_are_ascii() -> None:
    assert spread([(0, 1), (2, 8)], 3, plain=True) == ". @"
    assert bar(1, 2, 4, plain=True) == "##"


@given(bins=BINS, width=st.integers(1, 60))
def test_a_chart_fits_and_begins_and_ends_with_a_value(bins: dict[int, int], width: int) -> None:
    chart = spread(bins.items(), width)
    assert 0 < len(chart) <= width
    assert " " not in (chart[0], chart[-1])
    assert "█" in chart


def test_a_bar_is_never_without_length() -> None:
    assert (bar(1, 1_000, 20), bar(500, 1_000, 20)) == ("█", "█" * 10)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (3.5, "3.5"),
        (9_999, "9999"),
        (12_000, "12k"),
        (850_499, "850k"),
        (4_400_000, "4.4M"),
        (43_000_000_000, "43bn"),
        (2.5e15, "2500tn"),
        (-81.25, "-81.25"),
    ],
)
def test_a_number_in_a_few_characters(number: float, text: str) -> None:
    assert compact(number) == text
