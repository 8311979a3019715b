"""Facts beside their label in visible text: "Bedrooms: 4", "4 beds", icon and number, dt and dd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from selectolax.lexbor import LexborNode

from config.sieve import finds_none, fits_none
from parsing.operation import operation_of
from parsing.phrase import phrase
from parsing.price import states_no_price
from parsing.status import is_off_market
from parsing.text import digits, fold, squeeze, words
from parsing.vocabulary.counts import ROOMS_IN
from parsing.vocabulary.field_names import COUNT_FIELDS, LABELS, MAYBE_STATUS, QUANTITY_FIELDS
from parsing.vocabulary.units import TEXT_WORD, unit_of
from scrapers.extract.chunks import Chunk, Content
from scrapers.extract.contacts import is_company
from scrapers.extract.facts import Fact, Trust
from scrapers.extract.rows import is_term

_NUMBER: Final = r"\d[\d.,’'\s]{0,20}(?:½)?(?:(?: ?[-–+] ?| (?:to|a|al|à|bis|tot|do|até) )\d[\d.,]{0,20})?\+?"
_NAMED: Final = "|".join(
    f"(?P<{name}>{words})" for name, words in {**LABELS, "maybe_status": MAYBE_STATUS}.items()
)
_LEAD: Final = (
    r"(?:(?:number|no\.?|total|n[uú]mero|n[°º]|aantal|anzahl|liczba|antal|nombre|nb\.?|po[cč]et)"
    r" (?:of |d[ei] |der )?)?"
)
_LABEL: Final = re.compile(
    rf"{_LEAD}(?:(?P<unit>{TEXT_WORD})\s*(?:de )?)?(?:{_NAMED})"
    rf"(?:\s*[(\[,]\s*(?:in )?(?P<after>{TEXT_WORD})\s*[)\]]?)?(?: ?\(?(?:ca|approx|circa|env"
    rf"|aprox)\.?\)?)?\s*[:#]?",
    re.IGNORECASE,
)
_UNIT_ONLY: Final = re.compile(rf"(?:(?:approx\.?|approximate) )?(?P<unit>{TEXT_WORD})", re.IGNORECASE)
_VALUE_LABEL: Final = re.compile(
    rf"(?P<number>{_NUMBER})\s*(?:(?P<unit>{TEXT_WORD})\s*(?:de )?)?(?:{_NAMED})", re.IGNORECASE
)
_COUNTED_FIRST: Final = re.compile(rf"(?:{_VALUE_LABEL.pattern})(?![^\W\d_])", re.IGNORECASE)
_LABEL_NUMBER: Final = re.compile(
    rf"{_LEAD}(?:{_NAMED})\s*:?\s+(?P<number>{_NUMBER})\s*(?P<unit>{TEXT_WORD})?", re.IGNORECASE
)
_IS_NO_LABEL: Final = fits_none(_LABEL)
_IS_NO_UNIT: Final = fits_none(_UNIT_ONLY)
_COUNTS_NOTHING: Final = fits_none(_VALUE_LABEL)
_NAMES_NO_NUMBER: Final = fits_none(_LABEL_NUMBER)
_QUANTITY: Final = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{TEXT_WORD})?", re.IGNORECASE)
_HAS_NO_UNIT: Final = finds_none(re.compile(rf"(?:[\d.,’'\s½+](?:{TEXT_WORD}))", re.IGNORECASE))
_PARTS: Final = re.compile(r"\s*[·•|\u2022]\s*|\s{2,}")
_ABOUT: Final = re.compile(
    r"^(?:ca\.?|circa|approx(?:\.|imately)?|about|env(?:\.|iron)?|aprox\.?|~|≈|±)\s*(?=\d)", re.IGNORECASE
)
"""Words before a measure that is rounded."""
_IN_BRACKETS: Final = re.compile(r"\d \w+ \((\d{1,2} \w+)\)")
"""What of a count is more exactly another: "5 rooms (3 bedrooms)"."""
_AND: Final = re.compile(r"\s*(?:,|;|\+|&|\b(?:and|en|und|et|e|y|i|och|og)\b)", re.IGNORECASE)
_CONVERTED: Final = re.compile(rf"(?<=\w) ?[(/] ?{_NUMBER} ?(?:{TEXT_WORD}) ?\)?$", re.IGNORECASE)
"""The same measure in another unit: "128 m² (1,378 sq ft)"."""
_FIGURE: Final = re.compile(r"\d")
_TWO: Final = re.compile(r"\s*[/&|]\s*")
_STOREY: Final = re.compile(
    rf"(?P<floor>\d{{1,2}})(?:ª|º|°|\.|st|nd|rd|th|er|[eè]me|e)? (?:{LABELS['floor_number']})"
    r"(?: (?:exterior|interior|(?:with|without|con|sin|com|sem|avec|sans|mit|ohne) \w+|flat|apartment)){0,2}",
    re.IGNORECASE,
)
"""The storey of a home: "5th floor exterior with lift"."""
_NAMES_NO_FIGURE: Final = finds_none(
    re.compile(
        rf"(?:{'|'.join(LABELS[name] for name in LABELS if name in COUNT_FIELDS | QUANTITY_FIELDS)}"
        rf"|{LABELS['construction_year']}|{LABELS['floor_number']})",
        re.IGNORECASE,
    )
)
"""A text without any of the words that name a number of a home."""
_ALL_STOREYS: Final = re.compile(r"-?\d{1,3}\D{1,20}?(?P<all>\d{1,3})\D{0,10}")
_MOST_IN_CELL: Final = 4
_UNIT_NEEDED: Final = re.compile(r"construction|konstruktion|wonen|built", re.IGNORECASE)
"""Labels of an area, and as often of something else, such as a material or a year."""
_MAYBE_STATUS: Final = re.compile(MAYBE_STATUS, re.IGNORECASE)
_LESS_USUAL: Final = re.compile(r"total bath|(?:superficie|area) util")
"""Labels of a count or an area that another one of the same page states better."""
_FEET: Final = re.compile(r"\bsq(?:uare|\.)? ?(?:f(?:ee|oo)?t|footage)", re.IGNORECASE)
_TOILETS: Final = re.compile(r"\b(?:wcs?|toilets?|toilettes?|steps?|stufen)\b", re.IGNORECASE)
_SPAN: Final = re.compile(r"\d+ ?[-–] ?\d+")
_ROOM: Final = phrase(*(word for forms in ROOMS_IN.values() for word in forms))
"""Words for rooms that are bedrooms in some countries alone: the number keeps its word."""
_NAMES: Final = frozenset({"agent_name", "agency_name"})
_LINKS: Final = frozenset({"a", "button"})
_PARTICLES: Final = words(
    "de da do dos das del della di la le van von der den zu y e and und et of the bin al"
)
_LONGEST_NAME: Final = 6
_HEADING: Final = frozenset({"h1"})
_CELLS: Final = frozenset({"td", "th"})
_ALIKE: Final = {
    "bathrooms": ("half_bathrooms",),
    "half_bathrooms": ("bathrooms",),
    "floor_number": ("total_floors",),
    "total_floors": ("floor_number",),
}
_NUMERIC: Final = COUNT_FIELDS | QUANTITY_FIELDS
_ICONS: Final[dict[str, str]] = {
    **dict.fromkeys(
        words("bed beds bedroom bedrooms recamara recamaras dormitorio dormitorios habitaciones"), "bedrooms"
    ),
    **dict.fromkeys(words("bath baths bathroom bathrooms bathtub shower bano banos"), "bathrooms"),
    **dict.fromkeys(words("garage garages parking car carport cochera estacionamiento"), "parking"),
}
_TYPES_TOO: Final = words("terreno lote lot land plot garage garaje cochera piso planta stellplatz vaga")
"""Labels that are a type of property as well."""
_PLAIN_TEXT: Final = words(
    "property_type address neighborhood city state postal_code agent_name agency_name agent_phone"
    " property_id listing_date standard_status operation_type price"
)


def is_label(text: str) -> bool:
    """Whether the whole text is a known label."""
    return _as_label(text) is not None


@lru_cache(maxsize=20_000)
def _as_label(text: str) -> re.Match[str] | None:
    """A text as a label; the pages of a site have the same ones."""
    return None if _IS_NO_LABEL(text) else _LABEL.fullmatch(text)


@lru_cache(maxsize=20_000)
def _as_unit(text: str) -> re.Match[str] | None:
    return None if _IS_NO_UNIT(text) else _UNIT_ONLY.fullmatch(text)


@lru_cache(maxsize=20_000)
def _may_be_label(text: str) -> bool:
    """Whether a text may be the label of the one beside it, or of two in one."""
    return is_label(text) or _as_unit(text) is not None or _TWO.search(text) is not None


def icon_label(classes: str) -> str | None:
    """The label an icon's class names stand for."""
    for token in re.split(r"[\s_\-]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", classes)):
        if token.lower() in _ICONS:
            return _ICONS[token.lower()]
    return None


