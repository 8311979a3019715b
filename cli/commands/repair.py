"""`repair`: put right what a process that died left behind."""

from __future__ import annotations

import click

from cli.program import next_line
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import counted, red


@click.command(epilog=example("repair", "repair --scrapes"))
@click.option("--scrapes", is_flag=True, help="Also give up interrupted scrapes, which could be resumed.")
@runs
async def repair(run: Run, *, scrapes: bool) -> Result:
    """Put right what a process that died left behind.

    Ends syncs, leases and sessions that no process works on, dates what a wrong clock put in the future, and
    lets the views catch up. Leaves alone what is at work. `doctor` says when it is needed.
    """
    from services.workflows.repair import repair as put_right

    async with run.database() as database:
        done = await put_right(database, scrapes=scrapes)
    lines: list[object] = []
    if done.syncs_ended:
        lines.append(f"Ended {counted(done.syncs_ended, 'run')} without a worker.")
    if done.sessions_ended:
        lines.append(f"Ended {counted(done.sessions_ended, 'session')} without a process.")
    if done.moments_dated:
        lines.append(f"Dated {counted(done.moments_dated, 'moment')} that lay in the future.")
    if done.caught_up > 0:
        lines.append(f"The views caught up with {counted(done.caught_up, 'change set')}.")
    lines += map(red, done.follow_up_failures)
    if done.follow_up_failures:
        lines.append(next_line("once that is fixed: repair"))
    return Result(done, lines or ["Nothing to repair."], 1 if done.follow_up_failures else 0)
