"""What is wrong with a file that describes a source is said with the file, the line and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import NotFoundError, UsageError
from services.workflows.source_files import read_source

HEAD = 'name = "acme"\n'

WRONG = {
    "an unknown key": ("colour = 1", 2, "colour: unknown key 'colour'; did you mean 'country'?"),
    "a key in another case": (
        "# a note\n\nCurrency = 'EUR'",
        4,
        "unknown key 'Currency'; did you mean 'currency'?",
    ),
    "an unknown key of a table": (
        "[guard]\nnew_rows = 3\nleaving_shar = 0.5",
        4,
        "guard.leaving_shar: unknown key 'leaving_shar'; did you mean 'leaving_share'?",
    ),
    "a text for a number": (
        'requests_per_second = "fast"',
        2,
        "requests_per_second: it is a number, not 'fast'",
    ),
    "a text for a list": ('hosts = "acme.example"', 2, 'hosts: it is a list, such as ["example.com"], not'),
    "a number in a list of texts": (
        "hosts = [\n  1,\n]",
        2,
        "hosts.0: it is a text between quotation marks, not 1",
    ),
    "a text for a table": ('guard = "strict"', 2, "guard: it is a table of keys, not 'strict'"),
    "a number without end": ("timeout_seconds = inf", 2, "timeout_seconds: it is a number, not inf"),
    "no number": ("[guard]\nleaving_share = nan", 3, "guard.leaving_share: it is a number, not nan"),
    "a number out of bounds": (
        "[removal]\nmisses = 0",
        3,
        "removal.misses: it should be greater than or equal to 1",
    ),
    "a word that is none of two": ('blank = "wipe"', 2, "blank: it should be 'keep' or 'clear'"),
    "a currency in small letters": (
        'currency = "usd"',
        2,
        "currency: it is three capital letters, such as USD",
    ),
    "an unknown field": ('volatile = ["prise"]', 2, "volatile: unknown field 'prise'; did you mean 'price'?"),
    "a recipe that is no table": ('recipe = "x"', 2, "recipe: it is a table of keys, not 'x'"),
    "an unknown recipe key": (
        "[recipe]\nfilds = {}",
        3,
        "recipe.filds: unknown recipe key 'filds'; did you mean 'fields'?",
    ),
    "an unknown key of a part": (
        '[recipe.index]\ncrad = ".c"',
        3,
        "recipe.index.crad: unknown recipe key 'crad'; did you mean 'card'?",
    ),
    "an unknown recipe field": (
        '[recipe.fields]\ntitle = "h1"\nprise = ".p"',
        4,
        "recipe.fields.prise: unknown field 'prise'; did you mean 'price'?",
    ),
    "no selector": (
        '[recipe.fields]\ntitle = "h1"\nprice = ".p["',
        4,
        "recipe.fields.price: '.p[' is not a CSS selector",
    ),
    "an empty selector": ('[recipe.fields]\nprice = ""', 3, "recipe.fields.price: '' is not a CSS selector"),
    "a place that is none": (
        '[recipe.fields]\nprice = "label: "',
        3,
        "recipe.fields.price: 'label: ' names no place",
    ),
    "no selector of a card": (
        '[recipe.index]\ncard = "div["',
        3,
        "recipe.index.card: 'div[' is not a CSS selector",
    ),
    "no expression": ('[recipe]\nid = "url:("', 3, "recipe.id: '(' is not a regular expression: missing )"),
    "no expression of a page": (
        '[recipe.detail]\nurl = "*"',
        3,
        "recipe.detail.url: '*' is not a regular expression",
    ),
    "an unknown key of the pages": (
        '[pagination]\nkind = "next"\nnxt = "a"',
        4,
        "pagination.nxt: unknown key 'nxt'; did you mean 'next'?",
    ),
    "a key of other pages": (
        '[pagination]\nkind = "next"\nnext = "a"\nparameter = "p"',
        5,
        'pagination.parameter: it means nothing where kind = "next"',
    ),
    "pages without a number": ('[pagination]\nkind = "pages"', 2, "pagination: it has neither a parameter"),
    "a template without a number": (
        '[pagination]\nkind = "pages"\nurl = "/homes"',
        4,
        "pagination.url: {page} is missing in it",
    ),
    "no JSON path": (
        '[pagination]\nkind = "scroll"\nurl = "/api?p={page}"\nitems = "a["',
        5,
        "pagination.items: 'a[' is not a JSON path",
    ),
    "no pattern of a sitemap": (
        '[pagination]\nkind = "sitemap"\nmatch = "*"',
        4,
        "pagination.match: '*' is not a regular expression",
    ),
    "no times": ('start = ["https://a.example"]\nschedule = "daily"', 3, 'schedule: "daily" has 1 fields'),
    "times without a page": ('schedule = "0 6 * * *"', 2, "schedule: there is no page to begin at"),
    "no time zone": (
        'time_zone = "America/Mexico"',
        2,
        "time_zone: 'America/Mexico' is not the IANA name of a time zone; did you mean",
    ),
    "no rule of ids": ('id_rule = "query"', 2, 'id_rule: a rule of the kind "query" says where'),
    "no host": ('hosts = ["https://a.example"]', 2, "hosts.0: 'https://a.example' is not a host"),
    "a limit of nothing": ("[limits]\npages = 0", 3, "limits.pages: it should be greater than or equal to 1"),
    "parameters dropped and kept": (
        '[urls]\nkeep = ["id"]\ndrop = ["utm_*"]',
        4,
        "urls.drop: keep names all parameters that count",
    ),
    "an unknown parser": (
        '[recipe.fields]\nprice = {at = "b", parse = "money"}',
        3,
        "recipe.fields.price.parse: it should be 'text', 'number', 'price', 'area' or 'date'",
    ),
    "a number for a selector": (
        "[recipe.fields]\nprice = 3",
        3,
        "recipe.fields.price: it is a text between quotation",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path: Path, wrong: str) -> None:
    content, line, said = WRONG[wrong]
    file = tmp_path / "acme.toml"
    file.write_text(HEAD + content, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_source(file)
    assert refused.value.message.startswith(f"source file {file}, line {line}: ")
    assert said in refused.value.message
    assert refused.value.next_step


UNREADABLE = {
    "a folder": (None, "is a folder, not a file"),
    "nothing in it": (b"", "name: it is missing"),
    "a table that is not closed": (b'name = "a"\n[recipe\n', "is no TOML: Expected ']'"),
    "a text without marks": (b"name = acme\n", "is no TOML: Invalid value (at line 1, column 8)"),
    "a key twice": (b'name = "a"\nname = "b"\n', "is no TOML: Cannot overwrite a value (at line 2"),
    "lists in lists without end": (b"name = " + b"[" * 100_000, "is no TOML: "),
    "another encoding": (b"name = '\xff'", "it is not UTF-8 text"),
    "two bytes a letter": ("name = 'a'".encode("utf-16"), "it is not UTF-8 text"),
}


@pytest.mark.parametrize("wrong", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, wrong: str) -> None:
    content, said = UNREADABLE[wrong]
    file = tmp_path / "acme.toml"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_source(file)
    assert said in refused.value.message
    assert str(file) in refused.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=f"there is no source file {tmp_path}/acme.toml"):
        read_source(tmp_path / "acme.toml")


def test_a_file_with_a_mark_of_its_encoding_and_windows_lines_is_read(tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_bytes(b"\xef\xbb\xbf" + b'name = "acme"\r\n[recipe.fields]\r\nprice = ".p"\r\n')
    assert read_source(file).recipe == {"fields": {"price": ".p"}}
