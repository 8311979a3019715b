"""Sources in the database, the authority for every worker."""

from __future__ import annotations

import json

from config.errors import NotFoundError
from config.secrets import mask_facts
from config.source import Source
from database.direct import Database
from parsing.nearest import nearest


async def register_source(database: Database, source: Source) -> bool:
    """Store the source's facts, passwords and tokens in them masked; true when the source is new."""
    row = await database.row("register_source", mask_facts(source.model_dump(mode="json")))
    return bool(row and row["is_new"])


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
        next_step=f"did you mean {near}?" if near else "see status for those there are",
    )
