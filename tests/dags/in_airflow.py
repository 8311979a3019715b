"""Runs the DAGs in Airflow's own environment, all in one process, and writes down what became of them.

Usage: python in_airflow.py RESULT. The environment names Airflow's home and folder of DAGs, the program, the
counties and the database, as `make airflow` and a project do.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.utils.db import initdb

ORDER = (
    "daily_property_ingestion",
    "daily_transformation_pipeline",
    "daily_lead_scoring",
    "tier_a_alert_notifications",
    "data_quality_checks",
)
SPECIMENS = "specimens"
"""The DAG whose tasks end with one exit code each."""


def read_dags() -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The DAGs of the folder, the errors of their import, and what Airflow warns of."""
    folder = os.environ["AIRFLOW__CORE__DAGS_FOLDER"]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        bag = BundleDagBag(folder, bundle_path=Path(folder), bundle_name="dags-folder")
    ours = [str(each.message) for each in seen if each.filename.startswith(folder)]
    return dict(bag.dags), {str(file): why for file, why in bag.import_errors.items()}, ours


def described(dag: Any) -> dict[str, Any]:
    """What a DAG declares."""
    timetable = dag.timetable
    cron = getattr(timetable, "timetable", timetable)
    after = timetable.asset_condition
    return {
        "cron": getattr(cron, "expression", None),
        "zone": str(getattr(cron, "timezone", "")),
        "after": sorted(asset.name for asset in after.objects) if after else [],
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tasks": {task.task_id: _task(task) for task in dag.tasks},
    }


def _task(task: Any) -> dict[str, Any]:
    given = getattr(task, "partial_kwargs", None) or vars(task)
    return {
        "retries": task.retries,
        "backoff": task.retry_exponential_backoff,
        "words": list(given["words"]) if "words" in given else None,
        "tells": sorted(asset.name for asset in task.outlets),
    }


def run(dag: Any, **given: Any) -> dict[str, Any]:
    """What became of a run of a DAG and of its tasks."""
    ended = dag.test(**given)
    return {
        "dag": dag.dag_id,
        "logical_date": ended.logical_date and ended.logical_date.isoformat(),
        "state": str(ended.state),
        "tasks": [
            {
                "task": each.task_id,
                "index": each.map_index,
                "state": str(each.state),
                "tries": each.try_number,
                "result": each.xcom_pull(task_ids=each.task_id, map_indexes=each.map_index),
            }
            for each in ended.get_task_instances()
        ],
    }


def at_once(dag: Any) -> None:
    """Let nothing of a DAG wait before another attempt."""
    for task in dag.tasks:
        if hasattr(task, "partial_kwargs"):
            task.partial_kwargs["retry_delay"] = timedelta(0)
        else:
            task.retry_delay = timedelta(0)


def main(result: Path) -> None:
    initdb()
    dags, errors, warned = read_dags()
    specimens = dags.pop(SPECIMENS)
    at_once(specimens)
    given: tuple[dict[str, Any], ...] = (
        {"logical_date": None},
        {"logical_date": datetime(2026, 1, 5, 7, tzinfo=UTC)},
    )
    document = {
        "errors": errors,
        "warnings": warned,
        "dags": {name: described(dag) for name, dag in dags.items()},
        "runs": [run(dags[name], **each) for each in given for name in ORDER if name in dags],
        "specimens": run(specimens, logical_date=None),
    }
    result.write_text(json.dumps(document))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
