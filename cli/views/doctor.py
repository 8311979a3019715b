"""What `doctor` found, a line for each check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import next_line, runnable
from cli.render import Result
from cli.text import red

if TYPE_CHECKING:
    from services.reports.doctor import Finding
    from services.reports.installation import CheckUp


def render_check_up(found: CheckUp) -> Result:
    """Every check; exit code 1 when one is red."""
    document = {"green": found.green, "versions": found.versions, "checks": findings_document(found.findings)}
    return Result(document, list(_lines(found)), 0 if found.green else 1)


def findings_document(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Checks as --json has them."""
    return [asdict(each) | {"next_step": each.next_step and runnable(each.next_step)} for each in findings]


def _lines(found: CheckUp) -> Iterator[str]:
    yield " · ".join(f"{name} {version}" for name, version in found.versions.items() if version)
    for finding in found.findings:
        if finding.green:
            yield f"✓ {finding.check}"
        else:
            yield red(f"✗ {finding.check} ({finding.found:,}): {finding.detail}")
            yield f"  {next_line(finding.next_step or '')}"
    failed = sum(not finding.green for finding in found.findings)
    yield "All green." if found.green else f"{failed} of {len(found.findings)} checks are red."
