"""Options that several commands share, each declared once."""

from __future__ import annotations

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
debug_option = click.option("--debug", is_flag=True, help="Show tracebacks and every log line.")
source_option = click.option(
    "--source", metavar="NAME", help="Source to work on; an unknown name is created and printed."
)
session_option = click.option("--session-id", metavar="ID", required=True, help="Session to work on.")
