"""Workers: jobs run when they are due, one at a time, and a dead worker's job is taken over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from database.direct import DirectDatabase
from database.handle import Database
from services.schedule.worker import Done, Worker, WorkerOptions
from tests.catalogue import Catalogue, homes
from tests.faults.processes import output, python
from tests.services.schedule.conftest import Bench
from tests.services.schedule.silent_site import SilentSite, silent_site

PATIENCE = 60
"""Seconds after which a test gives up waiting; nothing is expected to take so long."""
OPTIONS = WorkerOptions("cli.job", beat_seconds=0.1, poll_seconds=3_600, deaf_poll_seconds=0.1)


@pytest.fixture
async def site() -> AsyncIterator[SilentSite]:
    async with silent_site() as site:
        yield site


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


async def soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


@asynccontextmanager
async def working(
    database: Database, monkeypatch: pytest.MonkeyPatch, bench: Bench, options: WorkerOptions = OPTIONS
) -> AsyncIterator[tuple[Worker, asyncio.Task[list[Done]]]]:
    """A worker of this process, stopped at the end."""
    for name, value in bench.environment.items():
        monkeypatch.setenv(name, value)
    worker = Worker(database, options)
    task = asyncio.create_task(worker.work())
    try:
        yield worker, task
    finally:
        worker.stop()
        await task


async def test_a_job_that_is_due_runs_once(bench: Bench) -> None:
    """`worker --once` runs what is due, records it, and the job then waits for its next time."""
    await bench.job("refresh-views")
    await bench.job("cleanup", due=False)

    async with bench.worker("--once") as process:
        said = await output(process)
        assert await process.wait() == 0

    assert said.startswith("refresh-views: begins\nrefresh-views: done after")
    (run,) = await bench.runs()
    assert (run.job, run.outcome, run.exit_code, run.message) == ("refresh-views", "done", 0, None)
    status = await bench.status("refresh-views")
    assert status.next_due is not None
    assert run.ended_at is not None
    assert status.next_due > run.ended_at
    async with bench.worker("--once") as process:
        assert await output(process) == "Nothing is due."


async def test_a_run_that_fails_is_recorded_with_its_text(bench: Bench) -> None:
    """The run has the command's own sentence, its next step and its exit code; other jobs go on."""
    await bench.job("sync-pending", "--source", "nowhere", name="wrong")
    await bench.job("refresh-views")

    async with bench.worker("--once") as process:
        await output(process)
        assert await process.wait() == 4

    (wrong,) = await bench.runs("wrong")
    assert (wrong.outcome, wrong.exit_code) == ("failed", 2)
    assert wrong.message == 'there is no source "nowhere"'
    assert wrong.next_step == "property-manager sources list"
    assert [run.outcome for run in await bench.runs("refresh-views")] == ["done"]


async def test_a_job_runs_with_the_options_of_its_command(bench: Bench, catalogue: Catalogue) -> None:
    """`sync-pending` brings the sessions that wait to live."""
    await catalogue.run(homes(3))
    session = await catalogue.stage(homes(4), day=1)
    await bench.job("sync-pending", "--source", catalogue.source.name, "--max-sessions", "5")

    async with bench.worker("--once") as process:
        said = await output(process)
        assert await process.wait() == 0, said

    assert len(await catalogue.change_sets(session)) == 1


@pytest.mark.direct
async def test_of_many_that_take_a_job_at_once_one_gets_it(bench: Bench, dsn: str) -> None:
    """Twenty workers that see the same job due at the same moment: one run."""
    await bench.job("cleanup")
    async with await DirectDatabase.connect(dsn, pool_size=20) as many:
        (due,) = await many.rows("due_jobs")
        following = due["next_due"].replace(year=2100)
        taken = await asyncio.gather(
            *(many.value("take_job", "cleanup", due["next_due"], following, f"w{n}") for n in range(20))
        )
    assert len([run for run in taken if run is not None]) == 1
    assert len(await bench.runs()) == 1


