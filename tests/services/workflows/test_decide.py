"""Decisions in the name of a user: allowed by the database, taken once, and kept with who took them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.errors import NotAllowedError, PlanOutdatedError, UsageError
from database.handle import Database
from services.duplicates import find_duplicates, list_pairs
from services.workflows import decide
from services.workflows.decide import User
from tests.catalogue import Catalogue, Row, home, homes, on

STAFF = {"role": "authenticated", "app_metadata": {"property_manager": "staff"}}
ANA, BEN = User({**STAFF, "sub": "ana"}), User({**STAFF, "sub": "ben"})
READER = User({"role": "authenticated", "sub": "eve", "app_metadata": {"property_manager": "reader"}})


async def audit(superuser: asyncpg.Connection) -> list[tuple[str, str, str]]:
    """Who did what, as which role."""
    rows = await superuser.fetch(
        "select actor, action, role_name from property_manager.admin_audit order by id"
    )
    return [tuple(row) for row in rows]


def flat(source: str) -> Row:
    return home(7, address="Calle 60 # 214", title=f"Casa {source}", latitude=None, longitude=None)


async def pair_of(catalogue: Catalogue) -> tuple[UUID, UUID]:
    """Two listings that wait for somebody to say whether they are one home."""
    other = await catalogue.beside("other")
    await catalogue.run([flat("acme")], scope="pair")
    await other.run([flat("other")])
    await find_duplicates(catalogue.database, merge_at=1, review_at=0.01, actor="find")
    (pair,) = await list_pairs(catalogue.database, least=0.01)
    return pair.left_id, pair.right_id


async def test_two_people_decide_a_plan_and_the_first_counts(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    """Whoever comes second reads who decided and when; the same decision again changes nothing."""
    await catalogue.run(homes(40))
    held = await catalogue.run(homes(2), day=1)
    assert held.plan_id is not None

    both = await asyncio.gather(
        *(decide.approve_plan(catalogue.database, user, held.plan_id) for user in (ANA, BEN, ANA))
    )

    (winner,) = {each.decided_by for each in both}
    assert {each.status for each in both} == {"applied"}
    assert [each.first for each in both] == [winner == user.actor for user in (ANA, BEN, ANA)]
    with pytest.raises(PlanOutdatedError, match=rf"is applied, by {winner} at 20\d\d-.* UTC: only a plan"):
        await decide.discard_plan(catalogue.database, BEN, held.plan_id, "no")
    assert await audit(superuser) == [(winner, "approve", "authenticated")]
    assert [c["actor"] for c in await catalogue.changes(held)][:1] == [winner]
    assert await catalogue.complaints() == []


async def test_a_discarded_plan_keeps_who_and_why(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    await catalogue.run(homes(40))
    held = await catalogue.run(homes(2), day=1)
    assert held.plan_id is not None

    first = await decide.discard_plan(catalogue.database, ANA, held.plan_id, "the site was down")
    again = await decide.discard_plan(catalogue.database, BEN, held.plan_id, "mine")

    assert (first.first, again.first, again.decided_by) == (True, False, ANA.actor)
    with pytest.raises(PlanOutdatedError, match="is discarded, by user:ana at"):
        await decide.approve_plan(catalogue.database, BEN, held.plan_id)
    card = await catalogue.database.row("plan_card", held.plan_id)
    assert card is not None
    assert (card["decided_by"], card["decision"]) == (ANA.actor, "the site was down")
    (details,) = await superuser.fetch("select details::text from property_manager.admin_audit")
    assert json.loads(details[0]) | {"plan": "", "session": ""} == {
        **{"plan": "", "session": "", "source": "acme", "reason": "the site was down"},
        **{"new": 0, "updated": 0, "removed": 0},
    }


async def test_homes_are_decided_once_by_what_a_person_saw(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    """A page that was read before somebody else decided overrides nothing, and says who did."""
    pair = await pair_of(catalogue)
    merged = await decide.merge_pair(catalogue.database, ANA, pair, seen=None)
    assert merged is not None

    assert await decide.merge_pair(catalogue.database, ANA, pair, seen=None) is None
    for act in (decide.merge_pair, decide.part_pair):
        with pytest.raises(PlanOutdatedError, match=r"decided on, by user:ana at .*: they are one home"):
            await act(catalogue.database, BEN, pair, seen=None)
    undone = await decide.undo_decision(catalogue.database, BEN, merged)
    assert await decide.undo_decision(catalogue.database, BEN, merged) == undone
    with pytest.raises(PlanOutdatedError, match=f"decision {merged} is undone, by user:ben at"):
        await decide.undo_decision(catalogue.database, ANA, merged)
    with pytest.raises(PlanOutdatedError, match="by user:ben at"):
        await decide.part_pair(catalogue.database, ANA, pair, seen=merged)
    assert [row[:2] for row in await audit(superuser)] == [
        (ANA.actor, "merge_listings"),
        (BEN.actor, "undo_home_event"),
    ]
    (newest, *_) = await catalogue.database.rows("decisions_page", None, 5)
    assert (newest["undoes"], [each["source"] for each in newest["named"]]) == (merged, ["acme", "other"])


async def test_quarantined_rows_are_decided_once(catalogue: Catalogue, superuser: asyncpg.Connection) -> None:
    """Whoever reprocesses or discards a row that somebody else decided on reads who did."""
    await catalogue.run([*homes(2), home(3, bedrooms=400), home(4, bedrooms=400)])
    rows = await catalogue.database.rows("quarantine_page", "acme", None, None, "open", None, 10)
    first, second = (row["id"] for row in rows)
    await superuser.execute(
        "update public.validation_rules set version = version + 1,"
        """ rule_config = '{"min": 0, "max": 500}' where field_name = 'bedrooms' and rule_type = 'range'"""
    )

    done = await decide.reprocess_rows(catalogue.database, ANA, "acme", ids=[first], options=on(1))
    assert done.status == "applied", done
    assert await decide.discard_rows(catalogue.database, BEN, "a test listing", ids=[second]) == 1

    with pytest.raises(PlanOutdatedError, match=f"row {first} is reprocessed, by user:ana at"):
        await decide.reprocess_rows(catalogue.database, BEN, "acme", ids=[first])
    with pytest.raises(PlanOutdatedError, match=f"row {second} is discarded, by user:ben at"):
        await decide.reprocess_rows(catalogue.database, ANA, "acme", ids=[second])
    with pytest.raises(UsageError, match=f"row {second} is discarded, by user:ben at"):
        await decide.discard_rows(catalogue.database, ANA, "mine", ids=[second])
    deeds = [row for row in await audit(superuser) if row[1] in ("reprocess", "discard_quarantined")]
    assert [row[:2] for row in deeds] == [(ANA.actor, "reprocess"), (BEN.actor, "discard_quarantined")]


NOT_THEIRS: dict[str, Callable[[Database], Any]] = {
    "approve": lambda database: decide.approve_plan(database, READER, UUID(int=1)),
    "discard": lambda database: decide.discard_plan(database, READER, UUID(int=1), "no"),
    "merge": lambda database: decide.merge_pair(database, READER, (UUID(int=1), UUID(int=2)), seen=None),
    "part": lambda database: decide.part_pair(database, READER, (UUID(int=1), UUID(int=2)), seen=None),
    "undo": lambda database: decide.undo_decision(database, READER, 1),
    "reprocess": lambda database: decide.reprocess_rows(database, READER, "acme"),
    "discard rows": lambda database: decide.discard_rows(database, READER, "no", source="acme"),
}


async def test_the_database_refuses_a_reader_every_decision(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    """Their claims decide, whatever the program asks; and no user reaches the service's functions."""
    for act in NOT_THEIRS.values():
        with pytest.raises(NotAllowedError, match="user:eve is not staff"):
            await act(catalogue.database)
    with pytest.raises(Exception, match=r"no function api\.discard_plan of staff"):
        await catalogue.database.value("as_user", dict(ANA.claims), "discard_plan", {})
    assert await audit(superuser) == []
    assert await catalogue.database.value("as_user", dict(ANA.claims), "staff_plans", {}) is None
