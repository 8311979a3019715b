"""The ids of a source's listings: by which rule they are, and changes of them, planned before applied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from config.errors import UsageError
from database.handle import Database
from database.records import record
from database.retrying import WAIT_SECONDS, when_free
from scrapers.ids import Rule, Seen, Surveyed, id_by, survey
from services.feed import follow_up
from services.sources import require_source

LONGEST_SECONDS: Final = 3600.0
"""How long a statement of it may take: it may write every listing of the source."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class IdCounts:
    """The listings of a source, by what a plan of ids does to each."""

    listings: int
    moves: int
    """Those that get another id."""
    merges: int
    """Those whose new id another home would have too: the plan is refused."""
    splits: int
    """Those that would have several ids: they keep their own."""
    stays: int
    """Those that the rule or the session says nothing of."""


@dataclass(frozen=True, slots=True)
class IdPlan:
    """A saved plan to give listings other ids; `refused` where two homes would become one."""

    id: UUID
    status: Literal["ready", "refused", "applied", "superseded", "discarded"]
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    source: str
    session_id: UUID | None
    """The session that showed the homes under other ids; None for a rule that somebody asked for."""
    rule: str | None
    """Where pages have their ids from then on, in words; None for the ids of a file."""
    rule_before: str | None
    counts: IdCounts
    change_set_id: int | None
    """The change set that applied it, which a rollback undoes."""

    @property
    def undecided(self) -> bool:
        """Whether it can still be discarded, and applied if it is not refused."""
        return self.status in ("ready", "refused")


@dataclass(frozen=True, slots=True)
class IdMove:
    """One listing under its old and its new id, and what says that it is the same home."""

    old_id: str
    new_id: str
    verdict: Literal["moves", "merges", "splits"]
    witness: Literal["url", "address", "spelling", "rule"]
    title: str | None
    url: str | None
    taken_by: str | None
    """Of a merge: the other home that has the new id, or would have it."""


@dataclass(frozen=True, slots=True)
class IdsChanged:
    """A plan of ids that was applied. `again` are the sessions that wait, to be synced under the new ids."""

    plan_id: UUID
    source: str
    listings: int
    change_set_id: int
    position: int
    again: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SourceIds:
    """By which rule a source's pages have their ids, and what every other rule would read of them."""

    source: str
    rule: Rule | None
    """None: no scrape has learned one."""
    pages: int
    """Listings with a page of their own."""
    rules: tuple[Surveyed, ...]


async def source_ids(database: Database, source: str) -> SourceIds:
    """What the rules read of a source's pages, the preferred rules first. Raises NotFoundError."""
    await require_source(database, source)
    pages = list((await _pages(database, source)).values())
    rule = await _rule_of(database, source)
    return SourceIds(source, rule, len(pages), tuple(survey(pages, rule)) if pages else ())


async def plan_ids(
    database: Database,
    source: str,
    rule: Rule,
    *,
    session_id: UUID | None = None,
    keep_refused: bool = True,
    wait_seconds: float = WAIT_SECONDS,
) -> IdPlan | None:
    """Save the plan that gives each listing of a source the id that `rule` reads of its page.

    None where no id would change: then the rule is the source's from now on. A listing without a page, or
    whose page has no id there, stays as it is. A plan by which two homes would have one id is refused, and
    only saved with `keep_refused`; where no page has an id there, it raises UsageError with `keep_refused`,
    and plans nothing without. Raises NotFoundError, and BusyError while a sync holds the source.
    """
    await require_source(database, source)
    pages = await _pages(database, source)
    found = {name: value for name, page in pages.items() if (value := id_by(rule, page)) is not None}
    if pages and not found:
        if not keep_refused:
            return None
        raise UsageError(
            f"no page of source {source} has an id there: {rule}",
            next_step=f"see the rules that read one: sources ids {source}",
        )

    async def plan() -> Any:
        arguments = (source, list(found), list(found.values()), rule.as_json(), session_id, keep_refused)
        return await database.value("plan_ids", *arguments, timeout=LONGEST_SECONDS)

    plan_id = await when_free(plan, wait_seconds)
    return None if plan_id is None else await find_id_plan(database, plan_id)


async def list_id_plans(database: Database, *, source: str | None = None, limit: int = 20) -> list[IdPlan]:
    """Saved plans of ids, newest first. Raises NotFoundError."""
    await require_source(database, source)
    return [_plan(row) for row in await database.rows("id_plans", source, limit)]


async def find_id_plan(database: Database, plan_id: UUID) -> IdPlan | None:
    """The plan of ids of that id; None where it is a plan of a session, or there is none."""
    row = await database.row("id_plan", plan_id)
    return None if row is None else _plan(row)


async def id_moves(database: Database, plan_id: UUID, *, limit: int | None = None) -> AsyncIterator[IdMove]:
    """The listings that a plan of ids is about, those that cannot move first, read page by page."""
    rank, after, left = 0, "", limit
    while left is None or left > 0:
        page = await database.rows("id_moves", plan_id, rank, after, min(_PAGE, left or _PAGE))
        for row in page:
            yield record(IdMove, {name: value for name, value in row.items() if name != "rank"})
        if len(page) < _PAGE:
            return
        rank, after = page[-1]["rank"], page[-1]["old_id"]
        left = None if left is None else left - len(page)


async def apply_id_plan(
    database: Database, plan_id: UUID, *, actor: str, wait_seconds: float = WAIT_SECONDS
) -> IdsChanged | None:
    """Apply a plan of ids, whole and in one transaction; None where it is a plan of a session.

    Repeated, it reports what was done and changes nothing. Raises UsageError for a plan by which two homes
    would become one, PlanOutdatedError where live has changed since or the plan was decided, and BusyError
    while a session of the source is written or synced.
    """

    async def apply() -> Any:
        return await database.value("apply_id_plan", plan_id, actor, timeout=LONGEST_SECONDS)

    done = await when_free(apply, wait_seconds)
    if done is None:
        return None
    await follow_up(database)
    return record(IdsChanged, done)


async def discard_id_plan(database: Database, plan_id: UUID, *, actor: str) -> bool:
    """Decide against a plan of ids; False where it is a plan of a session. Raises PlanOutdatedError."""
    return bool(await database.value("discard_id_plan", plan_id, actor))


async def _rule_of(database: Database, source: str) -> Rule | None:
    remembered = await database.value("id_rule", source)
    return None if remembered is None else Rule.model_validate(remembered)


async def _pages(database: Database, source: str) -> dict[str, Seen]:
    """The listings of a source that have a page, by id."""
    rows = await database.rows("listings_to_name", source)
    own = ("property_id", "source_url", "stated")
    return {
        row["property_id"]: Seen(
            row["source_url"],
            row["stated"] or {},
            {name: value for name, value in row.items() if name not in own},
        )
        for row in rows
    }


def _plan(row: Any) -> IdPlan:
    return record(
        IdPlan,
        {**row, "rule": _words(row["rule"]), "rule_before": _words(row["rule_before"])},
    )


def _words(rule: dict[str, Any] | None) -> str | None:
    return None if rule is None else str(Rule.model_validate(rule))
