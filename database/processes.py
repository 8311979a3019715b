"""Finds the processes of an embedded server, by the cluster name that they show in their titles.

A process id on disk may be another program's by now, or a zombie's, so it is believed only where the
title agrees. Titles are readable where working folders are not (root in a container).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from config.errors import DatabaseError

_PATIENCE: Final = 60.0
_STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server's first process, as its pid file has it."""

    pid: int
    port: int | None
    ready: bool


def of_cluster(cluster: str) -> list[int]:
    """The live processes of the cluster."""
    return [process.pid for process in psutil.process_iter() if _belongs(process, cluster)]


def _belongs(process: psutil.Process, cluster: str) -> bool:
    try:
        return process.name().startswith("postgres") and cluster in " ".join(process.cmdline())
    except psutil.Error:
        return False  # gone, a zombie, or not ours to see


def postmaster(data: Path, cluster: str) -> Postmaster | None:
    """The running postmaster of the data folder, if there is one."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    try:
        if not _belongs(psutil.Process(pid), cluster):
            return None
    except psutil.NoSuchProcess:
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None
    return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")


def wait_until_ready(data: Path, cluster: str) -> Postmaster | None:
    """The postmaster once it takes connections; none when it does not run, or stops instead."""
    deadline = time.monotonic() + _PATIENCE
    while (found := postmaster(data, cluster)) is not None:
        if found.ready:
            return found
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"the embedded server (process {found.pid}) does not get ready",
                next_step=f"see {data}/server.log",
            )
        time.sleep(_STEP)
    return None


def wait_until_gone(data: Path, cluster: str) -> None:
    """Outlive what a killed postmaster leaves behind: two servers on one folder destroy it."""
    deadline = time.monotonic() + _PATIENCE
    while left := of_cluster(cluster):
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"process {left[0]} of an earlier server still works on {data}",
                next_step="end it, and try again",
            )
        time.sleep(_STEP)
