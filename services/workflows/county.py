"""Loads a county: each layer is read once, staged as records of its kinds, and synced."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, Final

from config.county.columns import names_of
from config.county.kinds import KINDS, PROPERTIES
from config.county.layout import AnyLayer, County
from config.errors import PropertyManagerError, RefusedError, UsageError
from config.source import Source
from config.terminal import one_line
from config.text import shorten
from database.handle import Handle, database_of
from importers import DEFAULT_LIMITS, ReadLimits, Record
from importers.intake.sample import read_ahead
from importers.layers import LayerRows, open_layer
from parsing.nearest import nearest
from parsing.parcels.staged import RecordReader
from services.county.parcels import link
from services.county.records import RecordWriter
from services.county.records.runs import IngestionRun
from services.feed import follow_up
from services.pipeline import sync_session
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.reports.quarantine import QuarantinedRow, list_quarantine
from services.sources import Registration
from services.staging.session import Verdict, reason_of
from services.workflows.access import ANONYMOUS, Access
from services.workflows.county_loaded import CountyLoad, KindLoad, LayerLoad, LoadStatus

log = logging.getLogger(__name__)

SCOPE: Final = "layer"
EXAMPLES: Final = 3
"""How many rows that were set aside a result shows with their reasons."""
_ROWS_A_NOTE: Final = 1_000
_LONGEST_NAME: Final = 60


class CountyLoader:
    """Loads the layers of counties. Async; built with one `Database`, or a supabase AsyncClient."""

    def __init__(
        self,
        database: Handle,
        *,
        access: Access = ANONYMOUS,
        options: SyncOptions = DEFAULT_OPTIONS,
        observer: Observer = NO_OBSERVER,
        limits: ReadLimits = DEFAULT_LIMITS,
        on_progress: Callable[[str, int], None] = lambda layer, rows: None,
    ) -> None:
        """`on_progress` hears how many rows of a layer were read so far."""
        self._database = database_of(database)
        self._access = access
        self._options = replace(options, catch_up=False)  # once, when all layers are done
        self._observer = observer
        self._limits = limits
        self._on_progress = on_progress

    async def load(self, county: County, layers: Sequence[str] = ()) -> CountyLoad:
        """Load these layers, or all; parcels come first. One layer that fails keeps no other from it.

        Raises UsageError for a layer that the county does not have. Every load is a run in the database, also
        one that failed before a row had landed; a dry run is none.
        """
        loaded = [await self._layer(county, layer) for layer in _chosen(county, layers)]
        if not any(
            each.sync is not None and each.sync.status == "applied" for one in loaded for each in one.kinds
        ):
            return CountyLoad(county.name, tuple(loaded))
        return CountyLoad(county.name, tuple(loaded), tuple(await follow_up(self._database)))

    async def _layer(self, county: County, layer: AnyLayer) -> LayerLoad:
        if self._options.dry_run:
            return await self._tried(county, layer, None)
        run = await IngestionRun.begin(self._database, county.name, layer.name, layer.type)
        try:
            loaded = await self._tried(county, layer, run)
        except (Exception, asyncio.CancelledError) as error:
            await run.end("failure", message=reason_of(error))
            raise
        await _end(run, loaded)
        return replace(loaded, run_id=run.id)

    async def _tried(self, county: County, layer: AnyLayer, run: IngestionRun | None) -> LayerLoad:
        """The layer as far as it came; what kept it from going on is its failure."""
        try:
            staged = await self._stage(county, layer, run)
        except PropertyManagerError as error:
            # the result says it
            log.info("layer %s of %s failed: %s", layer.name, county.name, error.message)
            return LayerLoad(layer.name, layer.type, "failure", failure=error)
        kinds = await self._matched(county, [await self._sync(each) for each in staged.kinds])
        return replace(staged, kinds=kinds, status=self._status(staged, kinds))

    def _status(self, staged: LayerLoad, kinds: Sequence[KindLoad]) -> LoadStatus:
        if all(each.sync is None or each.sync.status == "held" for each in kinds):
            return "partial" if any(each.sync is not None for each in kinds) else "failure"
        if self._options.dry_run:
            return "planned"
        whole = staged.verdict == "complete" and all(
            each.sync is not None
            and each.sync.status == "applied"
            and not each.sync.metrics.quarantined_properties
            for each in kinds
        )
        return "success" if whole else "partial"

    async def _stage(self, county: County, layer: AnyLayer, run: IngestionRun | None) -> LayerLoad:
        """Read the layer once, and stage what each kind makes of its rows."""
        async with open_layer(
            layer, self._access, self._limits, requests_per_second=county.requests_per_second
        ) as rows:
            first, records = await read_ahead(rows)
            if first or not all(name.startswith("@") for name in rows.columns):
                require_columns(layer, rows.columns)
            async with AsyncExitStack() as stack:
                sessions = [await self._open(county, layer, kind, run, stack) for kind in layer.kinds]
                read, nameless = await self._rows(layer, records, sessions)
                verdict, reason = coverage(layer, rows, read, nameless)
                for session in sessions:
                    await session.writer.describe({"columns": [one_line(name) for name in rows.columns]})
                    await session.writer.complete(verdict, reason, only_planned=self._options.dry_run)
        return LayerLoad(
            layer.name,
            layer.type,
            "partial",
            read=read,
            skipped=sum(each.rows for each in rows.skipped),
            verdict=verdict,
            reason=reason,
            kinds=tuple(
                KindLoad(each.kind, each.writer.source.name, each.writer.session_id, each.writer.rows_staged)
                for each in sessions
            ),
            warnings=tuple(rows.warnings),
        )

    async def _open(
        self, county: County, layer: AnyLayer, kind: str, run: IngestionRun | None, stack: AsyncExitStack
    ) -> _Session:
        source = source_of(county, layer, kind)
        if kind == PROPERTIES.name:
            await self._require_no_other(county, source.name)
        reader = RecordReader(
            KINDS[kind], county, layer.kinds[kind], key_order=layer.key_order, point=layer.point
        )
        registration = await stack.enter_async_context(Registration(self._database, source))
        await registration.register()
        writer = await RecordWriter.open(
            self._database,
            source,
            scope=SCOPE,
            kind="import",
            session_name=f"{county.name} {layer.name}",
            base_url=layer.where,
            filters={"county": {"state": county.state, "county_fips": county.county_fips}},
            clock=self._options.clock,
        )
        await stack.enter_async_context(writer.ended())
        await stack.enter_async_context(writer.kept_alive())
        if run is not None:
            await run.note(writer.session_id)
        return _Session(kind, reader, writer)

    async def _require_no_other(self, county: County, source: str) -> None:
        """Raise RefusedError where the county's parcels are those of another source."""
        place = (county.state, county.county_fips)
        other = await self._database.value("other_source_of_parcels", source, *place)
        if other is not None:
            raise RefusedError(
                f"the parcels of county {county.county_fips}, {county.state} are those of source {other}; "
                f"{source} would overwrite them",
                next_step=f"give county and layer the names that they had, those of {other}",
            )

    async def _rows(
        self, layer: AnyLayer, records: AsyncIterator[Record], sessions: Sequence[_Session]
    ) -> tuple[int, int]:
        """Stage all rows; returns how many there were, and how many of them name no record."""
        read = nameless = 0
        async for record in records:
            read += 1
            evidence = b'{"line":%d}' % record.line
            named = True
            for session in sessions:
                staged = session.reader.read(record)
                staged.evidence = evidence
                named = named and staged.record_id is not None
                await session.writer.add(staged)
            nameless += not named
            if not read % _ROWS_A_NOTE:
                self._on_progress(layer.name, read)
        self._on_progress(layer.name, read)
        return read, nameless

    async def _sync(self, staged: KindLoad) -> KindLoad:
        """One kind that cannot be synced keeps no other from it; its session waits for sync-pending."""
        try:
            synced = await sync_session(self._database, staged.session_id, self._options, self._observer)
        except PropertyManagerError as error:
            return replace(staged, failure=error)
        aside: Sequence[QuarantinedRow] = ()
        if synced.metrics.quarantined_properties:
            aside = await list_quarantine(self._database, session_id=staged.session_id, limit=EXAMPLES)
        return replace(staged, sync=synced, set_aside=tuple(aside))

    async def _matched(self, county: County, kinds: Sequence[KindLoad]) -> tuple[KindLoad, ...]:
        """The kinds, once their records have found their parcels and waiting ones those that came."""
        if any(each.sync is not None and each.sync.status == "applied" for each in kinds):
            await link(self._database, [county])
        waiting = [
            0
            if each.kind == PROPERTIES.name
            else await self._database.value("records_waiting", each.source) or 0
            for each in kinds
        ]
        return tuple(replace(each, waiting=count) for each, count in zip(kinds, waiting, strict=True))


