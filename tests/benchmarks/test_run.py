"""The whole benchmark on a small portal: its results are verified, its speed is not."""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from itertools import pairwise
from operator import ne
from pathlib import Path

import pytest

from benchmarks import report, verify
from benchmarks.listings import Portal
from benchmarks.peers import chosen
from benchmarks.results import Results
from benchmarks.run import measure
from benchmarks.scrapes import Sums, keep, kept

PORTAL = Portal(300)
RIGHT = {
    "staged_with_raw": 303,
    "active": 303,
    "inactive": 3,
    "prices": Decimal(1000),
    "title_letters": 50,
    "amenities": 20,
    "audit_created": 6,
    "audit_inactive": 3,
    "audit_changed_fields": PORTAL.expected().changed_fields,
    "audit_changed_rows": 15,
    "audit_empty_images": 0,
}
SUMS = Sums(rows=303, prices=Decimal(1000), title_letters=50, amenities=20)


async def test_every_tool_produces_the_right_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "results.json"

    results = await measure(
        300, chosen(["limit", "ours", "upserts"]), repeat=1, wanted=["first", "unchanged"], file=file
    )

    assert {run["peer"]: run["check"] for run in results.runs} == dict.fromkeys(
        ("limit", "ours", "upserts of every row", "upserts of changed rows"), "verified"
    )
    assert results.figures["unchanged"]["wal_mb"] < 2
    assert results.figures["first"]["sync_ratio"] > 0
    assert Results.read(file).as_json() == json.loads(json.dumps(results.as_json()))


@pytest.mark.parametrize("family", ["dbt", "dlt"])
async def test_other_tools_are_verified_too(family: str) -> None:
    if importlib.util.find_spec(family) is None:
        pytest.skip(f"{family} comes with .venv-bench only, where make bench verifies it")

    results = await measure(300, chosen([family]), repeat=1, wanted=[])

    assert [run["check"] for run in results.runs] == ["verified", "verified"]


def test_a_right_result_is_accepted() -> None:
    verify.right(RIGHT, PORTAL.expected(), SUMS)


@pytest.mark.parametrize("name", RIGHT)
def test_any_wrong_count_is_refused_by_name(name: str) -> None:
    wrong = RIGHT | {name: RIGHT[name] + 1}

    with pytest.raises(verify.WrongResultError, match=f"^{name} {wrong[name]} instead of {RIGHT[name]}$"):
        verify.right(wrong, PORTAL.expected(), SUMS)


def test_a_difference_between_the_two_is_refused() -> None:
    with pytest.raises(verify.WrongResultError, match="differ"):
        verify.same([{"status": "active", "listings": 2}], [{"status": "active", "listings": 3}])


def test_an_unverified_result_gets_no_ratio() -> None:
    effort = {"wal_bytes": 1, "client_cpu": 1.0, "server_cpu": None, "grown_mb": None, "noise": None}
    run = {"phases": {"land": 1.0, "sync": 1.0}, "effort": effort}
    facts = {
        **dict.fromkeys(("server", "python", "system", "commit", "cores", "memory_gb", "load_before"), "x"),
        **{"rows": 300, "staged": 303, "packages": {}, "copy_clients": {}},
    }
    results = Results(
        None,
        facts,
        [
            {"peer": "limit", **run, "check": "verified"},
            {"peer": "ours", **run, "check": "wrong: prices 1 instead of 2"},
        ],
    )

    (line,) = [line for line in report.markdown(results).splitlines() if line.startswith("| ours")]

    assert line.startswith("| ours | 2.00 | – |")
    assert line.endswith("| not verified: wrong: prices 1 instead of 2 |")


def test_a_saved_scrape_is_read_back_complete(tmp_path: Path) -> None:
    sums = keep(PORTAL.first_scrape(), tmp_path / "first")

    assert sums.rows == 300
    assert list(kept(tmp_path / "first")) == list(PORTAL.first_scrape())


def test_later_scrapes_change_five_per_cent_each() -> None:
    scrapes = [[row["price"] for row in PORTAL.later_scrape(turn)] for turn in range(4)]
    changed = [sum(map(ne, *pair)) for pair in pairwise(scrapes)]

    assert changed == [15, 15, 15]
