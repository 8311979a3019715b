"""Staging to live: claim → sift → validate → plan → guard → apply, each a stage in the database."""

from services.pipeline.results import Metrics, SyncResult
from services.pipeline.sync import apply_plan, discard_plan, sync_session

__all__ = ["Metrics", "SyncResult", "apply_plan", "discard_plan", "sync_session"]
