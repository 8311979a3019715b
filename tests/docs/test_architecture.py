"""The page on the architecture names every folder that a newcomer finds."""

from __future__ import annotations

import pytest

from docs.generate import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FLOW = PAGE.split("```")[1]


@pytest.mark.parametrize("package", ["services", "scrapers", "importers"])
def test_every_folder_is_in_the_flow(package: str) -> None:
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert [name for name in sorted(folders) if f"{name}/" not in FLOW] == []