@dataclass(frozen=True, slots=True)
class _Session:
    """One kind of a layer that is being staged."""

    kind: str
    reader: RecordReader
    writer: RecordWriter


def source_of(county: County, layer: AnyLayer, kind: str) -> Source:
    """The source that a layer is for one of its kinds."""
    return Source(
        name=county.source(layer, kind),
        records=kind,
        currency="USD",
        country="US",
        language="english",
        time_zone=county.time_zone,
        schedule=layer.schedule,
    )


def require_columns(layer: AnyLayer, columns: Sequence[str]) -> None:
    """Raise RefusedError where a layer lacks columns that its county's file names.

    What the layer makes of its shapes ("@latitude") is no column of its own.
    """
    there = set(columns)
    lacking = {
        name: kind
        for kind, fields in layer.kinds.items()
        for name in names_of(fields)
        if not name.startswith("@") and name not in there
    }
    if not lacking:
        return
    meant = ((name, nearest(name, columns)) for name in lacking)
    said = ", ".join(f"{name!r}" + (f" (did you mean {near!r}?)" if near else "") for name, near in meant)
    has = [shorten(one_line(name), _LONGEST_NAME) for name in columns[:12]]
    raise RefusedError(
        f"layer {layer.name} has no column {said}; nothing was staged",
        next_step=f"it has {', '.join(has)}{' …' if len(columns) > 12 else ''}: "
        "correct the county's file, or ask its publisher",
    )


