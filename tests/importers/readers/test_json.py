"""JSON: the list of rows is found, values keep their types, bad rows are problems with their bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import ChoiceNeededError, NotAListingFileError, ReadLimits
from tests.importers.conftest import Read

ROWS: list[dict[str, Any]] = [
    {"id": "a", "price": 1200.5, "rooms": 3, "address": {"city": "Malmö", "geo": [55.6, 13.0]}},
    {"id": "b", "price": None, "sold": True, "media": [{"url": "x"}, {"url": "y"}]},
]
COLUMNS = ["id", "price", "rooms", "address", "sold", "media"]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_list_of_objects_is_rows_with_their_types(read: Read, indent: int | None, ascii_only: bool) -> None:
    found = read(json.dumps(ROWS, indent=indent, ensure_ascii=ascii_only))
    assert (found.format, found.cells, found.columns) == ("json", ROWS, COLUMNS)


def test_json_lines_are_rows(read: Read) -> None:
    found = read("\n".join(map(json.dumps, ROWS)) + "\n\n")
    assert (found.format, found.cells, found.columns) == ("jsonl", ROWS, COLUMNS)
    assert [record.line for record in found.records] == [1, 2]
    assert found.why_skipped == [(3, "blank", 1)]


def test_consecutive_indented_objects_are_rows(read: Read) -> None:
    found = read("\n".join(json.dumps(row, indent=2) for row in ROWS))
    assert found.cells == ROWS


def test_one_object_is_one_row_with_a_warning(read: Read) -> None:
    found = read('{"id": 1}')
    assert found.cells == [{"id": 1}]
    assert "one object" in found.warnings[0]


def test_a_single_line_of_json_lines_is_a_row(read: Read) -> None:
    assert read(json.dumps(ROWS[1]), "one.jsonl").cells == [ROWS[1]]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"@odata.context": "x", "value": ROWS, "@odata.nextLink": "y"}, "value"),
        ({"meta": {"tags": ["a"], "empty": []}, "data": {"listings": ROWS}}, "data.listings"),
    ],
)
def test_the_only_list_of_objects_in_a_document_is_the_rows(
    read: Read, document: dict[str, Any], path: str
) -> None:
    found = read(json.dumps(document))
    assert found.dialect == {"rows": path}
    assert found.cells == ROWS


def test_several_lists_need_a_choice(read: Read) -> None:
    document = json.dumps({"sold": [{"id": 1}], "new": {"rows": [{"id": 2}, {"id": 3}]}})
    with pytest.raises(ChoiceNeededError) as refused:
        read(document)
    assert refused.value.choices == ("sold", "new.rows")
    assert [cells["id"] for cells in read(document, rows="new.rows").cells] == [2, 3]
    with pytest.raises(NotAListingFileError, match=r"no list at new\.columns"):
        read(document, rows="new.columns")


@pytest.mark.parametrize("content", ["[]", " [ ] ", '{"value": []}', '{"rows": [], "errors": []}'])
def test_an_empty_list_has_no_rows(read: Read, content: str) -> None:
    found = read(content)
    assert found.records == []
    assert found.incomplete is None


def test_a_malformed_row_is_a_problem_and_reading_continues(read: Read) -> None:
    bad = '{"id": 2, "title": oops, "media": [{"url": "x"}, {"url": "y"}]}'
    found = read(f'[{{"id": 1, "title": "a"}},\n {bad},\n {{"id": 3, "title": "c"}}]')
    (problem,) = found.problems
    assert problem.raw == bad.encode()
    assert problem.problem == "listings, line 2, character 20: not JSON: Expecting value"
    assert [cells["id"] for cells in found.cells] == [1, 3]


def test_an_object_nested_in_a_malformed_row_is_no_row(read: Read) -> None:
    bad = '{"id": 1, "title": oops, "media": [{"url": "x"}, {"url": "y"}]}'
    found = read(f'[{bad}, {{"id": 2, "title": "b"}}]')
    assert found.cells == [{"id": 2, "title": "b"}]
    assert (found.problems[0].raw, found.incomplete) == (bad.encode(), None)


def test_rows_with_the_same_error_are_separate_problems(read: Read) -> None:
    rows = [
        f'{{"id": {number}, "title": oops, "media": [{{"url": 1}}, {{"url": 2}}]}}' for number in range(9)
    ]
    found = read("[" + ", ".join(rows) + "]")
    assert [str(problem.raw, "utf-8") for problem in found.problems[:-1]] == rows[:-1]
    assert found.problems[-1].raw == rows[-1].encode() + b"]"


def test_a_malformed_last_row_does_not_make_the_list_incomplete(read: Read) -> None:
    found = read('[{"id": 1}, {"id": oops}]')
    assert found.cells == [{"id": 1}]
    assert len(found.problems) == 1
    assert found.incomplete is None


def test_a_list_that_ends_too_soon_is_incomplete(read: Read) -> None:
    found = read('[{"id": 1}], {"id": 2}]')
    assert found.cells == [{"id": 1}]
    assert "goes on after the list" in str(found.incomplete)


def test_a_missing_quote_loses_only_its_own_row(read: Read) -> None:
    found = read('[{"id": 1, "t": "a"}, {"id": 2, "t": "b}, {"id": 3, "t": "c"}, {"id": 4, "t": "d"}]')
    assert found.cells[0]["id"] == 1
    assert found.cells[-1]["id"] == 4
    assert all(problem.raw for problem in found.problems)


def test_a_malformed_line_loses_only_itself(read: Read) -> None:
    found = read('{"id": 1}\n{"id": 2,}\n[1]\n{"id": 4}\n', "x.jsonl")
    assert [cells["id"] for cells in found.cells] == [1, 4]
    assert [record.raw for record in found.problems] == [b'{"id": 2,}', b"[1]"]
    assert "x.jsonl, line 2, character" in str(found.problems[0].problem)


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_a_truncated_file_gives_its_rows_and_is_incomplete(read: Read, name: str) -> None:
    rows = [{"id": number, "title": "title " * 5} for number in range(300)]
    text = json.dumps(rows) if name == "x.json" else "\n".join(map(json.dumps, rows))
    found = read(text[: len(text) // 3], name)
    assert len(found.cells) == 101
    assert [problem.cells for problem in found.problems] == [{}]
    assert found.problems[0].raw
    assert found.incomplete


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_invalid_bytes_are_a_problem_of_their_row(read: Read, name: str) -> None:
    rows = [b'{"id":1,"t":"ok \xc3\xa9"}', b'{"id":2,"t":"b\xffd"}', b'{"id":3,"t":"x"}']
    found = read(b"[" + b",\n".join(rows) + b"]" if name == "x.json" else b"\n".join(rows), name)
    (problem,) = found.problems
    assert problem.problem == f"{name}, line 2, column 't': bytes that are not utf-8"
    assert (problem.raw, problem.cells) == (rows[1], {"id": 2, "t": "b\ufffdd"})
    assert [cells["id"] for cells in found.cells] == [1, 3]


def test_a_repeated_name_keeps_both_values(read: Read) -> None:
    assert read('[{"id": 1, "price": 2, "price": 3}]').cells == [{"id": 1, "price": 2, "price (2)": 3}]


def test_nan_is_a_missing_value(read: Read) -> None:
    assert read('[{"id": 1, "price": NaN, "tax": -Infinity}]').cells == [
        {"id": 1, "price": None, "tax": "-Infinity"}
    ]


@pytest.mark.parametrize("bad", ['{"id": ' + "9" * 5000 + "}", '{"id": ' + "[" * 90_000 + "]" * 90_000 + "}"])
def test_unparseable_json_loses_only_its_own_row(read: Read, bad: str) -> None:
    for found in (read(f'[{{"id": 1}}, {bad}, {{"id": 3}}]'), read(f'{{"id": 1}}\n{bad}\n{{"id": 3}}\n')):
        assert [cells["id"] for cells in found.cells] == [1, 3]
        assert [problem.raw for problem in found.problems] == [bad.encode()]


@pytest.mark.parametrize("content", ["[1, 2]", '["a"]'])
def test_values_other_than_objects_are_problems(read: Read, content: str) -> None:
    found = read(content)
    assert "a row must be an object" in str(found.problems[0].problem)


def test_a_row_over_the_limit_is_cut_and_reported(read: Read) -> None:
    long = json.dumps({"id": 2, "t": "x" * 900_000})
    found = read(f'[{{"id": 1}}, {long}, {{"id": 3}}]', limits=ReadLimits(record=10_000))
    assert found.cells[0] == {"id": 1}
    assert len(found.problems[0].raw or b"") <= 65_536
    assert found.incomplete
    lines = read(f'{{"id": 1}}\n{long}\n{{"id": 3}}\n', "x.jsonl", limits=ReadLimits(record=10_000))
    assert [cells["id"] for cells in lines.cells] == [1, 3]


def test_a_wide_encoding_with_a_mark_is_read(read: Read) -> None:
    assert read(json.dumps(ROWS, ensure_ascii=False).encode("utf-16")).cells == ROWS


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.dictionaries(st.text(max_size=5), _VALUES, max_size=4), max_size=6), st.booleans())
def test_any_written_json_is_read_back(read: Read, rows: list[dict[str, Any]], wrapped: bool) -> None:
    document = {"rows": rows} if wrapped else rows
    text = json.dumps(document)
    found = read(text, rows="rows" if wrapped else None)
    assert found.cells == rows


HOME = {"ref": "X1", "title": "House one", "price": 250_000, "photos": [{"url": "x"}, {"url": "y"}]}


@pytest.mark.parametrize(
    "document",
    [
        HOME,
        {"feed": {"agency": {"id": 7, "name": "Sample"}, "properties": {"property": HOME}}},
        {"status": "ok", "count": 1, "data": HOME},
        {"listing": {**HOME, "similar": [{"ref": "X2", "title": "House two", "price": 1}]}},
    ],
)
def test_a_feed_of_one_listing_as_an_object_is_one_row(read: Read, document: dict[str, Any]) -> None:
    """What converters of XML write on a day with one listing is that listing, not the list of its photos."""
    found = read(json.dumps(document))
    assert [cells["ref"] for cells in found.cells] == ["X1"]
    assert "one object instead of a list" in found.warnings[0]


@pytest.mark.parametrize(
    ("content", "refs"),
    [
        ([HOME, {**HOME, "ref": "X2"}], ["X1", "X2"]),
        (HOME, ["X1"]),
        ([], []),
        (None, []),
        ("", []),
    ],
)
def test_a_stated_place_holds_many_rows_one_or_none(read: Read, content: Any, refs: list[str]) -> None:
    """`rows` of a mapping fits every day of a feed, also where nothing or one listing is no list."""
    found = read(json.dumps({"feed": {"property": content}}), rows="feed.property")
    assert [cells["ref"] for cells in found.cells] == refs
    assert found.incomplete is None


def test_an_empty_parent_of_the_rows_is_no_rows(read: Read) -> None:
    """A converter of XML writes null or "" for an element without children; a missing name is refused."""
    for nothing in (None, ""):
        assert read(json.dumps({"feed": nothing}), rows="feed.property").records == []
    with pytest.raises(NotAListingFileError, match=r"no list at feed\.property"):
        read('{"feed": {"other": 1}}', rows="feed.property")


@pytest.mark.parametrize("name", ["results", "propiedades", "whatever"])
def test_the_list_of_listings_is_told_from_other_lists(read: Read, name: str) -> None:
    """Beside lists of agents or errors, the list whose objects have a price and an id is read and told."""
    agents = [{"id": 1, "name": "Ana"}]
    found = read(json.dumps({"agents": agents, "page": {name: [HOME]}, "errors": []}))
    assert found.dialect == {"rows": f"page.{name}"}
    assert found.warnings == [f"listings: the rows at page.{name} are read, not agents."]


def test_an_empty_list_of_listings_is_not_replaced_by_another(read: Read) -> None:
    """On a day without listings the agents do not become listings."""
    found = read(json.dumps({"listings": [], "agents": [{"id": 1, "name": "Ana"}]}))
    assert (found.records, found.dialect) == ([], {"rows": "listings"})


def test_listings_held_by_a_key_are_rows_with_that_key(read: Read) -> None:
    """A database's export of `{"A1": {…}, "A2": {…}}` gives each listing, with its key as a column."""
    held = {"A1": HOME, "A2": {**HOME, "ref": "X2"}}
    for document in (held, {"listings": held}):
        found = read(json.dumps(document))
        assert [(cells["(key)"], cells["ref"]) for cells in found.cells] == [("A1", "X1"), ("A2", "X2")]
        assert "(key)" in found.warnings[0]
