"""Judges how much of its scope an import covers; rows without a readable id prove no absence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from importers import Rows
from importers.intake.accounting import Accounting
from importers.intake.reso import ResoRows, may_be_empty
from importers.intake.stage import Tally

Verdict = Literal["complete", "partial", "suspect"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The verdict of an import's sessions."""

    verdict: Verdict
    reason: str | None
    """Why the verdict is not "complete"."""
    fell_short: bool
    """Whether part of the input could not be read, so that less was covered than was asked for."""


def coverage(rows: Rows, accounting: Accounting, tally: Tally, *, complete: bool) -> Coverage:
    """Return the coverage of an input that was read to its end; `complete` is what the user declared."""
    verdict, reason = _verdict(rows, accounting, tally, complete=complete)
    fell_short = accounting.incomplete is not None or (complete and tally.unidentified > 0)
    return Coverage(verdict, reason, fell_short)


def _verdict(
    rows: Rows, accounting: Accounting, tally: Tally, *, complete: bool
) -> tuple[Verdict, str | None]:
    if not accounting.staged and not may_be_empty(rows):
        return "suspect", accounting.incomplete or f"{accounting.file} has no rows"
    if accounting.incomplete:
        return "partial", accounting.incomplete
    if not complete or isinstance(rows, ResoRows):
        return (
            "partial",
            "the key sweep decides what is removed" if complete else "imported without --complete",
        )
    if tally.unidentified:
        one = tally.unidentified == 1
        these = "1 row does" if one else f"{tally.unidentified:,} rows do"
        return "partial", f"{these} not show which listing {'it is' if one else 'they are'}"
    return "complete", None
