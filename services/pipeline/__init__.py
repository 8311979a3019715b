"""Staging to live: claim → sift → validate → plan → guard → apply, each a stage in the database."""

from services.pipeline.observers import CrashAt, Observer
from services.pipeline.options import SyncOptions
from services.pipeline.sync import apply_plan, discard_plan, sync_session
from services.results import Metrics, SyncResult

__all__ = [
    "CrashAt",
    "Metrics",
    "Observer",
    "SyncOptions",
    "SyncResult",
    "apply_plan",
    "discard_plan",
    "sync_session",
]
