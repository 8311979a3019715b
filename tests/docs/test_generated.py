"""What is generated from code is what the code says today."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from config.settings import Settings
from docs.generate import ROOT, drift, pages, variables


def test_the_written_pages_match_the_code() -> None:
    """In a process of its own, as `make check` asks: tests before this one may have run commands."""
    asked = [sys.executable, "-m", "docs.generate", "--check"]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_page_that_was_edited_by_hand_is_drift(tmp_path: Path) -> None:
    for path, text in pages().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert drift(tmp_path) == []
    (tmp_path / "docs/cli.md").write_text("other")
    assert any("docs/cli.md" in line for line in drift(tmp_path))


def test_every_variable_is_in_the_example_with_a_sentence() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for info in Settings.model_fields.values():
        name, *aliases = variables(info)
        assert re.search(rf"^# .+\n(# .+\n)?{name}=$", example, re.MULTILINE)
        assert all(alias in example for alias in aliases)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[<>=~! ]", requirement)[0] for requirement in wanted]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {link}"
        for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9-]+==.*\\\n    --hash=sha256:", lock, re.MULTILINE))
