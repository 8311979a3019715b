"""Each night at 02:00 in the counties' time zone: load every layer of every county.

A task a layer: one that is refused or cannot be reached fails by its name, and the others go live.
"""

from __future__ import annotations

import json

from airflow.sdk import DAG, TaskGroup
from property_manager_tasks import COUNTIES, EVERY_DAG, LOADED, Command, at


def layers_of(line: str) -> list[str]:
    """The names of a county's layers, from what `county show` prints."""
    return [layer["name"] for layer in json.loads(line)["layers"]]


with DAG(
    "daily_property_ingestion",
    description="Load the counties' layers: fetch, stage, validate, plan, guard, apply.",
    schedule=at("0 2 * * *"),
    doc_md=__doc__,
    **EVERY_DAG,
):
    for county in COUNTIES:
        with TaskGroup(county.removesuffix(".toml").rpartition("/")[2]):

            def words(layer: str, county: str = county) -> list[str]:
                """The command that loads one layer."""
                return ["county", "load", county, "--layer", layer]

            layers = Command(task_id="layers", words=["county", "show", county], result=layers_of)
            Command.partial(
                task_id="load",
                outlets=[LOADED],
                max_active_tis_per_dagrun=1,  # layers of a county are mostly on one server
                map_index_template="{{ task.words[-1] }}",
            ).expand(words=layers.output.map(words))
