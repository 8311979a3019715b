"""The command tree: which commands there are, in the order of the flow, each loaded when asked for."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Sequence
from typing import Final

import click

from cli import boundary, encoding, logs
from cli.names import ALIASES, SECTIONS
from cli.program import NAME
from config.secrets import forget

_COMPLETE: Final = "_PROPERTY_MANAGER_COMPLETE"
"""The variable by which a shell asks for completions."""


class LazyGroup(click.Group):
    """Commands by name from `SECTIONS`; a module is imported when its command is looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        name = f"{name}_" if keyword.iskeyword(name) else name
        found = getattr(importlib.import_module(f"cli.commands.{name}"), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"cli.commands.{name}.{name} is not a click command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:  # click looks for what is meant in loaded ones only
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name in self.list_commands(ctx))
        for section, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (name.ljust(width), command.get_short_help_str(formatter.width - width - 6))
                for name, command in commands
                if command is not None
            ]
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every command takes --json: one JSON document on stdout. "
    "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 refused, 4 partly done.",
)
@click.version_option(package_name="property-manager", prog_name="property-manager")
def property_manager() -> None:
    """Keep a property-listing catalogue true: scrape, stage, validate, plan, apply, audit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every failure passes through the boundary."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    encoding.degrade()
    try:
        with boundary.reporting(given) as outcome:
            outcome.exit_code = property_manager.main(
                given,
                prog_name=NAME,
                complete_var=_COMPLETE,
                standalone_mode=False,
            )
        return outcome.exit_code
    finally:
        logs.close()
        forget()
