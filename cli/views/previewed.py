"""One listing as it would be live: a value a line, with what it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

from cli.encoding import readable
from cli.text import red, shown
from config.listing import FIELD, Role
from config.text import format_value, shorten
from services.history.lineage import format_cell, format_issue

if TYPE_CHECKING:
    from services.reports.previews import Origin, PreviewListing, PreviewValue

_VALUE: Final = 60
_CELL: Final = 40
_INDENT: Final = "  "
_GAP: Final = "  "
_LEAST_VALUE: Final = 16
_LEAST_END: Final = 8
_ACTIONS: Final = {
    "create": "new", "update": "updated", "reactivate": "back on the market", "none": "unchanged",
}  # fmt: skip
_ORDINARY: Final = frozenset(("blank",))


def listing_lines(listing: PreviewListing, width: int) -> Iterator[str]:
    """Its head, and a line for each field: the value, and what it was read from, doubtful ones whole."""
    where = place_of(listing.line, listing.url, listing.row_no)
    yield f"{listing.property_id}: {_ACTIONS.get(listing.action, listing.action)}, {where}"
    values = [value for value in listing.values if is_content(value.field)]
    rows = [_value(value) for value in values]
    names = max((len(name) for name, *_ in rows), default=0)
    room = width - names - len(_INDENT) - 2 * len(_GAP)
    longest = max((cell_len(text) for _, text, _ in rows), default=0)
    origins = [
        cell_len(read) for value, (*_, read) in zip(values, rows, strict=True) if not value.is_doubtful
    ]
    widest = min(longest, max(room * 2 // 5, room - max(origins, default=0), _LEAST_VALUE))
    for value, (name, text, read) in zip(values, rows, strict=True):
        start = f"{_INDENT}{name:<{names}}{_GAP}{padded(text, widest)}{_GAP}"
        yield red(start + read) if value.is_doubtful else (start + _cut(read, room - widest)).rstrip()


def place_of(line: int | None, url: str | None, row_no: int) -> str:
    """Where a row stands: the line of its file, or its page."""
    return f"line {line}" if line is not None else url or f"row {row_no}"


def is_content(field: str) -> bool:
    """Whether it says something of the home, and not of where the row came from; --json has all."""
    return field not in FIELD or FIELD[field].role is Role.CONTENT


def read_from(origin: Origin, beside: object = None) -> str:
    """The columns, or the place on the page, and the texts of the cells but for one that stands `beside`."""
    same = {str(beside), format_value(beside)} if beside is not None else set()
    cells = {
        name: "" if same & {str(cell), format_value(cell)} else f" {shorten(format_cell(cell), _CELL)}"
        for name, cell in origin.cells.items()
    }
    if origin.where is not None:
        return "".join([origin.where, *cells.values()])
    return ", ".join(f"{name}{text}" for name, text in cells.items())


def printed(text: str) -> str:
    """The text as the terminal shows it."""
    return readable(shown(text))


def padded(text: str, width: int) -> str:
    """The text, cut or filled to so many cells of a terminal."""
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + printed("…")
    return set_cell_size(text, width)


def _value(value: PreviewValue) -> tuple[str, str, str]:
    """The field, its value, and what it was read from."""
    noted = [format_issue(issue) for issue in value.issues if issue["kind"] not in _ORDINARY]
    text = printed(format_value(value.value, longest=_VALUE))
    if value.is_doubtful:
        read = read_from(value.origin)
        return f"? {value.field}", text, printed("; ".join([*([read] if read else []), *noted]))
    if value.kept and not noted:
        return value.field, text, "not in the row: live keeps it"
    read = read_from(value.origin, value.value) or ("" if noted else "a default, or the source")
    return value.field, text, printed("; ".join(filter(None, (read, *noted))))


def _cut(text: str, room: int) -> str:
    """As much as there is room for: of a path its end, which says more than its middle."""
    if cell_len(text) <= room:
        return text
    kind, _, rest = text.partition(" ")
    left = room - cell_len(kind) - len(" …")
    if not rest or left < _LEAST_END:
        return padded(text, max(room, 1))
    while cell_len(rest) > left:
        rest = rest[1:]
    return f"{kind} {printed('…')}{rest}"
