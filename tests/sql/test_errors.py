"""The error codes that SQL functions raise."""

from __future__ import annotations

import re
from pathlib import Path

from database.errors import RAISED

ROOT = Path(__file__).parents[2]


def test_every_code_that_sql_raises_has_its_error() -> None:
    raised = {
        code
        for file in (ROOT / "sql").rglob("*.sql")
        for code in re.findall(r"errcode = '(PM\w+)'", file.read_text(encoding="utf-8"))
    }
    assert raised == set(RAISED)


def test_the_documented_codes_are_the_raised_ones() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(PM\w+)` \|.*\| `(\w+)` \|$", page, re.MULTILINE))
    assert documented == {code: error.__name__ for code, error in RAISED.items()}


def test_a_code_is_a_valid_sqlstate() -> None:
    assert all(re.fullmatch("PM[A-Z]{3}", code) for code in RAISED)
