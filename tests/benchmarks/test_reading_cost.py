"""The benchmarks of reading count no time of a reading that is wrong. No time is asserted here."""

from __future__ import annotations

import pytest

from benchmarks import cells, county_cells, pages


@pytest.mark.parametrize("kind", cells.KINDS)
def test_every_benchmark_row_is_read_as_meant(kind: str) -> None:
    """Price, area, bedrooms and place of plain, usual and hard rows are those that the rows were made of."""
    cells.check(list(cells.rows(200, kind)), kind)


def test_a_row_read_wrong_ends_the_measurement_of_cells() -> None:
    """A reading that is fast and wrong gets no figure."""
    given = list(cells.rows(3, "usual"))
    given[2]["price"] = "$1"
    with pytest.raises(ValueError, match="usual row 2 is read as"):
        cells.check(given, "usual")


def test_each_kind_of_row_and_the_peer_get_a_figure() -> None:
    """One run measures plain, usual and hard rows and the peer that they are divided by."""
    found = cells.measured(20, rounds=1)
    assert list(found) == ["peer", *cells.KINDS]
    assert all(cost > 0 for cost in found.values())


def test_each_saved_page_gets_a_figure_beside_parsing_alone() -> None:
    """Every saved page is told by its kind and its listing read, before it is timed."""
    found = pages.measured(rounds=1)
    assert found.keys() == pages.saved().keys()
    assert all(ours > 0 and peer > 0 for ours, peer in found.values())


def test_a_page_read_wrong_ends_the_measurement_of_pages() -> None:
    """A page that is not told for what it is gets no figure."""
    with pytest.raises(ValueError, match="detail_empty is read as empty"):
        pages.check({"detail_empty": "<body><p>No results</p></body>"})


def test_lines_of_a_roll_are_read_as_meant_before_they_are_measured() -> None:
    given = list(county_cells.rows(200))
    county_cells.check(given)
    assert list(county_cells.measured(20, rounds=1)) == ["peer", "ours"]
    given[5].cells["JV"] = "1"
    with pytest.raises(ValueError, match="row 5 is read as"):
        county_cells.check(given)
