"""The value of a label by its place on the page: the next cell, the dd of a dt, the box of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.text import fold, squeeze, words
from parsing.vocabulary.field_names import COUNT_FIELDS
from parsing.vocabulary.units import unit_of
from scrapers.extract.chunks import Content
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.naming import NAMES, QUANTITY, as_label, as_unit, has_figure, is_label, label_fact
from scrapers.extract.rows import is_term

_TWO: Final = re.compile(r"\s*[/&|]\s*")
_MOST_IN_CELL: Final = 4
_LINKS: Final = frozenset({"a", "button"})
_PARTICLES: Final = words(
    "de da do dos das del della di la le van von der den zu y e and und et of the bin al"
)
_LONGEST_NAME: Final = 6
_HEADING: Final = frozenset({"h1"})
_CELLS: Final = frozenset({"td", "th"})


@lru_cache(maxsize=20_000)
def may_be_label(text: str) -> bool:
    """Whether a text may be the label of the one beside it, or of two in one."""
    return is_label(text) or as_unit(text) is not None or _TWO.search(text) is not None


def value_of_term(found: Content, at: int) -> Fact | None:
    """The value of a definition list, however long it is: the dd that follows the label's dt."""
    term: LexborNode | None = found.chunks[at].element
    for _ in range(4):
        if term is None or term.tag == "dt":
            break
        term = term.parent
    if term is None or term.tag != "dt":
        return None
    value = term.next
    while value is not None and not value.is_element_node:
        value = value.next
    if value is None or value.tag != "dd":
        return None
    texts = [found.chunks[i].text for i in range(*found.span(value)) if not found.chunks[i].hint]
    return _stated(found.chunks[at].text, " ".join(texts)) if texts else None


def two_counts(found: Content, at: int) -> Iterator[Fact]:
    """Two counts under two labels in one: "Bedrooms / Baths", "2 / 2.5"."""
    labels = _TWO.split(found.chunks[at].text.rstrip(" :"))
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    values = _TWO.split(following)
    if len(labels) == len(values) == 2 and all(map(QUANTITY.fullmatch, values)):
        facts = [label_fact(*pair, "label", Trust.TEXT) for pair in zip(labels, values, strict=True)]
        if all(fact is not None and fact.field in COUNT_FIELDS for fact in facts):
            yield from (fact for fact in facts if fact is not None)


def value_in_column(found: Content, at: int) -> Fact | None:
    """The value under the label, in a table of two rows of which the first has the labels."""
    cell = _outer(found.chunks[at].element, _CELLS)
    table = _outer(cell, frozenset({"table"}))
    rows = [] if table is None else table.css("tr")
    if cell is None or len(rows) != 2:
        return None
    heads, values = ([node for node in _children(row) if node.tag in _CELLS] for row in rows)
    if len(heads) != len(values) or len(heads) < 2:
        return None
    titles, texts = ([squeeze(node.text(separator=" ")) for node in row] for row in (heads, values))
    if sum(map(is_label, titles)) < 2 or any(map(is_label, texts)) or any(map(has_figure, titles)):
        return None
    column = next((i for i, node in enumerate(heads) if node.mem_id == cell.mem_id), None)
    return None if column is None else _stated(found.chunks[at].text, texts[column])


def _outer(node: LexborNode | None, tags: frozenset[str]) -> LexborNode | None:
    """The element itself, or the nearest of those it stands in, that has one of the tags."""
    for _ in range(8):
        if node is None or node.tag in tags:
            return node
        node = node.parent
    return None


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def value_of_label(found: Content, at: int) -> Fact | None:
    """The value of a label in the next cell of its row; where it stands in no cell, in the box of both."""
    cell = _outer(found.chunks[at].element, _CELLS)
    if cell is None or found.chunks[at].hint or cell.css_first("table") is not None:
        return _beside(found, at)
    start, end = found.span(cell)
    if any(not found.chunks[i].hint for i in range(start, end) if i != at):
        return _beside(found, at) if end - start <= _MOST_IN_CELL else None
    following = cell.next
    while following is not None and following.tag not in _CELLS:
        following = following.next
    texts = [] if following is None else [found.chunks[i] for i in range(*found.span(following))]
    text = " ".join(chunk.text for chunk in texts if not chunk.hint)
    if text:
        return _stated(found.chunks[at].text, text)
    row = [] if cell.parent is None else [node for node in _children(cell.parent) if node.tag in _CELLS]
    return _beside(found, at) if len(row) == 2 and row[1].mem_id == cell.mem_id else None


def _beside(found: Content, at: int) -> Fact | None:
    """The value that shares the smallest box with the label at `at`."""
    chunk = found.chunks[at]
    element: LexborNode | None = chunk.element
    for _ in range(4):
        if element is None:
            return None
        start, end = found.span(element)
        if end - start > 12:
            return None
        others = [i for i in range(start, end) if i != at and not found.chunks[i].hint]
        fact = _paired(found, at, others)
        if fact:
            return fact
        if len(others) > 1:
            return _after_icon(found, at, start, end) if chunk.hint else _in_row(found, at, start, end)
        element = element.parent
    return None


