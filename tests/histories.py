"""Histories of sessions that Hypothesis draws, and how a test plays them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from database.direct import DirectDatabase
from tests.catalogue import Catalogue
from tests.servers import Server, database_from

WORDS: Final = st.sampled_from(["a", " a ", "b", "", None, "é"])
ROWS: Final = st.fixed_dictionaries(
    {
        "property_id": st.sampled_from(["A-1", "A-2", "A-3", "A-4", "A-1", "A-2", None]),
        "title": st.sampled_from(["a", " a ", "b", "é", "c", ""]),
    },
    optional={
        "description": WORDS,
        "price": st.sampled_from([None, "", 0, 1_000, 1_005, 2_000.5, "a consultar", "::"]),
        "bedrooms": st.sampled_from([None, 2, 3, 400, "many"]),
        "latitude": st.sampled_from([None, 20.9, 20.90005, 21, 99]),
        "amenities": st.sampled_from([None, [], ["a"], ["a", "b"], ["b", "a"], ["a", "a"]]),
        "features": st.sampled_from([None, {}, {"a": None}, {"a": [1, {"b": 2}]}, {"a": [{"b": 2}, 1]}]),
        "standard_status": st.sampled_from(["Active", "Closed", "Expired", ""]),
        "listing_date": st.sampled_from([None, "2026-10-01", "9999-12-31"]),
        "is_featured": st.sampled_from([True, False, None]),
        "currency": st.sampled_from([None, "USD", "MXN"]),
    },
)
SESSIONS: Final = st.lists(
    st.tuples(
        st.lists(ROWS, max_size=6),
        st.sampled_from(["complete", "complete", "partial", "suspect"]),
        st.sampled_from(["all", "all", "some"]),
        st.sampled_from([0.25, 1]),
        st.booleans(),
    ),
    min_size=3,
    max_size=5,
)
"""Of each session: rows, verdict, scope, days since the last one, whether a held plan is approved."""
FACTS: Final = st.sampled_from([{}, {"blank": "clear"}, {"blank": "clear", "volatile": ("description",)}])
OPEN: Final = {"least_quality": 0, "leaving_share_small": 1, "leaving_share": 1}
"""A guard that lets nearly every history pass."""


def play_histories(
    server: Server,
    template: str,
    play: Callable[..., Awaitable[object]],
    *more: st.SearchStrategy[Any],
    examples: int,
) -> None:
    """Call `play(catalogue, sessions, *more)` for three sources a database, in so many databases.

    Failures are not shrunk: each step would make another database.
    """

    async def in_one_database(histories: list[Any]) -> None:
        async with (
            database_from(server, template) as name,
            await DirectDatabase.connect(server.login_dsn(name)) as database,
        ):
            superuser = await asyncpg.connect(server.superuser_dsn(name))
            try:
                for number, (facts, sessions, *rest) in enumerate(histories):
                    catalogue = Catalogue(database, superuser)
                    await catalogue.register(name=f"source-{number}", guard=OPEN, **facts)
                    await play(catalogue, sessions, *rest)
            finally:
                await superuser.close()

    @seed(5)  # the same few histories in every run, of every kind
    @settings(
        max_examples=examples, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(st.tuples(FACTS, SESSIONS, *more), min_size=3, max_size=3))
    def histories(drawn: list[Any]) -> None:
        asyncio.run(in_one_database(drawn))

    histories()
