"""The state machine: all that a team does to a catalogue, in any order, with the model told of each step."""

from __future__ import annotations

import asyncio
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.source import Guard, Source
from database.handle import Database
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, at
from tests.faults.conftest import worker
from tests.machine.model import FIELDS, Counts, Model, Row, Session, Value
from tests.services.imports.importing import import_file

T = TypeVar("T")

# The guard has tests of its own; here it refuses what would leave a small catalogue half empty.
SOURCE = Source(
    name="acme",
    currency="MXN",
    country="MX",
    language="spanish",
    guard=Guard(least_share_of_median=0.1, leaving_share_small=0.8, leaving_rows_small=4, least_quality=0.1),
)
STAGES = ("sift", "quarantine_rows", "plan", "guard", "apply")
HOURS = (1, 6, 12, 30)

properties = st.sampled_from([f"P-{number}" for number in range(1, 8)])
values: dict[str, st.SearchStrategy[Value]] = {
    "title": st.sampled_from(["Casa en venta", "Casa con patio", "Departamento nuevo"]),
    "price": st.sampled_from([900_000, 1_000_000, 1_005_000, 2_000_000]),
    "bedrooms": st.integers(1, 3),
    "description": st.sampled_from(["Luminosa", "Con jardín y alberca"]),
    "agent_email": st.sampled_from(["ana@acme.example", "luis@acme.example", "eva@acme.example"]),
}
# a title always; any other field may be missing, which says nothing of it
fields = st.fixed_dictionaries(
    {"title": values["title"]}, optional={name: values[name] for name in FIELDS if name != "title"}
)
rows = st.builds(Row, properties, fields, st.sampled_from([False] * 9 + [True]))
scrapes = st.lists(rows, min_size=0, max_size=14)
# a file says nothing of when its rows were fetched, so that of a repeated id the fuller row would win
files = st.lists(rows, min_size=1, max_size=8, unique_by=lambda row: row.property_id)
MAPPING = {"name": "machine", "id": "property_id", "fields": {name: name for name in (*FIELDS, "source_url")}}


class NewDatabase(Protocol):
    """Opens a database of its own: the login's DSN and a superuser's."""

    async def __call__(self, stack: AsyncExitStack) -> tuple[str, str]: ...


