"""Each Monday morning: whether listings and county records are what they should be."""

from __future__ import annotations

from airflow.sdk import DAG
from property_manager_tasks import EVERY_DAG, Command, at

with DAG(
    "data_quality_checks",
    description="Measure the last sessions of listings, and look over the county records.",
    schedule=at("0 5 * * 1"),
    doc_md=__doc__,
    **EVERY_DAG,
):
    Command(task_id="listings", words=["quality-checks"])
    Command(task_id="county", words=["county", "check-data"])
