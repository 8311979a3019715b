"""What the platform does, a package a subsystem; `workflows` alone wires them together."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.reports.quality import DataQualityService
    from services.workflows.daily import PropertySyncOrchestrator
    from services.workflows.sync import ChangeDetectionService, DataSyncService

_PUBLIC = {
    "ChangeDetectionService": "services.workflows.sync",
    "DataSyncService": "services.workflows.sync",
    "DataQualityService": "services.reports.quality",
    "PropertySyncOrchestrator": "services.workflows.daily",
}

__all__ = ["ChangeDetectionService", "DataQualityService", "DataSyncService", "PropertySyncOrchestrator"]


def __getattr__(name: str) -> Any:
    """Import a public class when it is asked for: `import services` costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'services' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
