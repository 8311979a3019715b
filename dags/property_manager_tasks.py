"""What the DAGs are made of: a task that runs one command of Property Manager, and what all tasks share.

A command runs in the program's own environment and in its own folder, where its `.env` is. The JSON that it
prints is the task's result. What it works on is in the database: between tasks and DAGs only names pass.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, AssetOrTimeSchedule, Context, CronTriggerTimetable
from airflow.sdk.exceptions import AirflowException, AirflowFailException

FOLDER = os.environ.get("PROPERTY_MANAGER_FOLDER") or str(Path(__file__).resolve().parent.parent)
"""Where commands run: the folder with the `.env` of the project."""

PROGRAM = os.environ.get("PROPERTY_MANAGER_PROGRAM") or f"{FOLDER}/.venv/bin/property-manager"

COUNTIES = os.environ.get("PROPERTY_MANAGER_COUNTIES", "orange-fl").replace(",", " ").split()
"""Counties that are loaded: names, or the paths of their files."""

ZONE = os.environ.get("PROPERTY_MANAGER_TIME_ZONE") or "America/New_York"
"""The time zone in which the times of DAGs are meant."""

LOADED = Asset("property-manager-county-loaded")
MATCHED = Asset("property-manager-county-matched")
SCORED = Asset("property-manager-leads-scored")


def at(cron: str) -> CronTriggerTimetable:
    """Times in the counties' zone."""
    return CronTriggerTimetable(cron, timezone=ZONE)


def after(asset: Asset, cron: str) -> AssetOrTimeSchedule:
    """Whenever something has been done, and at times."""
    return AssetOrTimeSchedule(timetable=at(cron), assets=[asset])


EVERY_TASK: dict[str, Any] = {
    "owner": "property-manager",
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=6),
}

EVERY_DAG: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": EVERY_TASK,
    "tags": ["property-manager"],
}

NOT_AGAIN = {2: "wrong usage or configuration", 3: "refused, a person has to decide"}
"""Exit codes that another attempt would only repeat."""


class Command(BashOperator):
    """Runs one command of Property Manager; its JSON document is the task's result.

    A task whose command ends with 2 or 3 fails at once, with the sentence of the command. Any other exit code
    but 0 is retried: a failure may pass, and the next run of what was done in part does the rest.
    """

    program = PROGRAM
    template_fields = ("words", *BashOperator.template_fields)

    def __init__(
        self, *, words: Sequence[str], result: Callable[[str], Any] = json.loads, **given: Any
    ) -> None:
        super().__init__(
            bash_command="",
            env={},
            append_env=True,
            cwd=FOLDER,
            output_processor=result,
            **given,
        )
        self.words = words

    def execute(self, context: Context) -> Any:
        command = shlex.join([self.program, *self.words, "--json"])
        # the hook mixes stderr into stdout and keeps the last line of both, so the document is printed last
        self.bash_command = f'document=$({command}); code=$?; printf "%s\\n" "$document"; exit "$code"'
        result = self.subprocess_hook.run_command(
            ["bash", "-c", self.bash_command], env=self.get_env(context), cwd=self.cwd
        )
        if result.exit_code == 0:
            return self.output_processor(result.output)
        said = f"{shlex.join(self.words)}: exit code {result.exit_code}: {_sentence(result.output)}"
        if result.exit_code in NOT_AGAIN:
            raise AirflowFailException(f"{said} ({NOT_AGAIN[result.exit_code]}; not retried)")
        raise AirflowException(said)


def _sentence(output: str) -> str:
    """What the JSON document of a failed command says; where there is none, its last line."""
    try:
        document = json.loads(output)
    except ValueError:
        return output or "no output"
    if "error" not in document:
        return "its document, above, says why"
    error = document["error"]
    return f"{error['message']} Next: {error['next']}" if error["next"] else str(error["message"])
