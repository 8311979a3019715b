"""Staging to live: claim → sift → validate → plan → guard → apply, each a stage in the database."""

from services.pipeline.sync import apply_plan, discard_plan, sync_session
from services.results import Metrics, SyncResult

__all__ = ["Metrics", "SyncResult", "apply_plan", "discard_plan", "sync_session"]
