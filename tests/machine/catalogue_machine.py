"""The state machine: what a team does to a catalogue, in any order, compared with a model after each step."""

from __future__ import annotations

import asyncio
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import asyncpg
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import SecretStr

from config.errors import PropertyManagerError
from config.source import Guard, Source
from database.direct import DirectDatabase
from database.erasure_key import ErasureKey
from services.erasure import erase_contact
from services.history.retention import clean, compact
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, at, since
from tests.faults.processes import worker
from tests.machine.model import FIELDS, Counts, Fields, Model, Row, Session, Value
from tests.services.workflows.imports.importing import import_file

T = TypeVar("T")

# The guard has tests of its own; here it refuses what would leave a small catalogue half empty.
SOURCE = Source(
    name="acme",
    currency="MXN",
    country="MX",
    language="spanish",
    guard=Guard(
        least_share_of_median=0.1,
        leaving_share_small=0.8,
        leaving_rows_small=4,
        least_quality=0.1,
        superseded_share=1,
    ),
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
edited = {
    **{name: strategy if name == "title" else strategy | st.none() for name, strategy in values.items()},
    "status": st.sampled_from(["active", "inactive", "removed"]),
}
# a title always; any other field may be missing, which says nothing of it
fields = st.fixed_dictionaries(
    {"title": values["title"]}, optional={name: values[name] for name in FIELDS if name != "title"}
)
rows = st.builds(Row, properties, fields, st.sampled_from([False] * 9 + [True]))
edits = st.dictionaries(st.sampled_from([*FIELDS, "status"]), st.none(), min_size=1, max_size=2).flatmap(
    lambda names: st.fixed_dictionaries({name: edited[name] for name in names})
)
scrapes = st.lists(rows, min_size=0, max_size=14)
files = st.lists(rows, min_size=1, max_size=8)
MAPPING = {
    "name": "machine",
    "id": "property_id",
    "fields": {name: name for name in (*FIELDS, "currency", "source_url")},
}


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
        self.database = await self.stack.enter_async_context(await DirectDatabase.connect(self.dsn))
        self.database.erasure_key = ErasureKey(SecretStr("a key for tests, held outside the database"))
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

    @precondition(lambda self: any(session.state != "cleaned" for session in self.model.sessions))
    @rule(data=st.data(), approve=st.booleans())
    def sync(self, data: st.DataObject, approve: bool) -> None:
        """Any session: waiting, applied, out of date, rolled back."""
        there = [session for session in self.model.sessions if session.state != "cleaned"]
        self._sync(data.draw(st.sampled_from(there), label="session"), approve)

    @precondition(lambda self: any(session.state == "pending" for session in self.model.sessions))
    @rule(data=st.data(), stage=st.sampled_from(STAGES), approve=st.booleans())
    def crash_and_sync(self, data: st.DataObject, stage: str, approve: bool) -> None:
        """A worker dies at a stage; another completes its work."""
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
        session.rows = [self.model.spoken_of(row) for row in file]
        self.model.sessions.append(session)
        self._compare(session, result)

    @precondition(lambda self: bool(self.model.listings))
    @rule(data=st.data(), edit=edits)
    def edit(self, data: st.DataObject, edit: Fields) -> None:
        """Staff correct a listing, which pins what they set."""
        key = self._listing(data)
        edit = self.model.spoken_of(Row(key, edit)).fields
        self.now += 1
        edited = self.run(
            self._ask("edit_listing", SOURCE.name, key, edit, "ana", None, None, self._moment, None)
        )
        assert bool(edited["changes"]) == self.model.edit(key, edit, self.now)

    @precondition(lambda self: bool(self.model.listings))
    @rule(data=st.data(), name=st.sampled_from([*FIELDS, "status"]))
    def pin(self, data: st.DataObject, name: str) -> None:
        key = self._listing(data)
        self.run(self._ask("pin_field", SOURCE.name, key, name, "ana", None))
        self.model.pin(key, name)

    @precondition(lambda self: bool(self.model.pins()))
    @rule(data=st.data(), everything=st.booleans())
    def unpin(self, data: st.DataObject, everything: bool) -> None:
        key, name = data.draw(st.sampled_from(sorted(self.model.pins())), label="pin")
        self.run(self._ask("unpin", SOURCE.name, key, None if everything else name))
        self.model.unpin(key, None if everything else name)

    @precondition(lambda self: bool(self.model.sets))
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        """Any change set: a sync, an edit, a rollback, an erasure, one that was undone, one too old."""
        number = data.draw(st.integers(0, len(self.model.sets) - 1), label="change set")
        self.now += 1
        effect, is_undone = self.model.effect_of(self.model.sets[number])
        if not is_undone and (effect.origin == "erase" or self.model.is_compacted(effect)):
            with pytest.raises(PropertyManagerError):
                self.run(self._roll_back(number))
            return
        reported = self.run(self._roll_back(number))
        assert (reported["reversed"], reported["kept"], reported["failed"]) == self.model.roll_back(
            self.model.sets[number], self.now
        )

    @rule(email=values["agent_email"])
    def erase(self, email: str) -> None:
        """Somebody asks to be forgotten, or asks again."""
        self.now += 1
        self.run(erase_contact(self.database, email, actor="ana", clock=lambda: self._moment))
        self.model.erase(email, self.now)

    @rule(hours=st.sampled_from([1, 24, 100]))
    def clean_up(self, hours: int) -> None:
        """Retention of sessions: which of them go is the database's to say, but never one that waits."""
        self.run(clean(self.database, since((self.now - hours) / 24)))
        left = self.run(self._sessions())
        for session in self.model.sessions:
            if session.name not in left:
                assert session.state != "pending"
                session.state = "cleaned"

    @rule(hours=st.sampled_from([1, 24, 100]))
    def compact(self, hours: int) -> None:
        """Retention of the audit."""
        before = max(self.now - hours, 0)
        self.run(compact(self.database, since(before / 24), actor="ana"))
        self.model.compact(before)

    @precondition(lambda self: self.model.horizon > 0)
    @rule(data=st.data())
    def ask_before_the_horizon(self, data: st.DataObject) -> None:
        moment = data.draw(st.integers(0, self.model.horizon - 1), label="moment")
        with pytest.raises(asyncpg.PostgresError, match="compacted"):
            self.run(self._live("api.listings_at($1)", at(moment / 24)))

    @precondition(lambda self: self.now > 0)
    @rule(data=st.data())
    def ask_the_past(self, data: st.DataObject) -> None:
        """What the catalogue showed at any moment."""
        moment = data.draw(st.integers(self.model.horizon, self.now), label="moment")
        assert self.run(self._live("api.listings_at($1)", at(moment / 24))) == self.model.as_of(moment)

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
    def pins_are_what_the_model_says(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self._pins()) == self.model.pins()

    @invariant()
    def absences_are_what_the_model_says(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self._misses()) == self.model.misses()

    @invariant()
    def doctor_finds_nothing(self) -> None:
        if hasattr(self, "catalogue"):
            assert self.run(self.catalogue.complaints()) == []

    # how

    @property
    def _moment(self) -> datetime:
        return at(self.now / 24)

    def _listing(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.model.listings)), label="listing")

    async def _ask(self, function: str, *args: Any) -> Any:
        """One of the database's functions, as the service calls it."""
        places = ", ".join(f"${number}" for number in range(1, len(args) + 1))
        async with self.database.connection() as conn:
            return await conn.fetchval(f"select api.{function}({places})", *args)

    async def _roll_back(self, number: int) -> Any:
        """The feed's positions count the change sets, as the model does."""
        change_set = await self.superuser.fetchval(
            "select id from property_manager.change_sets where position = $1", number + 1
        )
        return await self._ask("rollback", change_set, "ana", {}, self._moment)

    async def _sessions(self) -> set[object]:
        return {row["id"] for row in await self.superuser.fetch("select id from public.scraping_sessions")}

    async def _misses(self) -> dict[tuple[str, str], int]:
        rows = await self.superuser.fetch(
            """select f.name, k.property_id, k.misses
               from property_manager.listing_scopes k join property_manager.scopes f on f.id = k.scope_id"""
        )
        return {(row["name"], row["property_id"]): row["misses"] for row in rows}

    async def _pins(self) -> set[tuple[str, str]]:
        rows = await self.superuser.fetch("select property_id, field_name from property_manager.pins")
        return {(row["property_id"], row["field_name"]) for row in rows}

    async def _stage(self, scrape: list[Row], complete: bool) -> Session:
        name = await self.catalogue.stage(
            map(_raw, scrape),
            day=self.now / 24,
            verdict="complete" if complete else "partial",
            fetched=lambda number: self.now / 24 - 0.01 + number / 10_000,
        )
        return Session(name, [self.model.spoken_of(row) for row in scrape], complete, self.now)

    def _sync(self, session: Session, approve: bool) -> None:
        self.now += 1
        result: SyncResult = self.run(self.catalogue.sync(session.name, day=self.now / 24))
        if result.status == "held" and approve:
            result = self.run(self.catalogue.approve(result, day=self.now / 24))
        self._compare(session, result)

    def _compare(self, session: Session, result: SyncResult) -> None:
        if session.state == "applied":
            assert result.status == "applied"
        elif session.state == "rolled back":
            assert result.status == "stale"
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
        reported = await self.superuser.fetch(
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
            for row in reported
        )

    async def _live(self, source: str, *args: Any) -> dict[str, Fields]:
        shown = await self.superuser.fetch(
            f"select property_id, status, {', '.join(FIELDS)} from {source}", *args
        )
        return {row["property_id"]: _fields(row) for row in shown}


def _raw(row: Row) -> dict[str, Value]:
    """As a scraper brings it. A currency always, so that a price brings no second field with it."""
    broken = {"bedrooms": 400} if row.broken else {}
    return {"property_id": row.property_id, "currency": SOURCE.currency, **row.fields, **broken}


def _url(row: Row) -> str:
    return f"https://acme.example/{row.property_id}"


def _fields(row: asyncpg.Record) -> Fields:
    read = {name: row[name] for name in (*FIELDS, "status")}
    return read | {"price": None if read["price"] is None else int(read["price"])}


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
