"""What the platform does, a package a subsystem; `orchestration` alone wires them together."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.orchestration.detection import ChangeDetectionService, DataSyncService
    from services.orchestration.orchestrator import PropertySyncOrchestrator
    from services.quality import DataQualityService

_PUBLIC = {
    "ChangeDetectionService": "services.orchestration.detection",
    "DataSyncService": "services.orchestration.detection",
    "DataQualityService": "services.quality",
    "PropertySyncOrchestrator": "services.orchestration.orchestrator",
}

__all__ = ["ChangeDetectionService", "DataQualityService", "DataSyncService", "PropertySyncOrchestrator"]


def __getattr__(name: str) -> Any:
    """Import a public class when it is asked for: `import services` costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'services' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
