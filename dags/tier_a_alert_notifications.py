"""Tell who entered tier A: after each scoring, and every quarter of an hour what waited or failed to arrive.

Late layers, failed runs and everything else that needs somebody are told by the same command, once each.
"""

from __future__ import annotations

from airflow.sdk import DAG
from property_manager_tasks import EVERY_DAG, SCORED, Command, after

with DAG(
    "tier_a_alert_notifications",
    description="Tell by webhook and mail, once: leads that entered tier A, failed runs, late layers.",
    schedule=after(SCORED, "*/15 * * * *"),
    doc_md=__doc__,
    **EVERY_DAG,
):
    Command(task_id="send", words=["alerts", "send"])
