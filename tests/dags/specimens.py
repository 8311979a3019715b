"""A DAG whose tasks end with one exit code each, as commands do."""

from __future__ import annotations

import os

from airflow.sdk import DAG
from property_manager_tasks import EVERY_TASK, Command


class Specimen(Command):
    program = os.environ["SPECIMEN_PROGRAM"]


with DAG("specimens", schedule=None, default_args=EVERY_TASK | {"retries": 1}):
    for code in range(5):
        Specimen(task_id=f"exit_{code}", words=[str(code)])
