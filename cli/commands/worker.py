"""`worker`: run jobs when they are due."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from typing import TYPE_CHECKING

import click

from cli.render import Result, say
from cli.run import Run, example, runs
from cli.views.schedule import run_line, seen_line
from config.errors import PropertyManagerError

if TYPE_CHECKING:
    from database.handle import Database
    from services.schedule.worker import Begun, Done

JOB_MODULE = "cli.job"

log = logging.getLogger(__name__)


@click.command(epilog=example("worker", "worker --once", "worker --jobs 1"))
@click.option("--once", is_flag=True, help="End when nothing is due: for cron, timers and CI.")
@click.option(
    "--jobs",
    "at_once",
    type=click.IntRange(1, 64),
    default=3,
    show_default=True,
    help="How many jobs to run at the same time.",
)
@runs
async def worker(run: Run, *, once: bool, at_once: int) -> Result:
    """Run jobs when they are due.

    Runs until it is stopped. Any number of workers on any hosts share the jobs: none runs twice at once, and
    one whose worker died is taken over within a minute or so. A session that has ended wakes the jobs that
    follow sessions. A run's settings and files are those of this worker: start it where the commands work.

    Ctrl-C or SIGTERM asks the jobs that run to end and waits for them; they are due again at once. Exit code
    with --once as of sync-pending: 0 all was done, 3 some were refused, 4 some failed, 1 all failed; without
    it 0 once it was stopped.
    """
    from services.schedule.worker import Worker, WorkerOptions

    def observe(seen: Begun | Done) -> None:
        if not run.as_json:
            say(seen_line(seen))

    async with run.database() as database:
        working = Worker(database, WorkerOptions(JOB_MODULE, once=once, at_once=at_once), observe)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, working.stop)
        if not once and not run.as_json:
            say("Waiting for jobs; Ctrl-C stops.", err=True)
        try:
            done = await working.work()
        except PropertyManagerError as error:
            await _tell(run, database, error)
            raise
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
    lines = [] if done or not once else ["Nothing is due."]
    document = {"runs": [run_line(each) for each in done]}
    return Result(document, lines, _exit_code(done) if once else 0)


async def _tell(run: Run, database: Database, error: PropertyManagerError) -> None:
    """Leave an alert that this worker failed, and send it as far as that can be done."""
    from services.alerts import Policy, channels_of, say_worker_failed, send_alerts

    await say_worker_failed(database, f"{socket.gethostname()}/{os.getpid()}", error)
    try:
        if channels := channels_of(run.settings):
            await send_alerts(database, channels, Policy.of(run.settings))
    except PropertyManagerError as failure:
        log.warning("alerts cannot be sent: %s", failure.message)


def _exit_code(done: list[Done]) -> int:
    outcomes = [each.ended.outcome for each in done]
    failed = [outcome for outcome in outcomes if outcome not in ("done", "refused")]
    if failed:
        return 1 if all(outcome in ("failed", "lost") for outcome in outcomes) else 4
    return 3 if "refused" in outcomes else 0
