"""`doctor`: is everything as promised?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.text import red

if TYPE_CHECKING:
    from services.reports.installation import CheckUp


@click.command(epilog=example("doctor"))
@runs
async def doctor(run: Run) -> Result:
    """Check that everything is as promised.

    The installation and the catalogue; exit code 1 if anything is red. Changes nothing.
    """
    from services.reports.installation import check_up

    found = await check_up(run.settings)
    document = {"green": found.green, "versions": found.versions, "checks": found.findings}
    return Result(document, list(_told(found)), 0 if found.green else 1)


def _told(found: CheckUp) -> Iterator[str]:
    yield " · ".join(f"{name} {version}" for name, version in found.versions.items() if version)
    for finding in found.findings:
        if finding.green:
            yield f"✓ {finding.check}"
        else:
            yield red(f"✗ {finding.check} ({finding.found:,}): {finding.detail}")
            yield f"  next: {finding.next_step}"
    red_ones = sum(not finding.green for finding in found.findings)
    yield "All green." if found.green else f"{red_ones} of {len(found.findings)} checks are red."
