"""Facts beside their label in visible text: "Bedrooms: 4", "4 beds", icon and number, dt and dd."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scrapers.extract.chunks import Content
from scrapers.extract.counted import FIGURE, bare_areas, counts_in
from scrapers.extract.facts import Fact
from scrapers.extract.labelled import may_be_label, two_counts, value_in_column, value_of_label, value_of_term

_ALL_STOREYS: Final = re.compile(r"-?\d{1,3}\D{1,20}?(?P<all>\d{1,3})\D{0,10}")


def read_labels(found: Content) -> Iterator[Fact]:
    """Facts in visible text; the first statement of a field is the page's own summary, so order counts."""
    chunks = [chunk for chunk in found.chunks if len(chunk.text) <= 160]
    for i, chunk in enumerate(found.chunks):
        if len(chunk.text) > 160:
            continue
        if chunk.hint or (len(chunk.text) < 60 and may_be_label(chunk.text)):
            yield from two_counts(found, i)
            fact = value_in_column(found, i) or value_of_term(found, i) or value_of_label(found, i)
            if fact:
                yield fact
                if fact.field == "floor_number" and (storeys := _ALL_STOREYS.fullmatch(str(fact.value))):
                    yield replace(fact, field="total_floors", value=storeys["all"], rank=fact.rank + 5)
                continue
        if not chunk.hint and (FIGURE.search(chunk.text) or ":" in chunk.text):
            yield from counts_in(chunk.text)
    yield from bare_areas(chunks)
