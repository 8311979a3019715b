"""A worker: runs jobs that are due, each in a process of its own, and says that it is alive."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from config.errors import DatabaseError, DatabaseUnreachableError, ListeningRefusedError, PropertyManagerError
from database.errors import while_working
from database.handle import Database
from database.retrying import retry
from services.schedule.leash import LENGTH_SECONDS
from services.schedule.process import Ended, JobProcess, job_process
from services.schedule.times import Times

log = logging.getLogger(__name__)

CHANNEL: Final = "property_manager_jobs"


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works."""

    module: str
    """The module whose `main` runs a job: its arguments are its leash and the words of the command."""
    once: bool = False
    """End when nothing is due and nothing runs."""
    at_once: int = 3
    """How many jobs it runs at the same time."""
    poll_seconds: float = 30.0
    """How long to wait for a notification before looking all the same."""
    deaf_poll_seconds: float = 5.0
    """The same where notifications cannot be heard."""
    beat_seconds: float = 10.0
    """How often it says that it is alive."""
    give_up_seconds: float = 3_600.0
    """How long it waits for a server that cannot be reached; a job ends sooner."""


@dataclass(frozen=True, slots=True)
class Done:
    """A run that ended."""

    job: str
    why: str
    ended: Ended
    seconds: float


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that begins: why is "time", "session" or "takeover"."""

    job: str
    why: str


Observe = Callable[[Begun | Done], None]


@dataclass(slots=True)
class _Due:
    name: str
    command: Sequence[str]
    cron: str
    timeout_seconds: int
    next_due: datetime
    why: str
    resume: UUID | None

    @property
    def is_brief(self) -> bool:
        """Whether it runs beside as many as there may be: alerts also tell that those hang."""
        return self.command[0] == "alerts"

    @property
    def words(self) -> list[str]:
        """The command; a scrape that was broken off goes on."""
        return [*self.command, *(["--resume", str(self.resume)] if self.resume else [])]


class Worker:
    """Takes jobs until it is stopped; two workers never run the same job at once."""

    def __init__(
        self, database: Database, options: WorkerOptions, observe: Observe = lambda seen: None
    ) -> None:
        self._database = database
        self._options = options
        self._observe = observe
        self._id: UUID = uuid4()
        self._name = f"{socket.gethostname()}/{os.getpid()}"
        self._running: dict[int, JobProcess] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[Done] = []
        self._failures: list[BaseException] = []
        self._lost: set[int] = set()
        self._stopping = False
        self._woken = asyncio.Event()
        self._ears = _Ears(database, self._woken)

    def stop(self) -> None:
        """Take no further job, and ask those that run to end; called again, end them at once."""
        if self._stopping:
            for process in self._running.values():
                process.kill()
        self._stopping = True
        self._woken.set()

    async def work(self) -> list[Done]:
        """Run jobs until `stop` is called, or with `once` until none is left; returns what has ended.

        A server that is away is waited for. Raises PropertyManagerError when that takes too long.
        """
        beating = asyncio.create_task(self._beat())
        try:
            while not self._stopping:
                self._raise_failure()
                self._woken.clear()
                taken = await self._take_what_is_due()
                if self._stopping or (self._options.once and not taken and not self._tasks):
                    break
                if not taken:
                    await self._wait()
        finally:
            await self._end_all()
            beating.cancel()
            await asyncio.wait({beating})
            await self._ears.close()
            await self._leave()
        self._raise_failure()
        return self._done

    async def _take_what_is_due(self) -> bool:
        """Start what is due and fits; whether anything was."""
        if not self._options.once:
            await self._ears.open()
        taken = False
        waiting = await self._patiently(self._due)
        if waiting:
            await self._patiently(self._database.require_current)
        for due in waiting:
            if self._stopping:
                break
            if len(self._tasks) < self._options.at_once or due.is_brief:
                taken |= await self._take(due)
        return taken

    async def _due(self) -> list[_Due]:
        return [_Due(**dict(row)) for row in await self._database.rows("due_jobs")]

    async def _take(self, due: _Due) -> bool:
        now: datetime = await self._patiently(lambda: self._database.value("server_time"))
        following = Times(due.cron).after(now)
        try:
            run: int | None = await self._database.value(
                "take_job", due.name, due.next_due, following, f"{self._name}/{self._id}"
            )
        except DatabaseUnreachableError as error:
            # an answer that was lost may have taken it: the run then has no heartbeat, and is taken over
            log.warning("job %s: %s", due.name, error.message)
            return False
        if run is None:
            return False
        task = asyncio.create_task(self._run(run, due))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)
        self._woken.set()

    def _raise_failure(self) -> None:
        """Raise what kept a run from being recorded."""
        if self._failures:
            raise self._failures[0]

    async def _run(self, run: int, due: _Due) -> None:
        began = time.monotonic()
        self._observe(Begun(due.name, due.why))
        async with job_process(self._options.module, due.words) as process:
            self._running[run] = process
            if self._stopping:
                await process.stop()
            try:
                ended = await process.ended(due.timeout_seconds)
            finally:
                del self._running[run]
        if run in self._lost:
            ended = Ended("lost", ended.exit_code, "another worker has taken it over")
        elif self._stopping and ended.outcome != "done":
            ended = Ended("stopped", ended.exit_code, "its worker was stopped", ended.next_step)
        if ended.outcome != "lost":
            await self._patiently(lambda: self._keep_end(run, ended))
        done = Done(due.name, due.why, ended, time.monotonic() - began)
        self._done.append(done)
        self._observe(done)

    async def _keep_end(self, run: int, ended: Ended) -> None:
        await self._database.run(
            "end_run", run, ended.outcome, ended.exit_code, ended.message, ended.next_step
        )

    async def _beat(self) -> None:
        """Say that this worker is alive, and tell its jobs once the database has heard it."""
        while True:
            await self._keep_runs()
            await asyncio.sleep(self._options.beat_seconds)

    async def _keep_runs(self) -> None:
        held = dict(self._running)
        asked = time.monotonic()
        try:
            kept = await self._database.value("keep_runs", self._id, self._name, list(held))
        except DatabaseError as error:
            log.warning("the database does not hear this worker: %s", error.message)
            return
        if time.monotonic() - asked > LENGTH_SECONDS / 4:
            return  # too old to be a sign of life: the next one is
        for run, process in held.items():
            if run in kept:
                process.keep()
            elif run in self._running:
                log.warning("another worker has taken over run %d", run)
                self._lost.add(run)
                process.kill()

    async def _wait(self) -> None:
        seconds = self._options.poll_seconds if self._ears.hear else self._options.deaf_poll_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            log.debug("not woken for %.0f s; looking for jobs anyway", seconds)

    async def _end_all(self) -> None:
        """Ask every job to end, and wait until it has."""
        self._stopping = True
        await asyncio.gather(*(process.stop() for process in list(self._running.values())))
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _leave(self) -> None:
        try:
            await self._database.run("leave_work", self._id)
        except PropertyManagerError as error:
            log.info("the database does not know that this worker has stopped: %s", error.message)

    async def _patiently(self, act: Callable[[], Awaitable[Any]]) -> Any:
        """Act, and again while the server cannot be reached."""

        async def once() -> Any:
            return await act()

        return await retry(once, seconds=self._options.give_up_seconds, longest_wait=10)


class _Ears:
    """A connection that listens, where the way to the database allows it; kept open by `open`."""

    def __init__(self, database: Database, woken: asyncio.Event) -> None:
        self._database = database
        self._woken = woken
        self._conn: asyncpg.Connection | None = None
        self._open = AsyncExitStack()
        self._refused = not database.hears

    @property
    def hear(self) -> bool:
        """Whether a notification would be heard."""
        return self._conn is not None and not self._conn.is_closed()

    async def open(self) -> None:
        """Listen, unless that is refused or the server is away: then the worker polls."""
        if self._refused or self.hear:
            return
        await self.close()
        try:
            conn = await self._open.enter_async_context(self._database.listener())
            with while_working(self._database.place, conn):
                await conn.add_listener(CHANNEL, self._wake)
                conn.add_termination_listener(self._wake)
        except ListeningRefusedError as refused:
            log.warning("%s; looking for jobs instead. To be woken: %s", refused.message, refused.next_step)
            self._refused = True
        except DatabaseError as error:
            log.warning("cannot listen for jobs: %s", error.message)
        else:
            self._conn = conn

    async def close(self) -> None:
        """Give the connection back."""
        self._conn = None
        await self._open.aclose()

    def _wake(self, *_: object) -> None:
        self._woken.set()
