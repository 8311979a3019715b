"""After each load: link the records that wait to their parcels."""

from __future__ import annotations

from airflow.sdk import DAG
from property_manager_tasks import EVERY_DAG, LOADED, MATCHED, Command

with DAG(
    "daily_transformation_pipeline",
    description="Link county records to their parcels; what is doubtful waits for a person.",
    schedule=[LOADED],
    doc_md=__doc__,
    **EVERY_DAG,
):
    Command(task_id="match", words=["county", "match"], outlets=[MATCHED])
