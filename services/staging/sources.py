"""Sources in the database, the authority for every worker."""

from __future__ import annotations

import json

from config.source import Source
from database.handle import Database


async def register_source(database: Database, source: Source) -> bool:
    """Store the source's facts; true when the source is new."""
    row = await database.row("register_source", source.model_dump(mode="json"))
    return bool(row and row["is_new"])


async def load_source(database: Database, name: str) -> Source | None:
    """The source of that name as the database knows it."""
    facts = await database.value("source_facts", name)
    return None if facts is None else Source.model_validate_json(json.dumps(facts))
