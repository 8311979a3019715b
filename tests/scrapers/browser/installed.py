"""Where the extra `browser` is: in this environment, or in the one that `make browser` has made for tests."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def _packages() -> Path | None:
    return next((ROOT / ".venv-browser").glob("lib/python*/site-packages"), None)


def missing() -> str | None:
    """Why no browser can be driven here."""
    if importlib.util.find_spec("crawl4ai") is None and _packages() is None:
        return "the extra browser is not installed: make browser"
    return None if shutil.which("chromium") else "no Chromium is installed: make packages"


def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra be imported, after everything of the main environment."""
    packages = _packages()
    if packages is not None and str(packages) not in sys.path:
        monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
