"""A terminal that does not take UTF-8 shows every text all the same."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.encoding import degrade

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", "M\xe9rida \u2192 4\u20135 \u2026 \u6771\u4eac \U0001f3e0"),
        ("ascii", r"M\xe9rida -> 4-5 ... \u6771\u4eac \U0001f3e0"),
        ("latin-1", "M\xe9rida -> 4-5 ... \\u6771\\u4eac \\U0001f3e0"),
        ("cp1252", "M\xe9rida -> 4\u20135 \u2026 \\u6771\\u4eac \\U0001f3e0"),
    ],
)
def test_what_an_encoding_lacks_is_shown_otherwise(
    encoding: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(given, encoding=encoding))
    degrade()
    sys.stdout.write("M\xe9rida \u2192 4\u20135 \u2026 \u6771\u4eac \U0001f3e0")
    sys.stdout.flush()
    assert given.getvalue().decode(encoding) == printed


def test_the_program_prints_to_an_ascii_terminal(tmp_path: Path) -> None:
    script = (
        "from cli.app import main; from cli.render import Result, show, table;"
        "main(['--version']);"
        "show(Result({}, ['4 \u2192 5', table(['id', 'price'], [['\u6771\u4eac', None]])]), as_json=False)"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PROPERTY_MANAGER_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert "4 -> 5" in run.stdout
    assert r"\u6771\u4eac" in run.stdout