def field_of(label: str) -> str | None:
    """The field a label names."""
    found = _as_label(squeeze(label))
    return _named(found) if found else None


def label_fact(label: Any, value: Any, where: str, trust: Trust) -> Fact | None:
    """The fact a label and the value beside it state, if the label is known and the value can be one."""
    if not isinstance(label, str) or len(label) > 60 or isinstance(value, bool) or value is None:
        return None
    match = _as_label(squeeze(label))
    field = _named(match) if match else None
    if match is None or field is None or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip().removeprefix(":").strip()
    if _MAYBE_STATUS.fullmatch(squeeze(label).rstrip(" :")):
        if is_off_market(text):
            return Fact("standard_status", text, trust, f"{where} ({squeeze(label)!r})", 30)
        if field == "standard_status":
            return None
    if field == "standard_status" and operation_of(text) is not None and not is_off_market(text):
        field = "operation_type"  # "Status: For sale"
    if field in COUNT_FIELDS and (own := _COUNTED_FIRST.match(text)) and _named(own) == field:
        text = own[0] if _AND.match(text, own.end()) else text  # "1 bathroom and 1 separate toilet"
    if not _may_be(field, text) or (
        field in QUANTITY_FIELDS and _UNIT_NEEDED.fullmatch(label.strip(" :")) and not _UNIT_ONLY.search(text)
    ):
        return None
    unit = (
        match["unit"]
        or match["after"]
        or ("sq ft" if field in QUANTITY_FIELDS and _FEET.search(label) else None)
    )
    if unit and not _UNIT_ONLY.search(text):
        text = f"{text} {unit}"
    if field == "bedrooms" and text.isdigit() and (word := _ROOM.search(fold(label))) is not None:
        text = f"{text} {word[0]}"
    rank = 35 if _LESS_USUAL.match(fold(label)) else 30
    return Fact(field, text, trust, f"{where} ({squeeze(label)!r})", rank)


