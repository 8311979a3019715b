"""Tiers: the parts of the sources that are due are scanned, and what they queue and miss is followed up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.errors import PropertyManagerError, UsageError
from config.source import Source
from database.handle import Database
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.scans import TIERS, TierState, tier_states
from services.sources import require_source
from services.workflows.access import ANONYMOUS, Access
from services.workflows.scan import OnScan, ScanResult, scan_tier
from services.workflows.sources import described_source
from services.workflows.verify import Verification, verify_source

STALE_AT_ONCE: Final = 10_000
"""The most pages that one run of the tier `stale` queues."""


@dataclass(slots=True)
class TierRun:
    """What one source's turn did: its scans, the check of its candidates, and the stale pages it queued."""

    source: str
    tier: str | None
    """The tier that was scanned; None where only candidates or stale pages were due."""
    why: str | None = None
    """Why the tier is looked at as often as it is."""
    scans: list[ScanResult] = field(default_factory=list)
    verification: Verification | None = None
    stale: int | None = None
    """Detail pages queued because they were not read for long; None: not due."""
    error: PropertyManagerError | None = None

    @property
    def queued(self) -> int:
        """Detail pages that wait now because of this run."""
        return sum(each.found.queued for each in self.scans) + (self.stale or 0)


@dataclass(frozen=True, slots=True)
class Tiered:
    """How the tiers of sources are run."""

    database: Database
    access: Access = ANONYMOUS
    options: SyncOptions = DEFAULT_OPTIONS
    home: Path | None = None
    on_scan: OnScan = lambda report: None
    on_source: Callable[[str, str | None], None] = lambda source, tier: None
    """Called before a source's turn."""

    async def run_tier(self, name: str, tier: str, urls: tuple[str, ...] | None = None) -> TierRun:
        """Run one tier of one source, due or not; a tier that may remove asks its candidates too.

        Raises what a scan raises.
        """
        if tier not in TIERS:
            raise UsageError(f'there is no tier "{tier}"', next_step=f"one of {', '.join(TIERS)}")
        source = await self._source(name)
        result = TierRun(source.name, tier)
        self.on_source(source.name, tier)
        if tier == "stale":
            result.stale = await self._queue_stale(source)
            return result
        await self._scan(result, source, urls)
        if getattr(source.tiers, tier).removal:
            result.verification = await self._verify(source)
        return result

    async def run_verification(self, name: str) -> TierRun:
        """Ask the candidates of one source whose time has come."""
        source = await self._source(name)
        return TierRun(source.name, None, verification=await self._verify(source))

    async def run_due(self, only: str | None = None) -> list[TierRun]:
        """Give each source that names its start pages its turn; an error of one does not stop the others.

        Of the tiers that are due the widest is scanned, as it counts for the others. Candidates are asked
        when their time has come, whatever was scanned.
        """
        await require_source(self.database, only)
        states = await tier_states(self.database, only, self.options.now())
        turns: dict[str, TierState | None] = dict.fromkeys(state.source for state in states)
        for state in states:  # the narrow ones come first
            if state.is_due:
                turns[state.source] = state
        return [await self._turn(name, state) for name, state in turns.items()]

    async def _turn(self, name: str, due: TierState | None) -> TierRun:
        result = TierRun(name, None) if due is None else TierRun(name, due.tier, due.why)
        try:
            source = await self._source(name)
            if due is not None:
                self.on_source(name, due.tier)
                await self._scan(result, source, None)
            result.verification = await self._verify(source)
            result.stale = await self._queue_stale(source)
        except PropertyManagerError as error:
            result.error = error
        return result

    async def _scan(self, result: TierRun, source: Source, urls: tuple[str, ...] | None) -> None:
        async for scanned in scan_tier(
            self.database,
            source,
            result.tier or "",
            urls=urls,
            access=self.access,
            options=self.options,
            home=self.home,
            on_progress=self.on_scan,
        ):
            result.scans.append(scanned)

    async def _verify(self, source: Source) -> Verification:
        return await verify_source(self.database, source, access=self.access, options=self.options)

    async def _queue_stale(self, source: Source) -> int | None:
        queued: int | None = await self.database.value(
            "queue_stale", source.name, STALE_AT_ONCE, self.options.now()
        )
        return queued

    async def _source(self, name: str) -> Source:
        source = await described_source(self.database, name, home=self.home)
        if source is None:
            await require_source(self.database, name)
            raise AssertionError(name)  # a source that the database knows has been described
        return source


def sources_of(runs: Sequence[TierRun]) -> list[str]:
    """The sources whose queue these runs have added to."""
    return [run.source for run in runs if run.queued]
