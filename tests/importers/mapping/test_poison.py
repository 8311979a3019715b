"""Whatever a cell holds, its row is mapped and read: reported, never raised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.mapping import Mapping, load_mapping, shipped_mappings
from importers.mapping.model import TARGETS
from importers.mapping.parse import PARSERS
from tests.importers.mapping.rows import mapping, staged
from tests.values import nested, scalars

_texts = ["1,653 sq ft", "$2.5M", "— beds", "NC", "\x00", "\ud800", "[1", 10**400]
_cells = nested(scalars(texts=_texts, longest=12), st.sampled_from(["Order", "url", "MediaURL", "a"]))


@pytest.mark.parametrize("name", sorted(shipped_mappings()))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_any_row_of_any_shipped_mapping_is_staged(name: str, data: st.DataObject) -> None:
    given = load_mapping(name)
    columns = [*given.columns(), *(column.split(".")[0].split("[")[0] for column in given.columns()), "more"]
    row = data.draw(st.dictionaries(st.sampled_from(columns), _cells, max_size=12))
    assert staged(given, row).raw is not None or staged(given, row).raw_bytes is not None


_ASKED: dict[str, Mapping] = {
    parse: mapping(
        fields={
            target: {"from": ["x", ["x", "y"]], "parse": parse, "unit": ["y", "sqft"], "order": "Order"}
            for target in TARGETS
        },
        options={"date_format": "%d/%m/%Y"},
    )
    for parse in PARSERS
}


@pytest.mark.parametrize("parse", PARSERS)
@settings(deadline=None, max_examples=25)
@given(x=_cells, y=_cells)
def test_any_parse_of_any_field_takes_any_cell(parse: str, x: Any, y: Any) -> None:
    row = staged(_ASKED[parse], {"id": "1", "x": x, "y": y})
    assert row.problem is None


def test_a_number_without_end_is_reported() -> None:
    row = staged(
        mapping(fields={"lot_size_m2": {"from": "x", "unit": "acres"}}), {"id": "1", "x": Decimal("1e500")}
    )
    assert [(issue["field"], issue["kind"]) for issue in row.issues] == [("lot_size_m2", "unparseable")]
