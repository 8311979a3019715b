"""Help is instant, complete, and ends with something to type."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.app import property_manager
from cli.names import SECTIONS
from tests.cli.conftest import Command
from tests.tables import rows

ROOT = Path(__file__).parents[2]
HEAVY = ("aiohttp", "asyncpg", "lxml", "phonenumbers", "platformdirs", "pydantic", "rich", "selectolax")
OURS = ("database", "scrapers", "services", "config.settings", "config.listing")


def commands() -> Iterator[tuple[str, click.Command]]:
    top = click.Context(property_manager, info_name="property-manager")
    for name in property_manager.list_commands(top):
        yield from _below(name, property_manager.get_command(top, name))


def _below(path: str, command: click.Command | None) -> Iterator[tuple[str, click.Command]]:
    assert command is not None
    yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _below(f"{path} {name}", child)


ALL = list(commands())


def test_help_loads_nothing_but_click() -> None:
    """Every command's help too: their modules are all loaded to list them."""
    code = (
        "import sys; from cli.app import main; main(['--help']); main(['db', 'status', '--help']);"
        f"print([name for name in {(*HEAVY, *OURS)!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_script_prints_help_from_any_folder(tmp_path: Path) -> None:
    script = str(ROOT / "property_manager_cli.py")
    run = subprocess.run(
        [sys.executable, script, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Usage: property-manager")
    assert not list(tmp_path.iterdir())


def test_commands_are_grouped_by_stage(command: Command) -> None:
    lines = command("--help").stdout.splitlines()
    starts = [lines.index(f"{section}:") for section in SECTIONS]
    assert starts == sorted(starts)
    for start, names in zip(starts, SECTIONS.values(), strict=True):
        listed = [line.split()[0] for line in lines[start + 1 : start + 1 + len(names)]]
        assert tuple(listed) == names


@pytest.mark.parametrize(("path", "declared"), ALL, ids=[path for path, _ in ALL])
def test_every_command_says_what_it_does_and_ends_with_an_example(
    path: str, declared: click.Command, command: Command
) -> None:
    assert declared.help
    ended = command(*path.split(), "--help")
    assert ended.exit_code == 0
    _, _, example = ended.stdout.rpartition("Example:\n")
    assert example.strip().startswith(f"property-manager {path.split(maxsplit=1)[0]}")


@rows(
    ("path", "declared"),
    [(path, declared) for path, declared in ALL if not isinstance(declared, click.Group)],
)
def test_every_command_takes_json_and_debug_and_explains_its_options(
    path: str, declared: click.Command
) -> None:
    options = [option for option in declared.params if isinstance(option, click.Option)]
    assert {"--json", "--debug"} <= {flag for option in options for flag in option.opts}
    assert all(option.help for option in options)


def test_no_name_at_all_prints_the_help(command: Command) -> None:
    ended = command()
    assert ended.exit_code == 2
    assert "Usage: property-manager" in ended.stdout + ended.stderr


def test_one_source_is_asked_for_by_the_same_commands_as_all(command: Command) -> None:
    told = command("source", "init", "--help")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "Describe a site in a file" in told.stdout
    assert "  source " not in command("--help").stdout
