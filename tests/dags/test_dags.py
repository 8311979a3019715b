"""The DAGs in Airflow itself: what they declare, and that they run with and without a logical date."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from config.secrets import forget
from tests.catalogue import Catalogue, homes
from tests.faults.processes import ROOT
from tests.services.alerts.receivers import Hook
from tests.stack.packages import required

PYTHON = ROOT / ".venv-airflow/bin/python"

AFTER = {
    "daily_property_ingestion": ("0 2 * * *", []),
    "daily_transformation_pipeline": (None, ["property-manager-county-loaded"]),
    "daily_lead_scoring": ("0 6 * * *", ["property-manager-county-matched"]),
    "tier_a_alert_notifications": ("*/15 * * * *", ["property-manager-leads-scored"]),
    "data_quality_checks": ("0 5 * * 1", []),
}
"""When each DAG runs: at times of the county's zone, after what another one did."""

SPECIMEN = """#!/bin/sh
if [ "$1" = 0 ]; then echo '{"done": true}'
else echo '{"error": {"code": "x", "message": "It is so.", "next": null}}'; fi
echo "a line of the log" >&2
exit "$1"
"""


@pytest.fixture(autouse=True)
def airflow() -> None:
    """Airflow in its environment; without it these tests are skipped, and fail in CI."""
    required(PYTHON, "Airflow", "make airflow-packages")


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook.up() as receiver:
        yield receiver
    forget()


async def in_airflow(folder: Path, **given: str) -> dict[str, Any]:
    """What Airflow says of our DAGs, and of those that end with one exit code each."""
    dags, home = folder / "dags", folder / "airflow"
    shutil.copytree(ROOT / "dags", dags, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/dags/specimens.py", dags)
    home.mkdir()
    specimen = folder / "specimen"
    specimen.write_text(SPECIMEN)
    specimen.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PROPERTY_MANAGER_FOLDER": str(folder),
        "SPECIMEN_PROGRAM": str(specimen),
    }
    found = folder / "found.json"
    script = str(ROOT / "tests/dags/in_airflow.py")
    process = await asyncio.create_subprocess_exec(
        *(str(PYTHON), script, str(found)),
        env=env | given,
        cwd=folder,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-8000:]
    document = json.loads(found.read_text())
    document["log"] = said.decode()
    return document  # type: ignore[no-any-return]


COUNTY = """state = "FL"
county_fips = "12095"
[layers.parcels]
type = "delimited"
path = "parcels.csv"
kinds.properties = {parcel_id = "PARCEL", address = "SITUS", latitude = "LAT", longitude = "LON"}
[layers.sales]
type = "delimited"
path = "sales.csv"
kinds.tax_sales = {tda_number = "TDA", parcel_id = "PARCEL", sale_date = "DATE"}
"""


def county(folder: Path) -> Path:
    """A county of two parcels, one of which is for sale."""
    (folder / "parcels.csv").write_text(
        "PARCEL,SITUS,LAT,LON\n29-22-28-8850-02-050,1 MAIN ST,28.5,-81.4\n"
        "29-22-28-8850-02-060,2 MAIN ST,28.6,-81.4\n"
    )
    (folder / "sales.csv").write_text("TDA,PARCEL,DATE\n2026-1,29-22-28-8850-02-050,2027-01-15\n")
    file = folder / "small-fl.toml"
    file.write_text(COUNTY)
    return file


def program(folder: Path) -> Path:
    """Our program as it is installed: one file to call."""
    file = folder / "property-manager"
    file.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{ROOT}/property_manager_cli.py' \"$@\"\n")
    file.chmod(0o755)
    return file


