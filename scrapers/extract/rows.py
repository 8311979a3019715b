"""Which text of a page is the label of which: cells of a row, terms and their definitions, boxes of two."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from scrapers.extract.chunks import Content

LONGEST: Final = 40
_TERMS: Final = frozenset({"dt", "th"})
_TITLES: Final = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_CLIMB: Final = 4


def beside(found: Content, at: int) -> tuple[str, bool]:
    """The label that stands with a value, and whether its place makes it one; empty where there is none."""
    before = found.chunks[at - 1] if at else None
    if before is not None and not before.hint and _may_be_label(before.text):
        if is_term(before.element) or before.text.rstrip().endswith(":"):
            return before.text, True
        if _is_first_cell(before.element, found.chunks[at].element):
            return before.text, True
    return _in_box(found, at)


def is_term(element: LexborNode) -> bool:
    """Whether an element is the label of a table or a definition list, or stands in one."""
    return _nearest(element, _TERMS) is not None


def _may_be_label(text: str) -> bool:
    return 0 < len(text) <= LONGEST and not any(map(str.isdecimal, text))


def _is_first_cell(label: LexborNode, value: LexborNode) -> bool:
    """Whether two texts stand in neighbouring cells of a row that is made of pairs."""
    one, other = (_nearest(element, frozenset({"td"})) for element in (label, value))
    if one is None or other is None or one.parent is None or other.parent is None:
        return False
    if one.parent.mem_id != other.parent.mem_id:
        return False
    cells = [node.mem_id for node in one.parent.iter() if node.tag in ("td", "th")]
    return len(cells) in (2, 4, 6) and cells.index(one.mem_id) % 2 == 0


def _in_box(found: Content, at: int) -> tuple[str, bool]:
    """The other text of the smallest box, where that holds two."""
    element: LexborNode | None = found.chunks[at].element
    for _ in range(_MAX_CLIMB):
        if element is None or element.tag in ("body", "main"):
            break
        start, end = found.span(element)
        texts = [i for i in range(start, end) if not found.chunks[i].hint]
        if len(texts) > 2:
            break
        if len(texts) == 2:
            other = found.chunks[texts[0] if texts[1] == at else texts[1]]
            is_own = other.element.mem_id == element.mem_id  # a text around the amount's own element
            is_title = _nearest(other.element, _TITLES) is not None
            return (other.text, not is_own) if _may_be_label(other.text) and not is_title else ("", False)
        element = element.parent
    return "", False


def _nearest(element: LexborNode | None, tags: frozenset[str]) -> LexborNode | None:
    for _ in range(3):
        if element is None or element.tag in tags:
            return element
        element = element.parent
    return None