def read_labels(found: Content) -> Iterator[Fact]:
    """Facts in visible text; the first statement of a field is the page's own summary, so order counts."""
    chunks = [chunk for chunk in found.chunks if len(chunk.text) <= 160]
    for i, chunk in enumerate(found.chunks):
        if len(chunk.text) > 160:
            continue
        if chunk.hint or (len(chunk.text) < 60 and _may_be_label(chunk.text)):
            yield from _two(found, i)
            fact = _in_column(found, i) or _defined(found, i) or _of_label(found, i)
            if fact:
                yield fact
                if fact.field == "floor_number" and (storeys := _ALL_STOREYS.fullmatch(str(fact.value))):
                    yield replace(fact, field="total_floors", value=storeys["all"], rank=fact.rank + 5)
                continue
        if not chunk.hint and (_FIGURE.search(chunk.text) or ":" in chunk.text):
            yield from _inside(chunk.text)
    yield from _bare_areas(chunks)


@lru_cache(maxsize=20_000)
def _inside(text: str) -> tuple[Fact, ...]:
    """What a text holds, label and value both: "4 beds", "Lot size: 300 m²", parted by dots or bars."""
    return () if ":" not in text and _NAMES_NO_FIGURE(text) else tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Fact]:
    for piece in (*_PARTS.split(text), *_IN_BRACKETS.findall(text)):
        part = _CONVERTED.sub("", piece)
        if len(part) > 80:
            continue
        match = _count_in(part)
        if match and (field := _measured(match)) in _NUMERIC:
            number = squeeze(match["number"])
            if field == "bedrooms" and (word := _ROOM.search(fold(part))) is not None:
                number = f"{number} {word[0]}"  # what it counts depends on the country
            if field == "age_years" and _SPAN.fullmatch(number):  # whom a school takes
                continue
            yield Fact(str(field), _with_unit(number, match["unit"]), Trust.TEXT, f"text {part!r}", 20)
        elif (storey := _STOREY.fullmatch(part)) is not None:
            yield Fact("floor_number", storey["floor"], Trust.TEXT, f"text {part!r}", 20)
        elif ":" in part:
            label, _, value = part.partition(":")
            fact = label_fact(label, value.strip(), "label", Trust.TEXT)
            if fact:
                yield fact


