"""Score leads: after each match, and each morning also where nothing was loaded, as signals fade by age."""

from __future__ import annotations

from airflow.sdk import DAG
from property_manager_tasks import EVERY_DAG, MATCHED, SCORED, Command, after

with DAG(
    "daily_lead_scoring",
    description="Score the parcels whose records or whose signals' age changed.",
    schedule=after(MATCHED, "0 6 * * *"),
    doc_md=__doc__,
    **EVERY_DAG,
):
    Command(task_id="score", words=["leads", "score"], outlets=[SCORED])