@pytest.mark.waits
async def test_every_dag_runs_in_airflow_with_and_without_a_logical_date(
    dsn: str, hook: Hook, catalogue: Catalogue, tmp_path: Path
) -> None:
    """In one process, as the first task of each pays for the start of Airflow's API."""
    await catalogue.run(homes(3))
    found = await in_airflow(
        tmp_path,
        PROPERTY_MANAGER_COUNTIES=str(county(tmp_path)),
        DATABASE_URL=dsn,
        PROPERTY_MANAGER_HOME=str(tmp_path / "home"),
        PROPERTY_MANAGER_PROGRAM=str(program(tmp_path)),
        PROPERTY_MANAGER_ALERT_WEBHOOK=hook.url,
        PROPERTY_MANAGER_ALERT_PRIVATE="true",
    )
    assert (found["errors"], found["warnings"]) == ({}, [])
    declared_as_it_should_be(found["dags"])
    assert [(run["dag"], run["state"]) for run in found["runs"]] == [
        (name, "success") for name in (*AFTER, *AFTER)
    ], found["log"][-8000:]
    assert [run["logical_date"] is None for run in found["runs"]] == [True] * 5 + [False] * 5
    first = {f"{task['task']} {task['index']}": task["result"] for task in found["runs"][0]["tasks"]}
    assert first["small-fl.layers -1"] == ["parcels", "sales"]
    (sales,) = first["small-fl.load 1"]["layers"]
    assert (sales["layer"], sales["kinds"][0]["inserted"]) == ("sales", 1)
    assert await catalogue.superuser.fetchval("select count(property_id) from county.tax_sales") == 1
    assert await catalogue.superuser.fetchval("select count(*) from county.lead_scores") == 2

    # 2 and 3 fail as they are, anything else is tried again; a line of the log is not taken for the result
    specimens = {each["task"]: each for each in found["specimens"]["tasks"]}
    assert found["specimens"]["state"] == "failed"
    assert [(each["state"], each["tries"]) for each in specimens.values()] == [
        *(("success", 1), ("failed", 2), ("failed", 1), ("failed", 1), ("failed", 2)),
    ]
    assert specimens["exit_0"]["result"] == {"done": True}
    assert "3: exit code 3: It is so. (refused, a person has to decide; not retried)" in found["log"]


def declared_as_it_should_be(dags: dict[str, Any]) -> None:
    assert {name: (dag["cron"], dag["after"]) for name, dag in dags.items()} == AFTER
    for dag in dags.values():
        assert dag["zone"] == ("America/New_York" if dag["cron"] else "")
        assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)
        for task in dag["tasks"].values():
            assert task["retries"] >= 2 and task["backoff"] > 1
            assert task["words"] is None or set(task["words"]).isdisjoint({"{{ ds }}", "{{ logical_date }}"})


async def test_ctrl_c_leaves_nothing_running_but_the_program_s_own_database(tmp_path: Path) -> None:
    """Components of Airflow put their tasks into sessions of their own and outlive it."""
    server = tmp_path / "postgres"
    server.symlink_to(shutil.which("sleep") or "")
    outlives = "".join(
        f"setsid sh -c 'echo $$ >{tmp_path}/{name}.new; mv {tmp_path}/{name}.new {tmp_path}/{name}.pid;"
        f" exec {program} 600 >/dev/null 2>&1' & "
        for name, program in (("task", "sleep"), ("server", server))
    )
    outlives += "echo up; wait"
    env = os.environ | {"PROPERTY_MANAGER_TIME_ZONE": "America/New_York", "AIRFLOW_HOME": str(tmp_path)}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        script = (str(PYTHON), str(ROOT / "airflow/standalone.py"), "sh", "-c", outlives)

        async def start() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                *script, env=env | {"AIRFLOW__API__PORT": port}, stdout=PIPE, stderr=PIPE
            )

        refused = await start()
        assert (await refused.communicate())[1].decode() == (
            f"port {port} is taken; next: AIRFLOW__API__PORT={int(port) + 1} make airflow\n"
        )
        assert refused.returncode == 2
    started = await start()
    assert started.stdout is not None
    said = b""
    while b"up\n" not in said:
        said += await started.stdout.readline()
    assert f"http://127.0.0.1:{port}" in said.decode()
    while len(found := list(tmp_path.glob("*.pid"))) < 2:
        await asyncio.sleep(0.01)
    pids = {file.stem: int(file.read_text()) for file in found}
    while Path(f"/proc/{pids['server']}/comm").read_text() != "postgres\n":
        await asyncio.sleep(0.01)
    started.send_signal(signal.SIGINT)
    said, _ = await started.communicate()
    assert (started.returncode, said) == (0, b"Airflow ends.\n")
    os.kill(pids["server"], signal.SIGKILL)
    with pytest.raises(ProcessLookupError):
        os.kill(pids["task"], 0)
