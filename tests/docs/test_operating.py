"""Every command of docs/operating.md exists with its options, and shells get their completions."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.app import main
from docs.generate import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {
        *re.findall(r"^\$ (property-manager .+)$", PAGE, re.MULTILINE),
        *re.findall(r"`(property-manager .+?)`", PAGE),
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_exists_with_its_options(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*shlex.split(line)[1:], "--help"]) == 0, capsys.readouterr().err


def test_the_page_has_commands_for_every_task() -> None:
    assert len(COMMANDS) > 20


@pytest.mark.parametrize(
    ("shell", "said"), [("bash", "complete "), ("zsh", "#compdef"), ("fish", "complete ")]
)
def test_a_shell_gets_its_completion_script(shell: str, said: str) -> None:
    assert f"_PROPERTY_MANAGER_COMPLETE={shell}_source" in PAGE
    program = Path(sys.executable).parent / "property-manager"
    env = {
        **os.environ,
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "_PROPERTY_MANAGER_COMPLETE": f"{shell}_source",
    }
    if shell == "bash":
        env["PATH"] += ":/usr/local/bin"
    run = subprocess.run([str(program)], env=env, capture_output=True, text=True, check=False)
    assert (run.returncode, said in run.stdout) == (0, True), run.stderr
    assert "_PROPERTY_MANAGER_COMPLETE" in run.stdout


def test_the_shell_is_offered_the_commands_that_begin_so() -> None:
    program = Path(sys.executable).parent / "property-manager"
    env = {
        **os.environ,
        "_PROPERTY_MANAGER_COMPLETE": "bash_complete",
        "COMP_WORDS": "property-manager sy",
        "COMP_CWORD": "1",
    }
    run = subprocess.run([str(program)], env=env, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["plain,sync", "plain,sync-pending"]
