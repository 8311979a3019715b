"""Sources in the database, the authority for every worker."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from config.errors import NotFoundError, PropertyManagerError
from config.secrets import mask_facts
from config.source import Source
from database.handle import Database
from parsing.nearest import nearest

log = logging.getLogger(__name__)


async def register_source(database: Database, source: Source) -> bool:
    """Store the source's facts, passwords and tokens in them masked; true when the source is new."""
    row = await database.row("register_source", mask_facts(source.model_dump(mode="json")))
    return bool(row and row["is_new"])


class Registration:
    """A source that is registered when something is to be staged, and forgotten when nothing was.

    As a context it forgets, on an error, a source that it has registered itself, unless a session with rows
    is there to be resumed or synced.
    """

    def __init__(
        self, database: Database, source: Source, on_new: Callable[[Source], None] = lambda source: None
    ) -> None:
        self._database = database
        self._on_new = on_new
        self._done = False
        self.source = source
        self.is_new = False

    async def register(self) -> None:
        """Store the source's facts; only the first call does anything."""
        if not self._done:
            self.is_new = await register_source(self._database, self.source)
            self._done = True
            if self.is_new:
                self._on_new(self.source)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or not self.is_new:
            return
        try:
            self.is_new = not await self._database.value("forget_source", self.source.name)
        except PropertyManagerError as also:
            # the caller gets the first error; `sources list` shows that nothing was applied
            log.info("cannot forget source %s: %s", self.source.name, also.message)


async def load_source(database: Database, name: str) -> Source | None:
    """The source of that name as the database knows it."""
    facts = await database.value("source_facts", name)
    return None if facts is None else Source.model_validate_json(json.dumps(facts))


async def require_source(database: Database, name: str | None) -> None:
    """Raise NotFoundError for a source that does not exist: an empty answer would mislead."""
    if name is None or await load_source(database, name) is not None:
        return
    known = [row["name"] for row in await database.rows("source_names")]
    near = nearest(name, known)
    raise NotFoundError(
        f'there is no source "{name}"',
        next_step=f"did you mean {near}?" if near else "see sources list",
    )