def coverage(layer: AnyLayer, rows: LayerRows, read: int, nameless: int) -> tuple[Verdict, str | None]:
    """How much of its scope a layer that was read to its end covers; only `complete` proves absences."""
    cut = rows.incomplete and one_line(rows.incomplete)
    if not read:
        return "suspect", cut or f"layer {layer.name} has no rows"
    if cut:
        return "partial", cut
    if rows.expected is not None and rows.expected != read:
        return "partial", f"{read:,} rows were read, and the layer says that it has {rows.expected:,}"
    if not layer.complete:
        return "partial", "the county's file says that the layer does not show all there is"
    if nameless:
        rows_said = "1 row has" if nameless == 1 else f"{nameless:,} rows have"
        return "partial", f"{rows_said} no id, so it is not known which records were missed"
    return "complete", None


def _chosen(county: County, layers: Sequence[str]) -> list[AnyLayer]:
    known = {layer.name: layer for layer in county.layers}
    for name in layers:
        if name not in known:
            near = nearest(name, list(known))
            raise UsageError(
                f"county {county.name} has no layer {name!r}",
                next_step=f"did you mean {near}?" if near else f"it has {', '.join(known)}",
            )
    chosen = [layer for layer in county.layers if not layers or layer.name in layers]
    # records find their parcels as they come
    return sorted(chosen, key=lambda layer: PROPERTIES.name not in layer.kinds)


async def _end(run: IngestionRun, loaded: LayerLoad) -> None:
    synced = [each.sync for each in loaded.kinds if each.sync is not None]
    failures = [each for each in (loaded.failure, *(one.failure for one in loaded.kinds)) if each is not None]
    held = [each.error for each in synced if each.status == "held" and each.error]
    aside = sum(each.metrics.quarantined_properties for each in synced)
    reasons = [*(each.message for each in failures), *held, *filter(None, [loaded.reason])]
    if not reasons and aside:
        reasons = [f"{aside:,} rows were set aside"]
    await run.end(
        "partial" if loaded.status == "planned" else loaded.status,
        processed=loaded.read,
        metrics=[each.metrics for each in synced if each.status == "applied"],
        set_aside=aside,
        message=reasons[0] if reasons else None,
        details=_details(loaded, reasons),
    )


def _details(loaded: LayerLoad, reasons: Sequence[str]) -> dict[str, Any] | None:
    """What a run keeps of its errors, in words."""
    rows = [
        {
            "kind": each.kind,
            "row": row.row_no,
            "id": row.property_id,
            "reasons": [r.reason for r in row.reasons],
        }
        for each in loaded.kinds
        for row in each.set_aside
    ]
    return {"reasons": list(reasons), "rows": rows} if reasons or rows else None
