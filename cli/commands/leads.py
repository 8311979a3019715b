"""`leads`: parcels as leads, scored and ranked."""

from __future__ import annotations

import click

from cli.commands.leads_near import near
from cli.run import example


@click.group(epilog=example("leads near 28.5384 -81.3789 --miles 2 --tier A"))
def leads() -> None:
    """Parcels as leads: their scores, and where they are."""


for _each in (near,):
    leads.add_command(_each)