@lru_cache(maxsize=20_000)
def _count_in(part: str) -> re.Match[str] | None:
    """A number and its label, in this order or the other."""
    is_number_first = part[:1].isdigit()
    if (_COUNTS_NOTHING if is_number_first else _NAMES_NO_NUMBER)(part):
        return None
    return (_VALUE_LABEL if is_number_first else _LABEL_NUMBER).fullmatch(part)


def _defined(found: Content, at: int) -> Fact | None:
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


def _two(found: Content, at: int) -> Iterator[Fact]:
    """Two counts under two labels in one: "Bedrooms / Baths", "2 / 2.5"."""
    labels = _TWO.split(found.chunks[at].text.rstrip(" :"))
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    values = _TWO.split(following)
    if len(labels) == len(values) == 2 and all(map(_QUANTITY.fullmatch, values)):
        facts = [label_fact(*pair, "label", Trust.TEXT) for pair in zip(labels, values, strict=True)]
        if all(fact is not None and fact.field in COUNT_FIELDS for fact in facts):
            yield from (fact for fact in facts if fact is not None)


def _in_column(found: Content, at: int) -> Fact | None:
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
    if sum(map(is_label, titles)) < 2 or any(map(is_label, texts)) or any(map(_has_figure, titles)):
        return None
    column = next((i for i, node in enumerate(heads) if node.mem_id == cell.mem_id), None)
    return None if column is None else _stated(found.chunks[at].text, texts[column])


def _has_figure(title: str) -> bool:
    """Whether a title holds a number, which a label does not; the ² of a unit is none."""
    return any(map(str.isdecimal, _UNIT_ONLY.sub("", title)))


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


def _of_label(found: Content, at: int) -> Fact | None:
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
    values = [i for i in others if _QUANTITY.fullmatch(found.chunks[i].text)]
    if len(values) == 1 and len(others) <= 3:
        after = values[0] + 1
        if after in others and found.chunks[at].text != found.chunks[after].text:
            unit = _as_unit(found.chunks[after].text)
            if unit and _as_label(found.chunks[at].text):
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
        (is_label(last) or _as_unit(last)) and not is_label(first) for first, last in pairs
    )


def _pair_in(found: Content, box: LexborNode) -> tuple[str, str] | None:
    start, end = found.span(box)
    texts = [found.chunks[i].text for i in range(start, end) if not found.chunks[i].hint]
    return (texts[0], texts[1]) if len(texts) == 2 else None


def _in_row(found: Content, at: int, start: int, end: int) -> Fact | None:
    """The value of a label in a flat row: the one before it if the row begins with a value, else after."""
    row = [i for i in range(start, end) if not found.chunks[i].hint]
    values_first = bool(row) and (
        _QUANTITY.fullmatch(found.chunks[row[0]].text) is not None or _is_between(found, at, row)
    )
    beside = at - 1 if values_first else at + 1
    if beside not in row or is_label(found.chunks[beside].text):
        return None
    return _stated_by(found, at, beside)


def _after_icon(found: Content, at: int, start: int, end: int) -> Fact | None:
    """The number of an icon in a row of icons and numbers: after it where the row begins with an icon."""
    row = found.chunks[start:end]
    numbers = [not chunk.hint and _QUANTITY.fullmatch(chunk.text) is not None for chunk in row]
    first = next((i for i, chunk in enumerate(row) if chunk.hint or numbers[i]), 0)
    beside = at + 1 if row[first].hint else at - 1
    if not start <= beside < end or not numbers[beside - start]:
        return None
    return _stated_by(found, at, beside)


