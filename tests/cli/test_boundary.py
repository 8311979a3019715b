"""Every failure ends as one sentence, what to do next, and an exit code that means something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click
import pytest

from cli.app import property_manager
from cli.options import source_option
from cli.render import Result
from cli.run import Run, runs
from config.errors import (
    BlockedError,
    DatabaseUnreachableError,
    PropertyManagerError,
    RefusedError,
    UsageError,
)
from tests.cli.conftest import Command

RAISED: list[BaseException] = []


@click.command()
@source_option
@runs
async def failing(run: Run, source: str | None) -> NoReturn:
    """Raise what the test put there."""
    raise RAISED[-1]


@click.command()
@runs
async def held(run: Run) -> Result:
    """End with a result that is no success."""
    return Result({"status": "held"}, ["Held."], exit_code=3)


@pytest.fixture(autouse=True)
def extra_commands() -> Iterator[None]:
    """Two commands only these tests know; the group's own are looked up by name."""
    known = type(property_manager).get_command

    def get_command(group: click.Group, ctx: click.Context, name: str) -> click.Command | None:
        return {"failing": failing, "held": held}.get(name) or known(property_manager, ctx, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(property_manager), "get_command", get_command)
        yield
    RAISED.clear()


@pytest.mark.parametrize(
    ("error", "exit_code", "code"),
    [
        (PropertyManagerError("Reading a file: it is gone."), 1, "failed"),
        (DatabaseUnreachableError("Connecting to db:5432: no answer."), 1, "database_unreachable"),
        (UsageError("Reading mine.toml: no such file."), 2, "usage"),
        (RefusedError("Syncing acme: 6 rows, usual 66."), 3, "refused"),
        (BlockedError("Fetching example.com: refused (403).", url="http://example.com/"), 3, "blocked"),
    ],
)
def test_an_error_of_ours_is_one_sentence(
    error: PropertyManagerError, exit_code: int, code: str, command: Command
) -> None:
    error.next_step = "try again"
    RAISED.append(error)
    output = command("failing")
    assert (output.exit_code, output.stdout) == (exit_code, "")
    assert output.stderr == f"{error.message}\nnext: try again\n"
    as_json = command("failing", "--json")
    assert as_json.exit_code == exit_code
    assert as_json.document == {"error": {"code": code, "message": error.message, "next": "try again"}}
    assert as_json.stderr == ""


def test_a_refusal_names_its_plan(command: Command) -> None:
    RAISED.append(RefusedError("Too few rows.", plan_id="3f2a"))
    assert command("failing", "--json").document["error"]["plan_id"] == "3f2a"


def test_a_fault_of_the_program_logs_its_traceback(command: Command, home: Path) -> None:
    RAISED.append(KeyError("city"))
    ended = command("failing", "--source", "acme")
    log = home / "logs" / "property_manager.log"
    assert ended.exit_code == 1
    assert ended.stderr == (
        f"running property-manager failing: unexpected KeyError: 'city'\nnext: the traceback is in {log}\n"
    )
    assert "Traceback (most recent call last)" in log.read_text()


def test_the_traceback_is_shown_under_debug_only(command: Command) -> None:
    RAISED.append(UsageError("Wrong."))
    assert "Traceback" not in command("failing").stderr
    assert "Traceback" in command("failing", "--debug").stderr


def test_a_message_of_several_lines_is_printed_on_one(command: Command) -> None:
    RAISED.append(PropertyManagerError("first\n   second"))
    assert command("failing").stderr == "first second\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["ctrl-c", "prompt"])
def test_an_interruption_is_130_and_no_fault(error: BaseException, command: Command) -> None:
    RAISED.append(error)
    ended = command("failing", "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (130, "interrupted")


@pytest.mark.parametrize(
    "arguments",
    [("no-such-command",), ("failing", "--no-such-option"), ("failing", "--source"), ("db", "no")],
)
def test_wrong_usage_is_2_and_names_the_help(arguments: tuple[str, ...], command: Command) -> None:
    output = command(*arguments)
    assert output.exit_code == 2
    assert output.stdout == ""
    assert output.stderr.splitlines()[-1].endswith(" --help")
    as_json = command("--json", *arguments)
    assert (as_json.exit_code, as_json.document["error"]["code"]) == (2, "usage")


def test_a_result_may_carry_an_exit_code(command: Command) -> None:
    assert (command("held").exit_code, command("held").stdout) == (3, "Held.\n")
    assert command("held", "--json").document == {"status": "held"}


def test_a_message_with_a_lone_surrogate_is_still_json(command: Command) -> None:
    RAISED.append(UsageError("No source \udcff."))
    ended = command("failing", "--json")
    assert json.loads(ended.stdout)["error"]["message"] == "No source \udcff."


def test_a_home_that_cannot_be_written_is_a_wrong_setting(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("a file where the folder should be")
    ended = command("held", "--json")
    assert ended.exit_code == 2
    assert ended.document["error"]["message"].startswith(f"Writing the log {home}/logs/property_manager.log:")
    assert "PROPERTY_MANAGER_HOME" in ended.document["error"]["next"]


def test_a_wrong_setting_is_named_by_its_variable(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://elsewhere/db")
    ended = command("db", "status", "--json")
    assert ended.exit_code == 2
    assert "DATABASE_URL" in ended.document["error"]["message"]


def test_colour_is_for_terminals_without_no_color(command: Command) -> None:
    RAISED.append(UsageError("Wrong."))
    assert "\x1b[" not in command("failing").stderr


def test_nothing_is_written_to_the_working_folder(command: Command, tmp_path: Path) -> None:
    command("held")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["--help"], 1, "Writing the output: No space left on device\n"),
        (["import", "--json"], 2, "property-manager import: give either --"),
    ],
)
def test_an_output_that_is_full_is_a_sentence(
    arguments: list[str], exit_code: int, said: str, home: Path
) -> None:
    script = Path(__file__).parents[2] / "property_manager_cli.py"
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, str(script), *arguments],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PROPERTY_MANAGER_HOME": str(home)},
        )  # fmt: skip
    assert (ended.returncode, ended.stderr[: len(said)]) == (exit_code, said)
    assert "Traceback" not in ended.stderr
