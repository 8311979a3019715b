"""`metrics`: the figures of the catalogue for Prometheus."""

from __future__ import annotations

from pathlib import Path

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.text import Lines


@click.command(epilog=example("metrics", "metrics --out /var/lib/node_exporter/property_manager.prom"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write them to this file, whole or not at all: for the textfile collector of node_exporter.",
)
@runs
async def metrics(run: Run, *, out: Path | None) -> Result:
    """Print the metrics of the catalogue in the text format of Prometheus.

    The dashboard answers the same at /metrics, with how long its own requests took. Per source there are
    those of the 500 with the most active listings; sums are of all.
    """
    from cli.files import is_stdout, opened, refuse_two_documents
    from services.reports.metrics import MOST_SOURCES, metrics_text

    refuse_two_documents(out, as_json=run.as_json)
    async with run.database() as database:
        if run.as_json and out is None:
            return Result({"metrics": await database.value("metrics", MOST_SOURCES)})
        text, _ = await metrics_text(database)
    if is_stdout(out):
        return Result({}, [Lines(text.decode().rstrip())])
    with opened(out) as file:
        file.write(text)
    return Result({"out": str(out)}, [f"Metrics are in {out}."])
