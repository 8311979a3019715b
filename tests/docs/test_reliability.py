"""The page of promises names tests that there are."""

from __future__ import annotations

import re

from docs.generate import ROOT

PAGE = ROOT / "docs/reliability.md"


def named() -> set[str]:
    """The test modules that the page names, each between backticks."""
    return set(re.findall(r"`((?:tests/[\w/]+?/)?test_\w+)(?:\.py)?`", PAGE.read_text(encoding="utf-8")))


def test_every_test_that_the_page_names_is_there() -> None:
    assert named()
    for name in named():
        path = name if "/" in name else f"tests/faults/{name}"
        assert (ROOT / f"{path}.py").is_file(), name


def test_every_fault_test_is_named_on_the_page() -> None:
    tests = {file.stem for file in (ROOT / "tests/faults").glob("test_*.py")}
    assert tests - named() == set()