async def test_workers_share_the_jobs(bench: Bench) -> None:
    """Three workers and six jobs: each job runs once."""
    for number in range(6):
        await bench.job("cleanup", "--days", "400", name=f"job-{number}")
    async with bench.worker("--once") as a, bench.worker("--once") as b, bench.worker("--once") as c:
        said = [await output(process) for process in (a, b, c)]
        assert [await process.wait() for process in (a, b, c)] == [0, 0, 0], said
    assert sorted(run.job for run in await bench.runs()) == [f"job-{number}" for number in range(6)]


async def test_the_job_of_a_killed_worker_ends_with_it_and_is_taken_over(
    bench: Bench, site: SilentSite, tmp_path: Path
) -> None:
    """kill -9: the job's process ends too; a minute of silence later another worker runs the job anew."""
    name = await bench.job(*site.scrape)
    async with bench.worker() as killed:
        await soon(site.came)
        killed.kill()
        await soon(site.gone)
    log = (tmp_path / "home" / "logs" / "property_manager.log").read_text()
    assert "scrape started" in log
    assert "ERROR" not in log, "the scrape was ended, and did not end by itself"
    site.forget()
    async with bench.worker("--once") as early:
        assert await output(early) == "Nothing is due."  # the dead one may be alive for all that is known

    await bench.silent()
    assert (await bench.status(name)).trouble == "lost"
    async with bench.worker() as heir:
        await soon(site.came)
        lost, running = await bench.runs(name)
        assert b"taken over from a dead worker" in await heir.stdout.readline()
    assert (lost.outcome, running.outcome) == ("lost", "running")
    assert lost.message is not None
    assert "gave no sign after" in lost.message