def _paired(found: Content, at: int, others: list[int]) -> Fact | None:
    values = [i for i in others if QUANTITY.fullmatch(found.chunks[i].text)]
    if len(values) == 1 and len(others) <= 3:
        after = values[0] + 1
        if after in others and found.chunks[at].text != found.chunks[after].text:
            unit = as_unit(found.chunks[after].text)
            if unit and as_label(found.chunks[at].text):
                return _stated(found.chunks[at].text, f"{found.chunks[values[0]].text} {unit['unit']}")
        return _stated_by(found, at, values[0])
    texts = [i for i in others if i > at]
    if len(others) == len(texts) == 1 and not values:
        return _stated_by(found, at, texts[0])
    if len(others) == 1 and not texts and _labels_come_last(found, found.chunks[at].element):
        return _stated_by(found, at, others[0])
    return None


def _labels_come_last(found: Content, label: LexborNode) -> bool:
    """Whether the boxes beside this one are pairs of a value and then its label, as this one is."""
    box: LexborNode | None = label
    while box is not None and _pair_in(found, box) is None:
        box = box.parent
        if box is not None and found.span(box)[1] - found.span(box)[0] > 2:
            return False
    pairs = []
    sibling = box.parent.first_child if box is not None and box.parent is not None else None
    while sibling is not None:
        if sibling.is_element_node and (pair := _pair_in(found, sibling)) is not None:
            pairs.append(pair)
        sibling = sibling.next
    return len(pairs) > 1 and all(
        (is_label(last) or as_unit(last)) and not is_label(first) for first, last in pairs
    )


def _pair_in(found: Content, box: LexborNode) -> tuple[str, str] | None:
    start, end = found.span(box)
    texts = [found.chunks[i].text for i in range(start, end) if not found.chunks[i].hint]
    return (texts[0], texts[1]) if len(texts) == 2 else None


def _in_row(found: Content, at: int, start: int, end: int) -> Fact | None:
    """The value of a label in a flat row: the one before it if the row begins with a value, else after."""
    row = [i for i in range(start, end) if not found.chunks[i].hint]
    values_first = bool(row) and (
        QUANTITY.fullmatch(found.chunks[row[0]].text) is not None or _is_between(found, at, row)
    )
    beside = at - 1 if values_first else at + 1
    if beside not in row or is_label(found.chunks[beside].text):
        return None
    return _stated_by(found, at, beside)


def _after_icon(found: Content, at: int, start: int, end: int) -> Fact | None:
    """The number of an icon in a row of icons and numbers: after it where the row begins with an icon."""
    row = found.chunks[start:end]
    numbers = [not chunk.hint and QUANTITY.fullmatch(chunk.text) is not None for chunk in row]
    first = next((i for i, chunk in enumerate(row) if chunk.hint or numbers[i]), 0)
    beside = at + 1 if row[first].hint else at - 1
    if not start <= beside < end or not numbers[beside - start]:
        return None
    return _stated_by(found, at, beside)


def _is_between(found: Content, at: int, row: list[int]) -> bool:
    """Whether a label has a number before it and one after it, of which the next words need the second."""
    texts = [found.chunks[i].text if i in row else "" for i in (at - 1, at + 1, at + 2)]
    before, after = (QUANTITY.fullmatch(text) is not None for text in texts[:2])
    return before and after and any(map(str.isalpha, texts[2])) and not found.chunks[at].text.endswith(":")


def _stated_by(found: Content, at: int, value: int) -> Fact | None:
    """The fact of a label and the text beside it; a page's heading is nobody's name, and a link no label."""
    label, text = found.chunks[at], found.chunks[value]
    fact = _stated(label.text, text.text)
    if fact is None or fact.field not in NAMES:
        return fact
    if _outer(text.element, _HEADING) is not None:
        return None
    if label.text.rstrip().endswith(":") or is_term(label.element):
        return fact
    is_menu = any(_outer(chunk.element, _LINKS) is not None for chunk in (label, text))
    return None if is_menu or not _is_name(text.text) else fact


def _is_name(text: str) -> bool:
    """Whether a text may be a name, and is no sentence such as "Call us today"."""
    words_of = text.split()
    small = [word for word in words_of if word[0].islower() and fold(word) not in _PARTICLES]
    return len(words_of) <= _LONGEST_NAME and not small


def _stated(label: str, value: str) -> Fact | None:
    unit = as_unit(label)
    if unit:
        field = "lot_size_m2" if unit_of(unit["unit"]) in ("acre", "ha") else "total_area_m2"
        return Fact(field, f"{value} {unit['unit']}", Trust.TEXT, f"text {value!r} {label!r}", 60)
    return label_fact(label, value, "label", Trust.TEXT)
