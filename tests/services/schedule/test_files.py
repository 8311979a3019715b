"""The files for a host's scheduler: valid, in UTC, without a secret, and they start a worker."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.errors import UsageError
from services.schedule.files import Place, files
from services.schedule.jobs import JobStatus

ODD = "it's 100 % $HOME"


def status(name: str, cron: str, **facts: Any) -> JobStatus:
    empty = dict.fromkeys(JobStatus.__slots__)
    return JobStatus(**{**empty, "name": name, "cron": cron, "run_by": "worker", "enabled": True, **facts})


JOBS = [
    status("scrape-acme", "0 6 * * *"),
    status("sync-pending", "* * * * *"),
    status("cleanup", "0 6 * * *"),
    status("off", "1 1 * * *", enabled=False),
    status("views", "*/15 * * * *", run_by="pg_cron"),
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A program in a folder with a name that every format has to escape; it notes its arguments."""
    folder = tmp_path / ODD
    folder.mkdir()
    program = folder / "property-manager"
    program.write_text('#!/bin/sh\npwd > ran\necho "$@" >> ran\n')
    program.chmod(0o700)
    return Place((str(program),), folder)


def ran(place: Place) -> list[str]:
    return (place.folder / "ran").read_text().splitlines()


def test_systemd_takes_the_units(place: Place, tmp_path: Path) -> None:
    """systemd-analyze finds nothing wrong; the timer looks each minute, in UTC."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    made = files("systemd", JOBS, place, https=False)
    assert set(made) == {"property-manager.service", "property-manager.timer"}
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in made)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    said = [line for line in verified.stderr.splitlines() if "property-manager" in line or ODD in line]
    assert (verified.returncode, said) == (0, [])
    calendar = subprocess.run(
        ["systemd-analyze", "calendar", "*-*-* *:*:00 UTC"], capture_output=True, text=True, check=True
    )
    assert "OnCalendar=*-*-* *:*:00 UTC" in made["property-manager.timer"]
    assert "UTC" in calendar.stdout


def test_cron_runs_the_line(place: Place) -> None:
    """The line begins with five fields; without cron's escapes a shell runs the worker in its folder."""
    (text,) = files("cron", JOBS, place, https=False).values()
    (line,) = [line for line in text.splitlines() if not line.startswith("#")]
    assert line.startswith("* * * * * ")
    assert "%" not in line.replace(r"\%", "")
    subprocess.run(["/bin/sh", "-c", line.split(" ", 5)[5].replace(r"\%", "%")], check=True, env={})
    assert ran(place) == [str(place.folder), "worker --once --json"]


@pytest.mark.parametrize(
    ("https", "given"), [(False, {"DATABASE_URL"}), (True, {"SUPABASE_URL", "SUPABASE_SECRET_KEY"})]
)
def test_github_reads_the_workflow(place: Place, https: bool, given: set[str]) -> None:
    """The times of enabled jobs, each once and none more often than GitHub allows; secrets by name only."""
    (text,) = files("github", JOBS, place, https=https).values()
    read = yaml.safe_load(text)
    times = read[True]["schedule"]  # to YAML 1.1, which this parser reads, `on` is true
    assert [time["cron"] for time in times] == ["0 6 * * *", "*/5 * * * *"]
    assert read["concurrency"]["cancel-in-progress"] is False
    assert read["permissions"] == {"contents": "read"}
    run = read["jobs"]["due"]["steps"][-1]
    assert run["run"] == "property-manager worker --once"
    assert set(run["env"]) == {*given, "PROPERTY_MANAGER_CONTACT", "PROPERTY_MANAGER_ERASURE_KEY"}
    assert all(value == f"${{{{ secrets.{name} }}}}" for name, value in run["env"].items())
    assert "# scrape-acme, cleanup" in text


def test_nothing_is_printed_where_no_worker_is_needed(place: Place) -> None:
    """Where pg_cron runs everything, or no job is there, a host has nothing to start."""
    for jobs in ([], [replace(JOBS[0], run_by="pg_cron")]):
        with pytest.raises(UsageError, match="there is no job that a worker runs"):
            files("cron", jobs, place, https=False)
