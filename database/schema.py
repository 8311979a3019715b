"""Renders what `migrate` does to an empty database as one script, for a SQL editor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from database import queries
from database.checkout import Checkout, Migration, checkout, listing_fields
from database.migrate import ROLES


def schema(wanted: Checkout | None = None) -> str:
    """State and code as one script and one transaction, which fills the ledger as `migrate` does."""
    wanted = wanted or checkout()
    steps = [line for step in wanted.migrations for line in _migration(step)]
    return "\n".join(["begin;", *steps, *_code(wanted), *_grants(), "commit;", ""])


def _migration(step: Migration) -> Iterator[str]:
    if step.version == ROLES:
        yield queries.text("resolve_names")
    else:
        yield queries.text("act_as_owner")
    yield f"-- {step.script.path}\n{step.script.text}"
    yield queries.text("act_as_owner")
    yield _filled("record_migration", step.version, step.name, step.script.sha256)


def _code(wanted: Checkout) -> Iterator[str]:
    yield queries.text("act_as_owner")
    if any("property_manager.listing_fields" in step.script.text for step in wanted.migrations):
        yield _filled("sync_listing_fields", listing_fields())
    yield queries.text("mark_code")
    for script in wanted.code:
        yield f"-- {script.path}\n{script.text}"
        yield queries.text("act_as_owner")
        yield _filled("record_code", script.path)
    yield _filled("record_code_version", wanted.code_version)


def _grants() -> Iterator[str]:
    yield "set local role none;"
    yield queries.text("resolve_names")
    yield queries.text("withdraw_grants")
    yield queries.text("open_topics")
    yield queries.text("reload_api")


def _filled(name: str, *arguments: str) -> str:
    """The named query with its arguments as literals, because a script has no parameters."""
    literals = ["'" + argument.replace("'", "''") + "'" for argument in arguments]
    return re.sub(r"\$(\d)", lambda found: literals[int(found[1]) - 1], queries.text(name))
