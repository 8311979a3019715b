"""`python -m tests.soak`: the state machine, wrong clocks, large sessions and the fault suite, long."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from tests.homes import run_folder
from tests.servers import build_template, running_server
from tests.soak.clocks import run_hosts
from tests.soak.machine import walk
from tests.soak.outcome import Outcome, part
from tests.soak.sessions import kill_large_sessions
from tests.soak.statistics import sync_on_stale_statistics

SEEDED = (
    *("tests/services/workflows/imports", "tests/services/quality/test_anomalies.py"),
    "tests/sql/test_linear.py",
)
"""The tests of many inputs, of which `make test` tries a part."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=30, help="of the state machine, at least (default: 30)"
    )
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="of a large session (default: 1000000; 0: none)"
    )
    parser.add_argument(
        "--seeds", type=int, default=3, help="of each crash point in large sessions (default: 3)"
    )
    parser.add_argument("--no-faults", action="store_true", help="without the fault suite")
    args = parser.parse_args()

    outcomes: list[Outcome] = []
    if not args.no_faults:
        for pooled in (False, True):
            with _caught(f"fault suite, {'through PgBouncer' if pooled else 'direct'}", outcomes) as outcome:
                _fault_suite(outcome, pooled=pooled)
    if args.minutes:
        with (
            _caught("state machine", outcomes) as outcome,
            run_folder(large=True),
            running_server() as server,
        ):
            walk(server, asyncio.run(build_template(server)), args.minutes, outcome)
    if args.minutes:
        with (
            _caught("clocks off by days", outcomes) as outcome,
            run_folder(large=True),
            running_server() as server,
        ):
            template = asyncio.run(build_template(server))
            asyncio.run(run_hosts(server, template, args.minutes / 10, outcome))
    if args.rows:
        with _caught("large sessions", outcomes) as outcome:
            asyncio.run(kill_large_sessions(args.rows, args.seeds, outcome))
        with _caught("stale statistics", outcomes) as outcome:
            asyncio.run(sync_on_stale_statistics(args.rows // 30, outcome))

    print("\n| part | done | minutes | faults found |\n|---|---|---|---|")
    print("\n".join(map(str, outcomes)))
    return 1 if any(outcome.faults for outcome in outcomes) else 0


@contextmanager
def _caught(name: str, outcomes: list[Outcome]) -> Iterator[Outcome]:
    """Record the failure of a part; the other parts still run."""
    with part(name, outcomes) as outcome:
        try:
            yield outcome
        except Exception as error:  # noqa: BLE001 - reported with the part, and as the exit code
            traceback.print_exc()
            outcome.faults.append(f"{type(error).__name__}: {error}")


def _fault_suite(outcome: Outcome, *, pooled: bool) -> None:
    environment = {**os.environ, "PROPERTY_MANAGER_SOAK": "1", "PROPERTY_MANAGER_TEST_CRAWL_PAGES": "2000"}
    if pooled:
        environment["PROPERTY_MANAGER_TEST_POOLER"] = "1"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/faults", *SEEDED],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(ran.stdout, flush=True)
    outcome.done = ran.stdout.strip().splitlines()[-1]
    if ran.returncode:
        outcome.faults.append("see above")


if __name__ == "__main__":
    sys.exit(main())
