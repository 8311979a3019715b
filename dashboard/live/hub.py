"""The hub: looks at the database for all browsers, and knows how each topic stands.

It looks when the change feed rings, and every second or two while somebody watches. An event says how all
topics stand, and a page knows how those it shows stood when it was made. So nothing is missed between a
page and its first event, or while a browser, this server or the database was away, and a hundred commits
are one event.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from config.errors import DatabaseUnreachableError, MigrationError, PropertyManagerError
from database.handle import Database
from services.feed.bell import Bell
from services.reports.pulse import pulse

log = logging.getLogger(__name__)

Reachable = Literal["here", "away", "changed"]
"""How the database stands: it answers, it does not, it was migrated to another version than ours."""

_BETWEEN_SECONDS: Final = 0.1
"""The least time between two looks, however often the feed rings."""
_WATCHED_SECONDS: Final = 2.0
"""The most time between two looks while somebody watches."""
_LONGEST_WAIT: Final = 5.0


@dataclass(frozen=True, slots=True)
class State:
    """How each topic stands: a text that is another once it has moved; whether the database is there."""

    topics: Mapping[str, str] = field(default_factory=dict)
    reachable: Reachable = "here"


class Hub:
    """Looks at the database, and wakes the streams."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._code: str | None = None
        self._watching = 0
        self._closed = False
        self._moved = asyncio.Event()
        self._bell: Bell | None = None
        self._task: asyncio.Task[None] | None = None
        self.state = State()

    @property
    def watching(self) -> int:
        """How many streams there are."""
        return self._watching

    @property
    def closed(self) -> bool:
        """Whether the server ends."""
        return self._closed

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._look_for_ever(), name="dashboard hub")

    def close(self) -> None:
        """End every stream, at once: the server stops."""
        self._closed = True
        self._moved.set()
        if self._task is not None:
            self._task.cancel()

    async def stop(self) -> None:
        """Wait until it has ended."""
        self.close()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def states(self, *, still_seconds: float) -> AsyncIterator[State]:
        """How topics stand: now, each time that one moved, and when none did for so long."""
        self._watching += 1
        try:
            if self._bell is not None and self._watching == 1:
                self._bell.ring()  # nobody has watched: look now
            while not self._closed:
                moved = self._moved
                yield self.state
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(still_seconds):
                        await moved.wait()
        finally:
            self._watching -= 1

    async def _look_for_ever(self) -> None:
        async with Bell(self._database) as bell:
            self._bell = bell
            wait = 0.0
            while True:
                wait = await self._look(bell, wait)
                await asyncio.sleep(wait or _BETWEEN_SECONDS)
                if not wait:
                    await bell.woken(most_seconds=_WATCHED_SECONDS if self._watching else None)

    async def _look(self, bell: Bell, waited: float) -> float:
        """Look once; returns how long to wait before the next look, 0 where the database answered."""
        try:
            await bell.listen()
            found = await pulse(self._database)
        except (DatabaseUnreachableError, MigrationError) as error:
            self._tell(State(self.state.topics, "away"), error)
        except PropertyManagerError as error:
            # a function that is not there: the database is being migrated, or was
            self._tell(State(self.state.topics, "changed"), error)
        except Exception:
            # a fault of ours: pages say that they may be old, and it looks again
            log.exception("the dashboard could not look at the database")
            self._tell(State(self.state.topics, "away"))
        else:
            code = found.pop("code", None)
            self._code = self._code or self._database.code_version or code
            topics = {topic: _short(state) for topic, state in found.items()}
            self._tell(State(topics, "here" if code == self._code else "changed"))
            return 0.0
        return min(_LONGEST_WAIT, 2 * waited or _BETWEEN_SECONDS)

    def _tell(self, state: State, error: PropertyManagerError | None = None) -> None:
        if state == self.state:
            return
        if error is not None:
            log.warning("the dashboard cannot ask the database: %s", error.message)
        self.state = state
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


def _short(state: str) -> str:
    return hashlib.blake2b(state.encode(), digest_size=6).hexdigest()
