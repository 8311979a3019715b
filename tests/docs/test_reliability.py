"""The table of promises names tests that exist, and every fault test."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generate import ROOT

PAGE = ROOT / "docs/reliability.md"


def rows() -> list[list[str]]:
    """The cells of the table's rows: promise, fault, test."""
    section = PAGE.read_text(encoding="utf-8").split("## Promise → fault → test")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.split(" | ")] for line in section.splitlines() if line[:1] == "|"]
    return [[cell.strip("| ") for cell in row] for row in cells[2:]]


def named(cell: str) -> list[Path]:
    """The files and folders that a row names as its tests."""
    names = [name.removesuffix(".py") for name in re.findall(r"`([^`]+)`", cell)]
    places = [ROOT / (name if "/" in name else f"tests/faults/{name}") for name in names]
    return [place if place.is_dir() else place.with_suffix(".py") for place in places]


def test_every_row_names_tests_that_exist() -> None:
    for *_, cell in rows():
        assert named(cell) or "performance.md" in cell, cell
        for place in named(cell):
            assert place.exists(), place
            files = [place] if place.is_file() else [*place.glob("*.py")]
            assert any(is_run(file) for file in files), place


def is_run(file: Path) -> bool:
    """Whether a file has tests, or is a program of its own, as the soak is."""
    return (
        file.name == "__main__.py"
        or re.search(r"^(async )?def test_|TestCase", file.read_text(), re.M) is not None
    )


def test_every_promise_has_a_row() -> None:
    promises = [int(row[0].split(".")[0]) for row in rows() if row[0]]
    assert promises == list(range(1, 11))


def test_every_fault_test_is_named_in_a_row() -> None:
    modules = {*(ROOT / "tests/faults").glob("test_*.py")}
    cells = {place for *_, cell in rows() for place in named(cell)}
    elsewhere = {
        ROOT / f"tests/faults/{name}.py" for name in re.findall(r"\(`(test_\w+)`\)", PAGE.read_text("utf-8"))
    }
    assert modules - cells - elsewhere == set()
