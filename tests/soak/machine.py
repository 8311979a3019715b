"""The state machine with new seeds until the time is up, direct and through a pooler in turn."""

from __future__ import annotations

import random
import time
import traceback
from contextlib import AsyncExitStack, ExitStack

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.catalogue_machine import CatalogueMachine
from tests.servers import Server, database_from
from tests.soak.outcome import Outcome
from tests.stack.pgbouncer import Pooler, pooling

LONG = settings(
    max_examples=10,
    stateful_step_count=60,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def walk(server: Server, template: str, minutes: float, outcome: Outcome) -> None:
    """Walk ten catalogues of sixty steps for each seed; a failing seed is printed and the walk continues."""
    ends = time.monotonic() + 60 * minutes
    seeds, before = 0, CatalogueMachine.steps
    with ExitStack() as stack:
        pooler = stack.enter_context(pooling(server.login))
        while time.monotonic() < ends:
            number = random.SystemRandom().getrandbits(32)
            failed = _walk_once(server, template, number, pooler if seeds % 2 else None)
            if failed is not None:
                outcome.faults.append(f"seed {number}: {failed}")
            seeds += 1
    outcome.done = f"{CatalogueMachine.steps - before:,} steps, {seeds} seeds, every other through PgBouncer"


def _walk_once(server: Server, template: str, number: int, pooler: Pooler | None) -> str | None:
    async def new_database(stack: AsyncExitStack) -> tuple[str, str]:
        name = await stack.enter_async_context(database_from(server, template))
        login = server.login_dsn(name)
        return pooler.before(login) if pooler else login, server.superuser_dsn(name)

    machine = seed(number)(lambda: CatalogueMachine(new_database))
    try:
        run_state_machine_as_test(machine, settings=LONG)
    except Exception as error:  # noqa: BLE001 - whatever a seed finds is the soak's result, and it goes on
        traceback.print_exc()
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return None
