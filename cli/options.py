"""Options that several commands share, each declared once."""

from __future__ import annotations

from pathlib import Path

import click

ID = click.IntRange(1, 2**63 - 1)
"""A number that the database gave: of a change set, a row, an erasure."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
debug_option = click.option("--debug", is_flag=True, help="Show tracebacks and every log line.")
source_option = click.option(
    "--source", metavar="NAME", help="Source to work on; an unknown name is created and printed."
)
only_source_option = click.option("--source", metavar="NAME", help="Only this source.")
session_option = click.option(
    "--session-id", metavar="ID", required=True, help="Session to work on; the start of its id is enough."
)
any_session_option = click.option(
    "--session-id", metavar="ID", help="Session to work on, by the start of its id; by default the newest."
)
limit_option = click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many to show."
)
rows_option = click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many rows to show."
)
html_option = click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report as one page of HTML with plots; a file that exists is replaced.",
)
form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How the report is printed.",
)
show_option = click.option(
    "--show",
    metavar="N",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    help="Listings to show as they would be live, in a preview of what was read; 0 leaves it out.",
)
raw_option = click.option(
    "--raw",
    is_flag=True,
    help="CSV for machines: no apostrophe before texts that a spreadsheet would run as formulas.",
)
max_pages_option = click.option(
    "--max-pages",
    type=click.IntRange(1),
    default=None,
    show_default="10, or what the source's limits say",
    help="Listing pages to read.",
)
max_listings_option = click.option(
    "--max-listings",
    type=click.IntRange(1),
    default=None,
    show_default="10000, or what the source's limits say",
    help="Listings to read; a site that links to more gives a partial session.",
)