class CatalogueMachine(RuleBasedStateMachine):
    """Steps on a real catalogue and on the model; they must agree after every one."""

    steps: ClassVar[int] = 0

    def __init__(self, new_database: NewDatabase) -> None:
        super().__init__()
        self.new_database = new_database
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.model = Model()
        self.now = 0

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    @initialize()
    def begin(self) -> None:
        self.run(self._open())

    async def _open(self) -> None:
        self.dsn, superuser = await self.new_database(self.stack)
        self.database = await self.stack.enter_async_context(await Database.connect(self.dsn))
        self.superuser = await asyncpg.connect(superuser)
        self.stack.push_async_callback(self.superuser.close)
        self.catalogue = await Catalogue(self.database, self.superuser, SOURCE).register()

    def teardown(self) -> None:
        try:
            self.run(self.stack.aclose())
        finally:
            self.runner.close()

    # what a team does

    @rule(scrape=scrapes, complete=st.booleans(), hours=st.sampled_from(HOURS))
    def scrape(self, scrape: list[Row], complete: bool, hours: int) -> None:
        """A session lands and waits."""
        self.now += hours
        self.model.sessions.append(self.run(self._stage(scrape, complete)))

    @rule(scrape=scrapes, complete=st.booleans(), hours=st.sampled_from(HOURS), approve=st.booleans())
    def scrape_and_sync(self, scrape: list[Row], complete: bool, hours: int, approve: bool) -> None:
        self.scrape(scrape, complete, hours)
        self._sync(self.model.sessions[-1], approve)

    @precondition(lambda self: bool(self.model.sessions))
    @rule(data=st.data(), approve=st.booleans())
    def sync(self, data: st.DataObject, approve: bool) -> None:
        """Any session: waiting, applied, or out of date."""
        self._sync(data.draw(st.sampled_from(self.model.sessions), label="session"), approve)

    @precondition(lambda self: any(session.state == "pending" for session in self.model.sessions))
    @rule(data=st.data(), stage=st.sampled_from(STAGES), approve=st.booleans())
    def crash_and_sync(self, data: st.DataObject, stage: str, approve: bool) -> None:
        """A worker dies at a stage; another makes what it left whole."""
        waiting = [session for session in self.model.sessions if session.state == "pending"]
        session = data.draw(st.sampled_from(waiting), label="session")
        self.run(self._crash(session, stage))
        self._sync(session, approve)

    @rule(file=files, complete=st.booleans(), hours=st.sampled_from(HOURS))
    def import_file(self, file: list[Row], complete: bool, hours: int) -> None:
        """The same listings from a file, which is a scope of its own."""
        self.now += hours
        session = Session(None, file, complete, self.now, "import")
        result = self.run(self._import(session))
        session.name = result.session_id
        self.model.sessions.append(session)
        self._compare(session, result)

    @precondition(lambda self: self.now > 0)
    @rule(data=st.data())
    def ask_the_past(self, data: st.DataObject) -> None:
        """What the catalogue showed at any moment."""
        moment = data.draw(st.integers(0, self.now), label="moment")
        assert self.run(self._live("property_manager.listings_at($1)", at(moment / 24))) == self.model.as_of(
            moment
        )

    # what must hold after each

    @invariant()
    def counts(self) -> None:
        CatalogueMachine.steps += 1

    @invariant()
    def live_is_what_the_model_says(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self._live("public.properties_live")) == self.model.live()

    @invariant()
    def the_audit_is_what_the_model_says(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self._audit()) == self.model.history()

    @invariant()
    def doctor_finds_nothing(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self.catalogue.complaints()) == []

    # how

    async def _stage(self, scrape: list[Row], complete: bool) -> Session:
        name = await self.catalogue.stage(
            map(_raw, scrape),
            day=self.now / 24,
            verdict="complete" if complete else "partial",
            fetched=lambda number: self.now / 24 - 0.01 + number / 10_000,
        )
        return Session(name, scrape, complete, self.now)

    def _sync(self, session: Session, approve: bool) -> None:
        self.now += 1
        result: SyncResult = self.run(self.catalogue.sync(session.name, day=self.now / 24))
        if result.status == "held" and approve:
            result = self.run(self.catalogue.approve(result, day=self.now / 24))
        self._compare(session, result)

    def _compare(self, session: Session, result: SyncResult) -> None:
        if session.state == "applied":
            assert result.status == "applied"
        elif session.state == "stale" or self.model.is_stale(session):
            assert result.status == "stale"
            session.state = "stale"
        elif result.status == "held":
            assert result.reasons, "a refusal says why"
        else:
            assert result.status == "applied"
            assert _buckets(result) == self.model.apply(session, self.now)

    async def _crash(self, session: Session, stage: str) -> None:
        async with worker(self.dsn, session.name, stage, day=(self.now + 1) / 24) as process:
            await process.wait()

    async def _import(self, session: Session) -> SyncResult:
        with tempfile.TemporaryDirectory() as folder:
            mapping = Path(folder) / "machine.json"
            mapping.write_text(json.dumps(MAPPING), encoding="utf-8")
            file = Path(folder) / "listings.csv"
            with file.open("w", encoding="utf-8", newline="") as lines:
                table = csv.DictWriter(lines, ("property_id", *MAPPING["fields"]))
                table.writeheader()
                table.writerows(_raw(row) | {"source_url": _url(row)} for row in session.rows)
            return await import_file(
                self.database,
                file,
                mapping=str(mapping),
                source=SOURCE.name,
                day=self.now / 24,
                complete=session.complete,
            )

    async def _audit(self) -> Counter[tuple[str, str | None, str]]:
        """How often each listing's field took each value."""
        told = await self.superuser.fetch(
            """select property_id, field_name, new_value::text as value from public.property_changes
               where field_name is null or field_name = any ($1)""",
            [*FIELDS, "status"],
        )
        return Counter(
            (
                row["property_id"],
                row["field_name"],
                None if row["field_name"] is None or row["value"] is None else json.loads(row["value"]),
            )
            for row in told
        )

    async def _live(self, source: str, *args: Any) -> dict[str, Any]:
        shown = await self.superuser.fetch(
            f"select property_id, status, {', '.join(FIELDS)} from {source}", *args
        )
        return {row["property_id"]: (row["status"], _fields(row)) for row in shown}


def _raw(row: Row) -> dict[str, Value]:
    return {"property_id": row.property_id, **row.fields, **({"bedrooms": 400} if row.broken else {})}


def _url(row: Row) -> str:
    return f"https://acme.example/{row.property_id}"


def _fields(row: asyncpg.Record) -> dict[str, Value]:
    return {
        name: int(row[name]) if name == "price" and row[name] is not None else row[name] for name in FIELDS
    }


def _buckets(result: SyncResult) -> Counts:
    metrics = result.metrics
    return Counts(
        new=metrics.new_properties,
        updated=metrics.updated_properties,
        unchanged=metrics.unchanged_properties,
        reactivated=metrics.reactivated_properties,
        quarantined=metrics.quarantined_properties,
        superseded=metrics.superseded_rows,
        missing=metrics.missing_properties,
        removed=metrics.removed_properties,
    )
