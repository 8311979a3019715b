"""What speaks against the rows of a scrape, beside the sessions of its scope before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that speaks against a session."""

    code: Literal["layout_changed", "one_value_everywhere", "few_rows"]
    sentence: str


async def doubts(database: Database, session_id: UUID, verdict: str) -> list[Doubt]:
    """What speaks against the staged rows of an open session whose crawl has this verdict."""
    return records(Doubt, await database.rows("judge_session", session_id, verdict))
