"""What fault tests share: a day of changes, its undisturbed outcome, direct and pooled DSNs."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from tests.catalogue import Catalogue, Row, home, homes, without
from tests.faults.promises import Content, content
from tests.servers import SHORT, SOAK, Server
from tests.services.pipeline.test_rules import Rules
from tests.stack.pgbouncer import Pooler

HERE: Final = Path(__file__).parent
LONE_RULE: Final = "unique_url"
STAGES: Final = (
    "sift", "validate_built_in", "validate_written", "validate_rule",
    "quarantine_rows", "plan", "guard", "apply",
)  # fmt: skip
"""The stages after which a sync can be killed or stopped."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try each fault by one way to the database: direct, and pooled in the short run on another server.

    A short run also takes the last of a test's other parameters only. A soak tries every combination.
    """
    if SOAK:
        return
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    way = "pooled" if SHORT else "direct"
    has_way = {_name(item) for item in ours if way in _parameters(item)}
    chosen = [item for item in ours if way in _parameters(item) or _name(item) not in has_way]
    if SHORT:
        chosen = list({_name(item): item for item in chosen}.values())
    left = set(ours) - set(chosen)
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _parameters(item: pytest.Item) -> list[str]:
    return item.nodeid.partition("[")[2].rstrip("]").split("-")


def next_day() -> list[Row]:
    """After `homes(60)`: price cuts, a new home, one gone, one broken, one repeated, the rest unchanged."""
    rows = [home(n, price=900_000) if n <= 5 else home(n) for n in range(1, 60)]
    return [
        *rows,
        home(61),
        home(62, bedrooms=400),
        home(61, title="Casa 61"),
        without(home(63), "property_id"),
    ]


@pytest.fixture
async def prepared(catalogue: Catalogue) -> tuple[Catalogue, UUID]:
    """A catalogue of 60 homes and a pending session of the next day; one of its rules runs by itself."""
    await Rules(catalogue.superuser).add(LONE_RULE, "unique", "source_url", severity="info")
    await catalogue.run(homes(60))
    return catalogue, await catalogue.stage(next_day(), day=1)


async def undisturbed_beside(catalogue: Catalogue) -> Content:
    """The content that the same two days lead to without any fault."""
    calm = await catalogue.beside("calm")
    await calm.run(homes(60))
    await calm.run(next_day(), day=1)
    return await content(catalogue.superuser, "calm")


@pytest.fixture
async def undisturbed(catalogue: Catalogue) -> Content:
    return await undisturbed_beside(catalogue)


@pytest.fixture
def pooler(bouncer: Pooler, dsn: str) -> str:
    """The login role's DSN of this test's database through a pooler in transaction mode."""
    return bouncer.before(dsn)


@pytest.fixture
def direct(server: Server, database_name: str) -> str:
    """The login role's direct DSN of this test's database, even in a run through a pooler."""
    return server.login_dsn(database_name)


@pytest.fixture(params=["direct", "pooled"])
def way(request: pytest.FixtureRequest, dsn: str) -> str:
    """A DSN of this test's database: once direct, once through the pooler."""
    return dsn if request.param == "direct" else str(request.getfixturevalue("pooler"))