async def test_a_job_that_kills_its_workers_waits_for_its_next_time(bench: Bench) -> None:
    """After three lost runs in a row nobody takes the job over at once."""
    name = await bench.job("cleanup")
    for _ in range(3):
        (due,) = await bench.database.rows("due_jobs")
        assert await bench.database.value(
            "take_job", name, due["next_due"], due["next_due"].replace(year=2100), "doomed"
        )
        await bench.silent()
    (due,) = await bench.database.rows("due_jobs")
    assert due["why"] == "takeover"
    assert await bench.database.value(
        "take_job", name, due["next_due"], due["next_due"].replace(year=2100), "doomed"
    )
    await bench.silent()
    assert await bench.database.rows("due_jobs") == []

    await bench.due(name)
    assert [due["why"] for due in await bench.database.rows("due_jobs")] == ["time"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_a_worker_politely(
    bench: Bench, site: SilentSite, number: signal.Signals
) -> None:
    """The job is asked to end, its run is recorded as stopped, and it is due again at once for others."""
    name = await bench.job(*site.scrape)
    async with bench.worker() as process:
        await soon(site.came)
        process.send_signal(number)
        said = await output(process)
        assert await process.wait() == 0, said
    assert site.gone.is_set()
    (run,) = await bench.runs(name)
    assert (run.outcome, run.message) == ("stopped", "its worker was stopped")
    assert await bench.database.rows("workers") == []
    assert [due["name"] for due in await bench.database.rows("due_jobs")] == [name]


async def test_a_run_that_takes_too_long_is_ended(bench: Bench, site: SilentSite) -> None:
    """The time-out of a job ends its process, and the record says so."""
    name = await bench.job(*site.scrape, timeout_seconds=3)
    async with bench.worker("--once") as process:
        await output(process)
        assert await process.wait() == 1
    (run,) = await bench.runs(name)
    assert (run.outcome, run.message) == ("failed", "it did not end within 3 s, and was stopped")


async def test_a_worker_that_was_given_up_ends_its_job(
    bench: Bench, site: SilentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that wakes late finds its run taken over: it ends its process and leaves the record alone."""
    name = await bench.job(*site.scrape)
    async with working(bench.database, monkeypatch, bench) as (_, task):
        await soon(site.came)
        await bench.superuser.execute(
            "update property_manager.job_runs set outcome = 'lost', ended_at = now(), message = 'given up'"
        )
        await soon(site.gone)
    (done,) = task.result()
    assert (done.ended.outcome, done.ended.exit_code) == ("lost", -signal.SIGKILL)
    (run,) = await bench.runs(name)
    assert (run.outcome, run.message) == ("lost", "given up")


@pytest.mark.direct
async def test_a_lost_connection_loses_no_run(
    bench: Bench, site: SilentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every connection of the worker is cut while a job runs: it goes on and its end is recorded."""
    name = await bench.job(*site.scrape)
    async with working(bench.database, monkeypatch, bench):
        await soon(site.came)
        await bench.superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        site.hang_up()

        async def recorded() -> bool:
            return (await bench.status(name)).outcome != "running"

        await until(recorded)
    (run,) = await bench.runs(name)
    assert (run.outcome, run.exit_code) == ("failed", 1)


@pytest.mark.direct
async def test_a_session_that_has_ended_wakes_the_worker(
    bench: Bench, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that would look again in an hour syncs a session as soon as it waits."""
    await bench.job("sync-pending", due=False, after_session=True)
    async with working(bench.database, monkeypatch, bench):

        async def listening() -> bool:
            return bool(
                await bench.superuser.fetchval(
                    "select count(*) from pg_stat_activity where datname = current_database()"
                    " and query ilike 'listen%jobs%'"
                )
            )

        await until(listening)
        session = await catalogue.stage(homes(3))

        async def live() -> bool:
            return bool(await catalogue.change_sets(session))

        await until(live)
    (run,) = await bench.runs()
    assert run.outcome in ("done", "stopped")


async def test_a_session_is_found_without_a_notification(
    bench: Bench, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be heard, the worker looks; one that was away finds what ended meanwhile."""
    await bench.job("sync-pending", due=False, after_session=True)
    session = await catalogue.stage(homes(3))
    assert [due["why"] for due in await bench.database.rows("due_jobs")] == ["session"]

    async with bench.worker("--once") as process:
        said = await output(process)
    assert "sync-pending: begins (a session has ended)" in said
    assert len(await catalogue.change_sets(session)) == 1
    assert await bench.database.rows("due_jobs") == []

    monkeypatch.setattr(bench.database, "hears", False)
    async with working(bench.database, monkeypatch, bench):
        second = await catalogue.stage(homes(4), day=1)

        async def live() -> bool:
            return bool(await catalogue.change_sets(second))

        await until(live)


async def test_a_session_of_another_source_wakes_no_job(bench: Bench, catalogue: Catalogue) -> None:
    """A job that follows the sessions of one source is not due for those of another."""
    await bench.job(
        "sync-pending", "--source", "other", due=False, after_session=True, options={"source": "other"}
    )
    await catalogue.stage(homes(2))
    assert await bench.database.rows("due_jobs") == []


@pytest.mark.parametrize("end", ["closed", "silent"])
async def test_a_job_ends_with_its_leash(end: str) -> None:
    """A process on a leash ends when the pipe is closed, and when nothing came through it for too long."""
    theirs, ours = os.pipe()
    length = 3_600 if end == "closed" else 0.2
    code = (
        f"import time; from services.schedule import leash; leash.hold({theirs}, {length}); time.sleep(3600)"
    )
    async with python("-c", code, pass_fds=(theirs,)) as process:
        os.close(theirs)
        if end == "closed":
            os.close(ours)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == -signal.SIGKILL
        if end == "silent":
            os.close(ours)


async def test_a_database_of_another_version_is_left_alone(
    bench: Bench, superuser: asyncpg.Connection
) -> None:
    """A worker that finds the database migrated by another version ends with exit code 2 and runs nothing."""
    await bench.job("cleanup")
    await superuser.execute("update property_manager.code_version set version = 'other'")
    async with bench.worker("--once", stderr=asyncio.subprocess.PIPE) as process:
        _, err = await process.communicate()
    assert process.returncode == 2
    assert b"db migrate" in err
    assert await superuser.fetchval("select count(*) from property_manager.job_runs") == 0
