"""What tells a reader that what it shows is out of date, without reading it again."""

from __future__ import annotations

from database.handle import Database


async def pulse(database: Database) -> dict[str, str]:
    """A text for each topic, which is another one once something of the topic was committed.

    The topics are feed (live and what readers see), sessions, plans, quarantine, homes, jobs, and code: the
    version of the database's functions.
    """
    return {row["topic"]: row["state"] or "" for row in await database.rows("pulse")}
