"""Any order of scrapes, syncs, crashes, edits, rollbacks, erasures and cleanups agrees with the model."""

from __future__ import annotations

from contextlib import AsyncExitStack

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.catalogue_machine import CatalogueMachine
from tests.servers import Server, database_from

SHORT = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # every step is a real sync: shrinking takes hours, the soak does it
)


def test_any_order_of_steps_agrees_with_the_model(server: Server, template: str) -> None:
    async def new_database(stack: AsyncExitStack) -> tuple[str, str]:
        name = await stack.enter_async_context(database_from(server, template))
        return server.login_dsn(name), server.superuser_dsn(name)

    run_state_machine_as_test(lambda: CatalogueMachine(new_database), settings=SHORT)
