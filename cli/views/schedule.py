"""Jobs: how they stand, and what a worker does."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red
from config.text import format_time

if TYPE_CHECKING:
    from services.schedule import JobStatus
    from services.schedule.jobs import LiveWorker
    from services.schedule.worker import Begun, Done

_WHY = {"time": "", "session": " (a session has ended)", "takeover": " (taken over from a dead worker)"}


def seen_line(seen: Begun | Done) -> str:
    """What a worker prints when a run begins or ends."""
    ended = getattr(seen, "ended", None)
    if ended is None:
        return f"{seen.job}: begins{_WHY.get(seen.why, '')}"
    line = f"{seen.job}: {ended.outcome} after {getattr(seen, 'seconds', 0):.1f} s"
    return line if ended.outcome == "done" else red(f"{line}: {ended.message or 'no reason given'}")


def run_line(done: Done) -> dict[str, Any]:
    """A run as `worker --json` has it."""
    return {
        "job": done.job,
        "why": done.why,
        "outcome": done.ended.outcome,
        "exit_code": done.ended.exit_code,
        "message": done.ended.message,
        "next": done.ended.next_step,
        "seconds": round(done.seconds, 3),
    }


def render_jobs(
    jobs: Sequence[JobStatus], workers: Sequence[LiveWorker], faults: Mapping[str, str]
) -> Result:
    """Every job with its newest run, the workers that are alive, and what keeps pg_cron from its jobs."""
    document = {"jobs": jobs, "workers": workers, "pg_cron_faults": faults}
    if not jobs:
        return Result(document, ["There are no jobs.", next_line("schedule install")])
    lines: list[object] = [
        table(
            ["job", "times (UTC)", "runs", "by", "next", "last", "outcome", "state"],
            (
                (
                    *(job.name, times_of(job), shlex.join(job.command), job.run_by, job.next_due),
                    *(job.ended_at or job.started_at, job.outcome, job.trouble or job.state),
                )
                for job in jobs
            ),
        ),
        *trouble_lines(jobs),
        *(red(f"job {name}: {fault}") for name, fault in faults.items()),
    ]
    if any(job.run_by == "worker" for job in jobs):
        lines.append(workers_line(workers))
    return Result(document, lines)


def times_of(job: JobStatus) -> str:
    """When a job runs: "*/15 * * * * and after sessions"."""
    return f"{job.cron}{' and after sessions' if job.after_session else ''}"


def workers_line(workers: Sequence[LiveWorker]) -> str:
    """How many workers are alive, and since when."""
    if not workers:
        return "No worker is alive."
    since = format_time(workers[0].started_at)
    return f"{counted(len(workers), 'worker')} alive, the oldest since {since}."


def trouble_lines(jobs: Sequence[JobStatus]) -> Iterator[str]:
    """What is wrong with jobs, and what to do about it."""
    for job in jobs:
        if job.trouble:
            yield red(f"job {job.name}: {job.reason}")
            if job.advice:
                yield next_line(job.advice)
