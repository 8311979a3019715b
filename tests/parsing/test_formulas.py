"""What a spreadsheet would run gets an apostrophe before it, and every text comes back as it was."""

from __future__ import annotations

import csv
import io
import random

import pytest

from parsing.formulas import neutralised, restored
from tests.tables import rows

RUNS = [
    "=1+1",
    "+SUM(A1)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "＝1+1",
    "＋1+A1",
    "－1+A1",
    "＠SUM(1)",
    "\t=1",
    "\r=1",
    "\t",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    '"=1+1"',
    "'=1+1",
    "''=1+1",
    "' =1+1",
    "+52-55-1234-5678",
    "-5-3",
    "- pool",
    "+",
    "-",
    "=",
]
STAYS = [
    "",
    "'",
    "'hello",
    "o'clock",
    "Casa = hogar",
    "a-b+c@d",
    "-5",
    "+5",
    "-1234.50",
    "-1,5",
    "+52 55 1234 5678",
    "+525512345678",
    "'+52 55 1234 5678",
    "ana@acme.example",
    "(+52) 55 1234",
    "Casa con\n- alberca\n- jardín",
    "one; two; - three",
]
INSIDE = {
    "x;=1+1": "x;'=1+1",
    'x;"=1+1"': 'x;\'"=1+1"',
    "x;'=1+1": "x;''=1+1",
    "x\t=1+1": "x\t'=1+1",
    "x\n=1+1": "x\n'=1+1",
    "x\r\n@SUM(1)": "x\r\n'@SUM(1)",
    "x; -cmd|' /C calc'!A0": "x;' -cmd|' /C calc'!A0",
    "=1;=2": "'=1;'=2",
}


@rows("text", RUNS)
def test_what_runs_gets_an_apostrophe_and_comes_back(text: str) -> None:
    assert neutralised(text)[0] == "'"
    assert neutralised(text) != text
    assert restored(neutralised(text)) == text


@rows("text", STAYS)
def test_what_runs_nothing_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text


@pytest.mark.parametrize(("text", "safe"), INSIDE.items(), ids=repr)
def test_a_formula_inside_of_a_text_gets_one_too(text: str, safe: str) -> None:
    """A spreadsheet that expects another delimiter begins a cell there."""
    assert neutralised(text) == safe
    assert restored(safe) == text


def test_texts_of_any_characters_come_back() -> None:
    chance = random.Random(3)
    letters = "=+-@'\"; \t\r\n,1a(|!＝－\ufeff"
    for _ in range(20_000):
        text = "".join(chance.choices(letters, k=chance.randrange(9)))
        safe = neutralised(text)
        assert restored(safe) == text, repr(text)
        assert neutralised(safe) != safe or safe == text, repr(text)


@rows("delimiter", [",", ";", "\t"])
@rows("text", [*RUNS, *INSIDE])
def test_no_cell_begins_a_formula_whatever_delimiter_is_expected(text: str, delimiter: str) -> None:
    written = '"' + neutralised(text).replace('"', '""') + '",next\n'
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
        for cell in row:
            assert cell.lstrip(' \t\r\n"\ufeff\u200b\u00a0')[:1] not in set("=@＝＠＋－"), cell
