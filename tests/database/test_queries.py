"""The named statements of sql/queries."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from config.errors import DatabaseError
from database import queries

TWO = """-- name: one
-- The first.
select 1;

-- name: other_2
-- The other.
select 2
-- a remark
;
"""


def test_a_file_is_split_into_named_statements() -> None:
    first, other = queries.parse(TWO, "x.sql")
    assert (first.name, first.description, first.text) == ("one", "The first.", "select 1;")
    assert (other.name, other.description, other.text) == (
        "other_2",
        "The other.",
        "select 2\n-- a remark\n;",
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;\n" + TWO, "text before the first"),
        ("-- name: one\nselect 1;", "what it is for"),
        ("-- name: one\n-- The first.\n", "then a statement"),
        ("-- name: One Two\n-- x\nselect 1", "'One Two' is not a name"),
        ("-- name: \n-- x\nselect 1", "'' is not a name"),
    ],
)
def test_a_malformed_file_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(DatabaseError, match=rf"x\.sql.*{complaint}"):
        queries.parse(text, "x.sql")


def test_every_file_of_the_checkout_is_loaded_and_read_once() -> None:
    loaded = queries.load()
    written = sum(
        file.read_text(encoding="utf-8").count("-- name: ")
        for file in files("sql").joinpath("queries").iterdir()
        if file.name.endswith(".sql")
    )
    assert len(loaded) == written > 0
    assert queries.load() is loaded


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(DatabaseError, match="no query named nonsense"):
        queries.text("nonsense")


def test_what_services_ask_is_one_call_or_a_public_view() -> None:
    """So that the HTTP API can send it: functions of an exposed schema and views, no joins."""
    one_source = re.compile(
        r"(from|select) (api\.\w+\(|public\.(refresh_property_stats\(|listings\b)|pg_backend_pid\()"
    )
    asked = [query for query in queries.load().values() if query.origin != "sql/queries/database.sql"]
    assert len(asked) > 80
    for query in asked:
        assert len(one_source.findall(query.text)) == 1, query.name
        assert not re.search(r"\b(join|with|union)\b|\(select\b|property_manager\.", query.text), query.name
