"""The processor time of PostgREST and the server for a request, whatever else keeps the machine busy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Processes:
    """PostgREST and the server's postmaster, by their process ids (Linux)."""

    postgrest: int
    postmaster: int

    def seconds(self) -> float:
        """Processor time so far: all threads of PostgREST, and every process that the postmaster has now."""
        children = (_PROC / f"{self.postmaster}/task/{self.postmaster}/children").read_text().split()
        threads = (_PROC / f"{self.postgrest}/task").iterdir()
        paths = [*threads, *(_PROC / child for child in children)]
        return sum(_nanoseconds(path) for path in paths) / 1e9


def _nanoseconds(path: Path) -> int:
    """Of a process or thread; none of one that has ended since it was listed."""
    try:
        return int((path / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0
