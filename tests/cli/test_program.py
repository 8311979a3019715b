"""Every command that a message names can be copied and run where the person stands."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.app import property_manager
from cli.names import GROUPS, NAMES
from cli.program import NAME, runnable
from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli, Command
from tests.cli.sessions import other_source, today

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMED = re.compile(rf"{NAME} (?:{'|'.join(NAMES)})\b.*?(?=, (?:then|or)|; | or {NAME}| \(|$)")
ARGUMENT = re.compile(r"-\S*|\S*[\dA-Z'].*")


def named(text: str) -> list[str]:
    """The commands of this program in lines for people: "next: property-manager plans list"."""
    lines = [line for line in text.splitlines() if not line.startswith("Usage: ")]
    return [found for line in lines for found in NAMED.findall(line)]


def refused(command: Command, text: str) -> str | None:
    """Why a command cannot be run as it is written: an unknown name or option; None where it can."""
    _, name, *rest = shlex.split(text)
    end = next((at for at, word in enumerate(rest) if word.endswith((":", ",", ")"))), len(rest))
    ended = command(name, *(word.strip(",:)") for word in rest[: end + 1]), "--help")
    return None if ended.exit_code == 0 else f"{text}: {ended.stderr}"


@pytest.mark.parametrize(
    ("folder", "started", "on_path", "printed"),
    [
        ("/", [str(BIN / NAME)], True, NAME),
        (str(BIN.parent.parent), [str(BIN / NAME)], False, str((BIN / NAME).relative_to(BIN.parent.parent))),
        ("/", [str(BIN / NAME)], False, str(BIN / NAME)),
        (str(ROOT), [sys.executable, "property_manager_cli.py"], True, "python property_manager_cli.py"),
        (
            "/",
            [sys.executable, str(ROOT / "property_manager_cli.py")],
            False,
            f"{sys.executable} {ROOT}/property_manager_cli.py",
        ),
    ],
    ids=["on-the-path", "in-the-environment", "from-elsewhere", "script", "script-from-elsewhere"],
)
def test_a_next_step_starts_as_the_program_was_started(
    folder: str, started: list[str], on_path: bool, printed: str
) -> None:
    """And the printed command, pasted into that shell, is a command of the program."""
    path = f"{BIN}:/usr/bin:/bin" if on_path else "/usr/bin:/bin"
    env = {**os.environ, "PATH": path}
    run = subprocess.run([*started, "snyc"], cwd=folder, env=env, capture_output=True, text=True, check=False)
    step = run.stderr.splitlines()[-1].removeprefix("next: ")
    assert step == f"{printed} --help"
    again = subprocess.run(step, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout.startswith("Usage: ")) == (0, True)


@pytest.mark.parametrize(
    ("step", "printed"),
    [
        ("see plans list", "P plans list"),
        ("run: property-manager db migrate", "P db migrate"),
        ("see session-details --session-id 5c1f", "P session-details --session-id 5c1f"),
        ("scrape --url URL, or demo", "P scrape --url URL, or P demo"),
        ("resume it: scrape --resume 12", "resume it: P scrape --resume 12"),
        ("import its files one by one", "import its files one by one"),
        ("export the file again, or import it as another format", None),
        ("sync the newest session instead: sync-pending", "sync the newest session instead: P sync-pending"),
        ("did you mean acme?", None),
    ],
)
def test_only_what_is_a_command_gets_the_program_before_it(step: str, printed: str | None) -> None:
    assert runnable(step) == (printed or step).replace("P ", f"{NAME} ")


def test_the_groups_are_those_commands_that_have_commands() -> None:
    top = property_manager.make_context(NAME, ["doctor"])
    found = {name for name in NAMES if hasattr(property_manager.get_command(top, name), "commands")}
    assert found == GROUPS


async def test_every_next_line_of_real_output_can_be_run(acme: Catalogue, cli: Cli, command: Command) -> None:
    """Of an empty catalogue, of one with work to do, and of errors."""
    said = [await cli(*line.split()) for line in ("status", "sync", "search", "sources list")]
    other = await other_source(acme, "other")
    await acme.run(homes(3), day=today() - 3)
    changed = await acme.run([home(1, price=1), home(2), home(3)], day=today() - 2)
    await acme.run([], day=today() - 1)
    waits = await other.stage(homes(2), day=today())
    lines = (
        "status",
        "doctor",
        f"rollback --session-id {changed.session_id}",
        f"rollback --session-id {changed.session_id}",
        f"quality-report --session-id {waits}",
        f"sync --session-id {waits} --dry-run",
        "sync --source acme",
        "session-details --session-id 0",
        "plans show 0",
        "explain --source acme --property-id Z",
        "as-of --at 2020-01-01",
        "scrape --resume 0",
        "watch --since 0 --no-follow",
        "plans",
        "synk",
    )
    said += [await cli(*line.split()) for line in lines]
    found = [each for ended in said for each in named(ended.stdout + ended.stderr)]
    assert len(found) >= 10, found
    assert [why for each in found if (why := refused(command, each))] == []


def steps() -> Iterator[tuple[str, str]]:
    """File → each next step written in it; what is filled in when it runs is an X."""
    for folder in ("cli", "config", "database", "importers", "scrapers", "services", "parsing", "demo"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "next_step":
                    yield from ((file.name, text) for text in texts(node.value))
    for file in sorted((ROOT / "sql").rglob("*.sql")):
        for text in re.findall(r"hint = '((?:[^']|'')*)'", file.read_text(encoding="utf-8")):
            yield file.name, f"{text}X" if text.endswith(" ") else text


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))


def test_every_next_step_in_the_code_names_commands_and_options_that_exist(command: Command) -> None:
    written = list(steps())
    found = [(file, each) for file, text in written for each in named(runnable(text))]
    assert len(written) > 150, "the steps are found in the code"
    assert len(found) > 40, "and so are their commands"
    assert [(file, why) for file, each in found if (why := refused(command, each))] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("snyc", "sync"),
        ("list-session", "list-sessions"),
        ("plans lst", "list"),
        ("db migrat", "migrate"),
        ("export --souce acme", "--source"),
        ("sync --aprove 3f", "--approve"),
        ("sources shwo acme", "show"),
    ],
)
def test_a_mistyped_command_or_option_names_what_was_meant(typed: str, meant: str, command: Command) -> None:
    ended = command(*typed.split())
    assert ended.exit_code == 2
    assert f"Did you mean '{meant}'?" in ended.stderr or f"'{meant}'" in ended.stderr.partition("one of")[2]


async def test_a_mistyped_id_names_the_one_that_was_meant(acme: Catalogue, cli: Cli) -> None:
    """Two letters exchanged, one wrong, or the id of a plan where a session is asked for."""
    staged = await acme.run(homes(2), day=today())
    session, plan = str(staged.session_id)[:8], str(staged.plan_id)[:8]
    slips = (session[0] + session[2] + session[1] + session[3:], session[:-1] + "fe"[session[-1] == "f"])
    for slip in slips if session[1] != session[2] else slips[1:]:
        ended = await cli("session-details", "--session-id", slip, "--json")
        assert ended.document["error"]["next"] == f"did you mean {session}?"
    mistaken = await cli("session-details", "--session-id", plan, "--json")
    assert mistaken.document["error"]["next"] == f"it is a plan: {NAME} plans show {plan}"
    mistaken = await cli("plans", "show", session, "--json")
    assert mistaken.document["error"]["next"] == (
        f"it is a session: {NAME} session-details --session-id {session}"
    )
    far = await cli("session-details", "--session-id", "".join(f"{15 - int(c, 16):x}" for c in session))
    assert f"next: {NAME} list-sessions" in far.stderr
