"""What `doctor` found, a line for each check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.render import Result
from cli.text import red

if TYPE_CHECKING:
    from services.reports.installation import CheckUp


def render_check_up(found: CheckUp) -> Result:
    """Every check; exit code 1 when one is red."""
    document = {"green": found.green, "versions": found.versions, "checks": found.findings}
    return Result(document, list(_lines(found)), 0 if found.green else 1)


def _lines(found: CheckUp) -> Iterator[str]:
    yield " · ".join(f"{name} {version}" for name, version in found.versions.items() if version)
    for finding in found.findings:
        if finding.green:
            yield f"✓ {finding.check}"
        else:
            yield red(f"✗ {finding.check} ({finding.found:,}): {finding.detail}")
            yield f"  next: {finding.next_step}"
    failed = sum(not finding.green for finding in found.findings)
    yield "All green." if found.green else f"{failed} of {len(found.findings)} checks are red."
