"""Loops over the listing's fields in SQL texts."""

from __future__ import annotations

import pytest

from config.errors import MigrationError
from config.listing import BIT, FIELDS, Compare, Role
from database.template import expand

IDENTITY = [field.name for field in FIELDS if field.role is Role.IDENTITY]
PROVENANCE = [field.name for field in FIELDS if field.role is Role.PROVENANCE]
COMPARED = [field.name for field in FIELDS if field.compared]


def names(filters: str) -> list[str]:
    return expand(f'/*each {filters} ","*/{{name}}/*end*/').split(",")


def test_a_loop_repeats_its_body_for_each_field_with_the_separator_between() -> None:
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
def test_a_filter_selects_fields_in_the_order_of_their_declaration(filters: str, chosen: list[str]) -> None:
    assert names(filters) == chosen


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


def test_text_outside_of_loops_and_braces_without_a_word_stay_as_they_are() -> None:
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
        ("/*each all*/{nmae}/*end*/", "{nmae} is nothing a field has; there are name, "),
    ],
)
def test_a_mistake_is_named(text: str, complaint: str) -> None:
    with pytest.raises(MigrationError, match=complaint):
        expand(text)


def test_a_mistake_is_found_by_file_and_line() -> None:
    text = 'select 1;\n/*each identity ","*/{name}/*end*/;\n/*each all*/{oops}/*end*/'
    with pytest.raises(MigrationError, match=r"^sql/feed/10_publish\.sql, line 3: "):
        expand(text, "sql/feed/10_publish.sql")
