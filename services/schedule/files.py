"""Files that let a host's own scheduler start a worker: for systemd, cron and GitHub Actions.

They hold no time but "look now" where the host can look each minute: the times of jobs are in the database,
in UTC. They hold no secret: the program reads settings from the environment or from `.env` in its folder.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from config.errors import UsageError
from services.schedule.jobs import JobStatus
from services.schedule.times import Times

Scheduler = Literal["systemd", "cron", "github"]

_NAME: Final = "property-manager"
_OFTENEST: Final = timedelta(minutes=5)
"""GitHub starts nothing more often."""

_PLAIN: Final = re.compile(r"[\w./+@-]+")

_SERVICE: Final = """\
# Looks which jobs are due and runs them. Settings: .env in WorkingDirectory, readable by its owner alone.
[Unit]
Description=Jobs of Property Manager that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command} worker --once
# SIGTERM goes to the worker, which asks its jobs to end and waits for them
KillMode=mixed
TimeoutStopSec=90
NoNewPrivileges=yes
"""
_TIMER: Final = """\
# To start it for a user: copy both files to ~/.config/systemd/user, then
#   systemctl --user daemon-reload && systemctl --user enable --now property-manager.timer
#   loginctl enable-linger   (so that it also runs while nobody is logged in)
[Unit]
Description=Look each minute for jobs of Property Manager that are due

[Timer]
OnCalendar=*-*-* *:*:00 UTC
AccuracySec=1s
Persistent=yes

[Install]
WantedBy=timers.target
"""
_CRONTAB: Final = """\
# Add with crontab -e. It looks each minute which jobs are due; their times are UTC, whatever zone cron has.
# Settings: .env in that folder, readable by its owner alone. What goes wrong is on stderr, which cron mails.
* * * * * {line}
"""
_WORKFLOW: Final = """\
# Keep it as .github/workflows/property-manager.yml. It runs the jobs that are due at these times, in UTC;
# GitHub may be late, and starts nothing more often than every five minutes. When jobs change, print it anew.
name: property-manager
on:
  schedule:
{times}
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: property-manager
  cancel-in-progress: false
jobs:
  due:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: pip install .
      - run: property-manager worker --once
        env:
{variables}
"""
_BY_URL: Final = ("DATABASE_URL",)
_BY_HTTPS: Final = ("SUPABASE_URL", "SUPABASE_SECRET_KEY")
_ALWAYS: Final = ("PROPERTY_MANAGER_CONTACT", "PROPERTY_MANAGER_ERASURE_KEY")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program is started: its words, and the folder with its `.env` and its mapping files."""

    program: tuple[str, ...]
    folder: Path


def files(scheduler: Scheduler, jobs: Sequence[JobStatus], place: Place, *, https: bool) -> dict[str, str]:
    """The names and texts of the files. Raises UsageError where no job is for a worker."""
    if not any(job.run_by == "worker" for job in jobs):
        raise UsageError(
            "there is no job that a worker runs",
            next_step="install one first: property-manager schedule install",
        )
    if scheduler == "systemd":
        # systemd takes no quotes and no $ in the name of a program, but in what a program is given
        plain = _PLAIN.fullmatch(place.program[0])
        words = place.program if plain else ("/usr/bin/env", *place.program)
        command = " ".join(map(_systemd_word, words))
        folder = str(place.folder).replace("%", "%%")
        return {
            f"{_NAME}.service": _SERVICE.format(folder=folder, command=command),
            f"{_NAME}.timer": _TIMER,
        }
    if scheduler == "cron":
        command = f"{shlex.join(place.program)} worker --once --json >/dev/null"
        line = f"cd {shlex.quote(str(place.folder))} && {command}"
        return {f"{_NAME}.crontab": _CRONTAB.format(line=line.replace("%", r"\%"))}
    return {f"{_NAME}.yml": _workflow(jobs, https=https)}


def _systemd_word(word: str) -> str:
    """A word of ExecStart, in which systemd expands % and $ and reads backslashes."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or any(letter.isspace() for letter in word) else word


def _workflow(jobs: Sequence[JobStatus], *, https: bool) -> str:
    named: dict[str, list[str]] = {}
    for job in jobs:
        if job.run_by == "worker" and job.enabled:
            named.setdefault(_as_github(job.cron), []).append(job.name)
    times = "\n".join(f'    - cron: "{cron}" # {", ".join(names)}' for cron, names in named.items())
    variables = (*(_BY_HTTPS if https else _BY_URL), *_ALWAYS)
    lines = "\n".join(f"          {name}: ${{{{ secrets.{name} }}}}" for name in variables)
    return _WORKFLOW.format(times=times, variables=lines)


def _as_github(cron: str) -> str:
    """The times of a job as far as GitHub can keep them."""
    times = Times(cron)
    often = times.shortest_gap(datetime.fromisoformat("2026-01-01T00:00:00Z")) < _OFTENEST
    return "*/5 * * * *" if often or times.zone is not None else cron
