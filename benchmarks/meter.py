"""What a piece of work takes beside its time: WAL, processor time of client and server, and of all others."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(slots=True)
class Effort:
    """`noise` is how many cores others kept busy meanwhile; 0 is a machine of our own."""

    seconds: float = 0.0
    wal_bytes: int = 0
    client_cpu: float = 0.0
    server_cpu: float | None = None
    noise: float | None = None
    grown_mb: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def metered(superuser: str, server_pid: int) -> Iterator[Effort]:
    """Measure what is done inside; the effort is complete when the block has ended."""
    wal, memory = _wal(superuser), _Memory()
    with clocked(server_pid) as effort:
        yield effort
    effort.grown_mb = memory.grown_mb()
    effort.wal_bytes = _wal(superuser) - wal


@contextmanager
def clocked(server_pid: int) -> Iterator[Effort]:
    """Measure time alone, of the clock and of processors; an event loop may run meanwhile."""
    effort = Effort()
    busy, server, client = _machine_cpu(), _tree_cpu(server_pid), _own_cpu()
    began = time.perf_counter()
    yield effort
    effort.seconds = time.perf_counter() - began
    effort.client_cpu = _own_cpu() - client
    if server is not None and busy is not None:
        effort.server_cpu = (_tree_cpu(server_pid) or server) - server
        others = (_machine_cpu() or busy) - busy - effort.client_cpu - effort.server_cpu
        effort.noise = max(0.0, others / effort.seconds)


class _Memory:
    """How far this process's resident size rises above what it is now (Linux)."""

    def __init__(self) -> None:
        self._before: float | None = None
        if (_PROC / "self/clear_refs").exists():
            (_PROC / "self/clear_refs").write_text("5")  # the peak counts anew
            self._before = _status_mb("VmRSS")

    def grown_mb(self) -> float | None:
        return None if self._before is None else _status_mb("VmHWM") - self._before


def _status_mb(field: str) -> float:
    fields = dict(line.split(":", 1) for line in (_PROC / "self/status").read_text().splitlines())
    return int(fields[field].split()[0]) / 1024


def _wal(superuser: str) -> int:
    async def position() -> int:
        conn = await asyncpg.connect(superuser)
        try:
            return int(await conn.fetchval("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
        finally:
            await conn.close()

    return asyncio.run(position())


def _own_cpu() -> float:
    """This process and the ones it started that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in used)


def _machine_cpu() -> float | None:
    """User, nice, system and interrupt seconds of all cores together."""
    if not (_PROC / "stat").exists():
        return None
    user, nice, system, _idle, _wait, irq, softirq = map(
        int, (_PROC / "stat").read_text().splitlines()[0].split()[1:8]
    )
    return (user + nice + system + irq + softirq) / _TICK


def _tree_cpu(pid: int) -> float | None:
    """The postmaster, its children that run and those that have ended."""
    if not (_PROC / str(pid)).exists():
        return None
    while True:
        _parent, *own = _stat(pid)
        running = _children_ticks(pid)
        if _stat(pid)[3:] == own[2:]:  # else one has ended meanwhile, and is in neither sum or in both
            return (sum(own) + running) / _TICK


def _children_ticks(pid: int) -> int:
    """User and system ticks of its children that run."""
    total = 0
    for path in _PROC.glob("[0-9]*"):
        try:
            parent, *times = _stat(int(path.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since it was listed
        if parent == pid:
            total += sum(times[:2])
    return total


def _stat(pid: int) -> list[int]:
    """Parent, then ticks: own user, own system, ended children's user and system."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return [int(fields[at]) for at in (1, 11, 12, 13, 14)]
