"""The table of security promises names tests that exist."""

from __future__ import annotations

import re

from docs.generate import ROOT

PAGE = ROOT / "docs/security.md"


def rows() -> list[list[str]]:
    """The cells of the table's rows: promise, fault, test."""
    section = PAGE.read_text(encoding="utf-8").split("## Promise → fault → test")[1].split("\n## ")[0]
    cells = [
        [cell.strip("| ") for cell in line.split(" | ")] for line in section.splitlines() if line[:1] == "|"
    ]
    return cells[2:]


def test_every_row_names_tests_that_exist() -> None:
    for row in rows():
        assert len(row) == 3, row
        names = re.findall(r"`([^`]+)`", row[2])
        assert names, row
        for name in names:
            place = ROOT / "tests" / name.removeprefix("tests/").removesuffix(".py")
            assert place.is_dir() or place.with_suffix(".py").is_file(), name
