"""The named statements of sql/queries."""

from __future__ import annotations

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
