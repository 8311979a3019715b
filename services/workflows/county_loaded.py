"""What became of a county's layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from config.errors import PropertyManagerError
from services.reports.quarantine import QuarantinedRow
from services.results import SyncResult
from services.staging.session import Verdict

LoadStatus = Literal["success", "partial", "failure", "planned"]


@dataclass(frozen=True, slots=True)
class KindLoad:
    """What became of a layer's records of one kind."""

    kind: str
    source: str
    session_id: UUID
    rows: int
    sync: SyncResult | None = None
    failure: PropertyManagerError | None = None
    set_aside: tuple[QuarantinedRow, ...] = ()
    """The first rows in quarantine; the sync's figures count all."""
    waiting: int = 0
    """Active records of the source without a parcel."""


@dataclass(frozen=True, slots=True)
class LayerLoad:
    """What became of one layer; with a failure, nothing of it may be live."""

    layer: str
    type: str
    status: LoadStatus
    run_id: UUID | None = None
    read: int = 0
    skipped: int = 0
    verdict: Verdict | None = None
    reason: str | None = None
    """Why the verdict is not complete: then nothing counts as absent."""
    kinds: tuple[KindLoad, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: PropertyManagerError | None = None


@dataclass(frozen=True, slots=True)
class CountyLoad:
    """What became of a county's layers, in the order they were loaded."""

    county: str
    layers: tuple[LayerLoad, ...]
    follow_up_failures: tuple[str, ...] = ()
