"""Loops and snippets in SQL texts."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import MigrationError
from config.listing import BIT, FIELDS, Compare, Role
from config.metrics import METRICS, OUTCOMES
from database.template import Snippet, expand, read_snippets

IDENTITY = [field.name for field in FIELDS if field.role is Role.IDENTITY]
PROVENANCE = [field.name for field in FIELDS if field.role is Role.PROVENANCE]
COMPARED = [field.name for field in FIELDS if field.compared]


def names(filters: str) -> list[str]:
    return expand(f'/*each {filters} ","*/{{name}}/*end*/').split(",")


def test_a_loop_repeats_its_body_with_a_separator() -> None:
    assert expand('select /*each provenance ", "*/ s.{name} as {name} /*end*/ from s') == (
        "select  s.page_number as page_number, s.scraped_at as scraped_at,"
        " s.address_normalized as address_normalized  from s"
    )


def test_a_body_on_lines_of_its_own_keeps_its_indentation() -> None:
    text = 'select\n  /*each provenance ", "*/\n  s.{name}\n  /*end*/\nfrom s'
    assert expand(text) == "select\n  \n  s.page_number,\n  s.scraped_at,\n  s.address_normalized\n  \nfrom s"


def test_a_loop_without_separator_makes_statements() -> None:
    text = "/*each provenance*/\ncomment on column t.{name} is {description};\n/*end*/"
    assert expand(text) == (
        "\ncomment on column t.page_number is 'Listing page that linked to it.';"
        "\ncomment on column t.scraped_at is 'When the row was fetched.';"
        "\ncomment on column t.address_normalized is "
        "'`address` in a normal form, for matching; follows from it and is never a change.';\n"
    )


def test_a_separator_may_break_the_line() -> None:
    assert (
        expand(r'/*each provenance "\nor "*/{name}/*end*/')
        == "page_number\nor scraped_at\nor address_normalized"
    )


@pytest.mark.parametrize(
    ("filters", "chosen"),
    [
        ("all", [field.name for field in FIELDS]),
        ("identity", IDENTITY),
        ("compared", COMPARED),
        ("provenance", PROVENANCE),
        ("weighted", [field.name for field in FIELDS if field.weight]),
        ("monitored", [field.name for field in FIELDS if field.monitored]),
        ("group=money", [field.name for field in FIELDS if field.group == "money"]),
        ("compare=set", ["offers", "amenities"]),
        ("provenance+identity", [field.name for field in FIELDS if field.name in {*IDENTITY, *PROVENANCE}]),
        ("compared+identity+provenance", [field.name for field in FIELDS]),
    ],
)
def test_a_filter_selects_fields_in_declaration_order(filters: str, chosen: list[str]) -> None:
    assert names(filters) == chosen


def test_metrics_and_outcomes_are_looped_over_as_fields_are() -> None:
    assert names("metric") == list(METRICS)
    assert names("outcome") == list(OUTCOMES)


def test_every_compared_field_has_exactly_one_compare_kind() -> None:
    by_kind = [name for kind in Compare for name in names(f"compare={kind}") if name]
    assert sorted(by_kind) == sorted(COMPARED)


def test_a_placeholder_gives_what_the_field_declares() -> None:
    body = "{name}|{bit}|{sql}|{group}|{role}|{compare}|{tolerance}|{confidence}|{weight}|{monitored}"
    lines = expand(f'/*each all "\n"*/{body}/*end*/').splitlines()
    assert f"price|{BIT['price']}|numeric(15,2)|money|content|percent|0.01|0.90|0.2|true" in lines
    assert f"property_id|{BIT['property_id']}|text|identity|identity|exact|null|0.80|0|false" in lines


def test_a_description_is_a_literal_of_sql() -> None:
    assert "in the source''s words" in expand('/*each group=money ","*/{description}/*end*/')


def test_other_text_and_braces_stay_as_they_are() -> None:
    text = "select '{}'::jsonb, '{a,b}', format('{name}') /* each */ -- {sql}"
    assert expand(text) == text
    assert expand("/*each identity*/'{}' {name} '{1}'/*end*/") == "'{}' property_id '{1}'"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("/*each compared*/ {name}", r"no /\*end\*/ of its own"),
        ("/*each all*/{name} /*each all*/{name}/*end*/ /*end*/", r"no /\*end\*/ of its own"),
        ("select 1 /*end*/", r"/\*end\*/ without its"),
        ("/*each all*/{name}/*end*/ /*end*/", r"/\*end\*/ without its"),
        ("/*each everything*/{name}/*end*/", "no filter is called 'everything'; there are all, "),
        ("/*each compare=fuzzy*/{name}/*end*/", "no filter is called 'compare=fuzzy'"),
        ("/*each*/{name}/*end*/", "is not of the form"),
        ('/*each all "," "*/{name}/*end*/', "is not of the form"),
        ("/*each metric+all*/{name}/*end*/", "joins fields with others"),
        ("/*each metric*/{weight}/*end*/", "there is no placeholder {weight}; there are name"),
        ("/*each all*/{nmae}/*end*/", "there is no placeholder {nmae}; there are name, "),
    ],
)
def test_a_mistake_is_named(text: str, complaint: str) -> None:
    with pytest.raises(MigrationError, match=complaint):
        expand(text)


def test_a_mistake_is_found_by_file_and_line() -> None:
    text = 'select 1;\n/*each identity ","*/{name}/*end*/;\n/*each all*/{oops}/*end*/'
    with pytest.raises(MigrationError, match=r"^sql/feed/10_publish\.sql, line 3: "):
        expand(text, "sql/feed/10_publish.sql")


SNIPPETS = {
    "share": Snippet("sql/snippets/share.sql", ("part", "whole"), "{part} / nullif({whole}, 0)"),
    "twice": Snippet("sql/snippets/twice.sql", ("part",), "2 * /*use share {part}, 10*/"),
    "pages": Snippet(
        "sql/snippets/pages.sql", ("row",), '/*each group=provenance " + "*/{row}.{name}/*end*/ > 0'
    ),
    "now": Snippet("sql/snippets/now.sql", (), "clock_timestamp()"),
    "endless": Snippet("sql/snippets/endless.sql", (), "1 +\n/*use endless*/"),
    "broken": Snippet("sql/snippets/broken.sql", (), "1 +\n/*each all*/{oops}/*end*/"),
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("select /*use share a, b*/ from t", "select a / nullif(b, 0) from t"),
        ("select /*use share sum(a, b), f(c, g(d))*/", "select sum(a, b) / nullif(f(c, g(d)), 0)"),
        ("select /*use share\n  a,\n  b\n*/", "select a / nullif(b, 0)"),
        ("select /*use twice a*/", "select 2 * a / nullif(10, 0)"),
        ("select /*use now*/", "select clock_timestamp()"),
        ('/*each provenance ", "*//*use share s.{name}, {bit}*//*end*/',
         ", ".join(f"s.{name} / nullif({BIT[name]}, 0)" for name in PROVENANCE)),
    ],
)  # fmt: skip
def test_a_snippet_is_written_out_with_its_arguments(text: str, expanded: str) -> None:
    assert expand(text, "x.sql", SNIPPETS) == expanded


def test_a_loop_inside_a_snippet_is_expanded() -> None:
    pages = {"pages": Snippet("x.sql", ("row",), '/*each provenance " or "*/{row}.{name}/*end*/')}
    assert expand("/*use pages s*/", "x.sql", pages) == " or ".join(f"s.{name}" for name in PROVENANCE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select\n/*use shares a, b*/", r"^a\.sql, line 2: there is no snippet 'shares'; there are share, "),
        ("\n\n/*use share a*/", r"^a\.sql, line 3: snippet share takes \(part, whole\), not 1 arguments"),
        ("/*use now a*/", r"^a\.sql, line 1: snippet now takes \(\), not 1 arguments"),
        ("/*use*/", r"^a\.sql, line 1: .* is not of the form /\*use snippet"),
        ("select\n/*each all*/\n/*use nothing*/\n/*end*/", r"^a\.sql, line 2: there is no snippet 'nothing'"),
        ("/*use endless*/", r"^sql/snippets/endless\.sql, line 2: there is no snippet 'endless'"),
        ("/*use broken*/", r"^sql/snippets/broken\.sql, line 2: there is no placeholder {oops}"),
        ("/*use pages s*/", r"^sql/snippets/pages\.sql, line 1: no filter is called 'group=provenance'"),
    ],
)
def test_a_mistake_with_a_snippet_names_file_and_line(text: str, complaint: str) -> None:
    with pytest.raises(MigrationError, match=complaint):
        expand(text, "a.sql", SNIPPETS)


def test_snippets_are_read_with_their_parameters(tmp_path: Path) -> None:
    folder = tmp_path / "snippets"
    folder.mkdir()
    (folder / "share.sql").write_text("-- share(part, whole)\n-- What it is.\n{part}\n-- inner\n/ {whole}\n")
    (folder / "now.sql").write_text("-- now()\nnow()")

    assert read_snippets(tmp_path) == {
        "now": Snippet("sql/snippets/now.sql", (), "now()"),
        "share": Snippet("sql/snippets/share.sql", ("part", "whole"), "{part}\n-- inner\n/ {whole}"),
    }


@pytest.mark.parametrize("text", ["now()", "-- other()\nnow()", "-- now(A B)\nnow()", "-- now\nnow()"])
def test_a_snippet_without_its_signature_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "now.sql").write_text(text)

    with pytest.raises(MigrationError, match=r"^sql/snippets/now\.sql, line 1: .* -- now\(parameter, …\)"):
        read_snippets(tmp_path)


def test_no_snippets_without_their_folder(tmp_path: Path) -> None:
    assert read_snippets(tmp_path) == {}


def test_every_snippet_is_used() -> None:
    root = files("sql")
    texts = [file.read_text(encoding="utf-8") for file in Path(str(root)).rglob("*.sql")]
    unused = [name for name in read_snippets(root) if not any(f"/*use {name} " in text for text in texts)]
    assert unused == []
