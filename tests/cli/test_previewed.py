"""A listing of a preview: a value a line, on any width of terminal, with what it was read from."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from cli.views.previewed import listing_lines
from services.reports.previews import Origin, PreviewListing, PreviewValue

PATH = "hydration __NEXT_DATA__.props.pageProps.listing.location.neighborhood"


def value(
    field: str, found: Any, where: str | None = None, *, kept: bool = False, **cells: Any
) -> PreviewValue:
    return PreviewValue(field, found, kept, (), Origin(cells, where, None, None))


def lines(*values: PreviewValue, width: int = 80) -> list[str]:
    listing = PreviewListing("A-1", 1, "create", 2, None, values)
    return list(listing_lines(listing, width))


def test_each_value_has_a_line_with_its_column() -> None:
    """The text stands beside the column where it is not what live would hold."""
    shown = lines(value("title", "Casa", Titulo="Casa"), value("price", 4_400_000, Precio="$4.4M"))
    assert shown == [
        "A-1: new, line 2",
        "  title  Casa       Titulo",
        '  price  4,400,000  Precio "$4.4M"',
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    """Of a long path on a page its end is shown, of a long value its beginning."""
    shown = lines(
        value("description", "Casa luminosa " * 9, f"{PATH}.text", text="Casa"),
        value("neighborhood", "Ejidal", PATH, text="Ejidal"),
        value("title", "見晴らしの良い一戸建て" * 6, "h1", text="見晴らし"),
        width=width,
    )
    assert max(map(cell_len, shown)) <= width
    assert next(line for line in shown if "Ejidal" in line).endswith(".neighborhood")


def test_a_doubtful_cell_is_marked_and_whole() -> None:
    doubt: Any = {"field": "bedrooms", "kind": "unparseable", "text": "a few", "why": "no number in it " * 9}
    cell = PreviewValue("bedrooms", None, False, (doubt,), Origin({"beds": "a few"}, None, 2, None))
    (_, line) = lines(cell)
    assert line == f'  ? bedrooms  –  beds "a few"; unparseable: {doubt["why"]}'


def test_a_text_that_live_would_hold_as_it_is_stands_once() -> None:
    """Also where the value is too long to be shown whole, and where it is a list."""
    long, pictures = "Casa luminosa " * 9, [f"https://acme.example/{n}.jpg" for n in range(9)]
    shown = lines(
        value("description", long, "h2", text=long), value("image_urls", pictures, "img", text=pictures)
    )
    assert [line.split()[-1] for line in shown[1:]] == ["h2", "img"]


def test_what_the_row_does_not_say_is_kept_from_live() -> None:
    assert lines(value("city", "Mérida", kept=True))[1] == "  city  Mérida  not in the row: live keeps it"
