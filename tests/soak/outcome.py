"""The result of one part of the soak, as a row of the table in docs/reliability.md."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """One part: what was done, how long it took, and what went wrong."""

    part: str
    done: str = ""
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        found = "; ".join(self.faults) or "none"
        return f"| {self.part} | {self.done} | {self.seconds / 60:.1f} | {found} |"


@contextmanager
def part(name: str, outcomes: list[Outcome]) -> Iterator[Outcome]:
    """Times a part and keeps its outcome, whatever becomes of it."""
    outcome = Outcome(name)
    outcomes.append(outcome)
    print(f"soak: {name} …", flush=True)
    began = time.monotonic()
    try:
        yield outcome
    finally:
        outcome.seconds = time.monotonic() - began
        print(outcome, flush=True)
