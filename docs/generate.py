"""Writes the pages that follow from code: CLI reference, listing fields, example of the environment."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from cli.app import property_manager
from cli.files import opened
from cli.names import SECTIONS
from config.access import FUNCTIONS, RELATIONS, ROLES, SERVICE_SCHEMA, VERBS, callers, rights
from config.listing import FIELDS, Field
from config.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
BEGIN, END = "<!-- access -->", "<!-- end -->"
PROGRAM = "property-manager"


def pages() -> dict[str, str]:
    """Path below the project → text."""
    return {
        "docs/cli.md": "\n".join(cli_reference()),
        "docs/fields.md": "\n".join(field_table()),
        ".env.example": "\n".join(environment()),
        "docs/security.md": _filled_in(ROOT / "docs" / "security.md", access_table()),
    }


def cli_reference() -> Iterator[str]:
    yield "# Command reference\n"
    yield "Generated from `--help` by `make docs`. In a checkout, `python property_manager_cli.py` does"
    yield "the same as `property-manager`.\n"
    yield _help(property_manager, PROGRAM, None)
    top = _context(property_manager, PROGRAM, None)
    for section, names in SECTIONS.items():
        yield f"## {section}\n"
        for name in names:
            command = property_manager.get_command(top, name)
            if command is None:
                raise LookupError(f"cli.names.SECTIONS names {name}, which does not exist")
            yield from _command(command, name, top)


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = _context(command, name, parent)
    yield f"### {context.command_path}\n"
    yield _help(command, name, parent)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _command(found, child, context)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """As click makes it for a run, but of one width on every terminal."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _help(command: click.Command, name: str, parent: click.Context | None) -> str:
    context = _context(command, name, parent)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"```text\n{text}\n```\n"


def access_table() -> Iterator[str]:
    """What each role may do with what the HTTP API exposes."""
    yield f"| | {' | '.join(f'`{role}`' if role != 'staff' else role for role in ROLES)} |"
    yield "|---" * (len(ROLES) + 1) + "|"
    for relation in RELATIONS:
        cells = (", ".join(verb for verb in VERBS if verb in rights(relation, role)) or "–" for role in ROLES)
        yield f"| `{relation}` | {' | '.join(cells)} |"
    for function in (*FUNCTIONS, f"{SERVICE_SCHEMA}.*"):
        name = f"`{function}()`" if function in FUNCTIONS else f"every other function of `{SERVICE_SCHEMA}`"
        cells = ("call" if role in callers(function) else "–" for role in ROLES)
        yield f"| {name} | {' | '.join(cells)} |"


def _filled_in(page: Path, lines: Iterator[str]) -> str:
    """A page with what stands between its marks written anew."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise LookupError(f"{page.name} lacks the marks {BEGIN} and {END}")
    return f"{before}{begin}\n{chr(10).join(lines)}\n{end}{after}"


def field_table() -> Iterator[str]:
    yield "# Listing fields\n"
    yield "Generated from `config/listing.py` by `make docs`. A field is declared there once; parsing,"
    yield "staging, live, comparison and this page follow.\n"
    yield "- **compare**: how two values are compared; the tolerance says from where on a difference"
    yield "  is significant, not whether it is stored."
    yield "- **confidence**: in a change of the field, before the change's own circumstances."
    yield "- **weight**: share of a listing's completeness score."
    yield "- **monitored**: a change of it beyond the tolerance is significant."
    for group in dict.fromkeys(field.group for field in FIELDS):
        yield f"\n## {group.capitalize()}\n"
        yield "| field | type | compare | confidence | weight | monitored | meaning |"
        yield "|---|---|---|---|---|---|---|"
        yield from (_field_row(field) for field in FIELDS if field.group == group)
    yield ""


def _field_row(field: Field) -> str:
    tolerance = "" if field.tolerance is None else f" {field.tolerance}"
    compare = f"{field.compare}{tolerance}" if field.compared else f"never ({field.role})"
    weight, monitored = str(field.weight) if field.weight else "", "yes" if field.monitored else ""
    cells = [
        f"`{field.name}`",
        field.sql,
        compare,
        str(field.confidence),
        weight,
        monitored,
        field.description,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def environment() -> Iterator[str]:
    yield "# Every variable the program reads. Copy to .env and fill in what you need; empty means unset."
    yield "# Generated from config/settings.py by `make docs`."
    for info in Settings.model_fields.values():
        name, *aliases = variables(info)
        yield f"\n# {info.description}"
        if aliases:
            yield f"# The older name {' or '.join(aliases)} is read too."
        yield f"{name}="
    yield ""


def variables(info: FieldInfo) -> list[str]:
    """The names a setting is read from, the current one first."""
    alias = info.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [str(choice) for choice in choices]


def drift(root: Path = ROOT) -> list[str]:
    """What differs between the pages on disk and the code, as a diff."""
    lines: list[str] = []
    for path, text in pages().items():
        file = root / path
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        lines += difflib.unified_diff(
            written.splitlines(), text.splitlines(), f"{path} (written)", f"{path} (code)", lineterm=""
        )
    return lines


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        differences = drift()
        if differences:
            sys.stderr.write("\n".join([*differences, "The docs do not match the code. next: make docs\n"]))
        return 1 if differences else 0
    for path, text in pages().items():
        with opened(ROOT / path) as file:
            file.write(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