def _is_between(found: Content, at: int, row: list[int]) -> bool:
    """Whether a label has a number before it and one after it, of which the next words need the second."""
    texts = [found.chunks[i].text if i in row else "" for i in (at - 1, at + 1, at + 2)]
    before, after = (_QUANTITY.fullmatch(text) is not None for text in texts[:2])
    return before and after and any(map(str.isalpha, texts[2])) and not found.chunks[at].text.endswith(":")


def _stated_by(found: Content, at: int, value: int) -> Fact | None:
    """The fact of a label and the text beside it; a page's heading is nobody's name, and a link no label."""
    label, text = found.chunks[at], found.chunks[value]
    fact = _stated(label.text, text.text)
    if fact is None or fact.field not in _NAMES:
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
    unit = _as_unit(label)
    if unit:
        field = "lot_size_m2" if unit_of(unit["unit"]) in ("acre", "ha") else "total_area_m2"
        return Fact(field, f"{value} {unit['unit']}", Trust.TEXT, f"text {value!r} {label!r}", 60)
    return label_fact(label, value, "label", Trust.TEXT)


def _bare_areas(chunks: list[Chunk]) -> Iterator[Fact]:
    """The only area without a label on the page; several would be ambiguous."""
    areas: list[str] = []
    for chunk in chunks:
        if not chunk.hint and _FIGURE.search(chunk.text):
            areas += _areas_in(chunk.text)
    if len(set(areas)) == 1:
        yield Fact("total_area_m2", areas[0], Trust.GUESS, f"text {areas[0]!r}", 90)


@lru_cache(maxsize=20_000)
def _areas_in(text: str) -> tuple[str, ...]:
    """The parts of a text that are a number and a unit of a home's area."""
    if _HAS_NO_UNIT(text):
        return ()
    short = (part for part in _PARTS.split(text) if len(part) < 30)
    found = ((part, _QUANTITY.fullmatch(part)) for part in short)
    return tuple(
        part
        for part, match in found
        if match and match["unit"] and unit_of(match["unit"]) not in ("acre", "ha")
    )


def _with_unit(number: str, unit: str | None) -> str:
    return f"{number} {unit}" if unit else number


def _may_be(field: str, text: str) -> bool:
    has_number = any(mark.isdigit() for mark in text)
    if field in QUANTITY_FIELDS:
        return _QUANTITY.match(_ABOUT.sub("", text, count=1)) is not None and len(text) <= 40
    if field in COUNT_FIELDS:
        return has_number and len(text) <= 40 and not _counts_another(field, text)
    if field == "price":
        return (len(digits(text)) > 2 or states_no_price(text)) and len(text) <= 40
    if field in {"agent_phone", "property_id", "listing_date", "postal_code"}:
        return has_number and len(text) <= 60
    if field in _PLAIN_TEXT and _is_its_word(field, text):
        return True
    is_ended = text[-1:] in (".", ":", "?") and not (field in _NAMES and is_company(text))
    return field in _PLAIN_TEXT and 1 < len(text) <= 120 and not is_ended and not is_label(text)


def _is_its_word(field: str, text: str) -> bool:
    """Whether a text is an operation or a type, though a label is written so too: "Rent", "Land"."""
    if field == "operation_type":
        return operation_of(text) is not None
    return field == "property_type" and fold(text) in _TYPES_TOO


def _counts_another(field: str, text: str) -> bool:
    """Whether a count says itself what it counts, and that is something else: "2 WCs", "Age: 7 - 11"."""
    said = _VALUE_LABEL.fullmatch(text)
    if said is not None:
        return _named(said) not in (field, *_ALIKE.get(field, ()))
    return _TOILETS.search(text) is not None or (field == "age_years" and _SPAN.fullmatch(text) is not None)


def _measured(match: re.Match[str]) -> str | None:
    """The field that a number and its label name; "273 m² built" is an area, and no year."""
    field = _named(match)
    if match["unit"] is None or field in QUANTITY_FIELDS:
        return field
    return "covered_area_m2" if field == "construction_year" else None


def _named(match: re.Match[str]) -> str | None:
    name = next((name for name in LABELS if match[name] is not None), None)
    return "standard_status" if match["maybe_status"] is not None else name
