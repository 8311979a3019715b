"""A project over HTTPS: a bad network, a wrong key or another schema is named, and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from supabase import AsyncClientOptions, acreate_client, create_client

from config.errors import (
    ConnectionLostError,
    DatabaseError,
    DatabaseUnreachableError,
    LoginRefusedError,
    MigrationError,
    NotFoundError,
    UsageError,
)
from config.settings import Settings
from database.handle import Database
from database.https import HttpsDatabase
from database.https.errors import while_asking
from parsing.rows import CellReader
from services import (
    ChangeDetectionService,
    DataQualityService,
    DataSyncService,
    PropertySyncOrchestrator,
)
from services.pipeline.observers import NullObserver
from services.reports.installation import check_up
from services.reports.sessions import list_sessions
from services.staging import SessionWriter
from tests.catalogue import ACME, Catalogue, at, homes
from tests.servers import Server, migrate_database
from tests.stack import gateway as faults
from tests.stack.fixtures import http_api
from tests.stack.gateway import Gateway
from tests.tables import rows as each_of


@pytest.fixture
async def https(project: Settings) -> AsyncIterator[Database]:
    async with await Database.open(project) as opened:
        yield opened


@pytest.fixture
async def acme(https: Database, superuser: asyncpg.Connection) -> Catalogue:
    return await Catalogue(https, superuser).register()


async def test_url_and_key_alone_open_the_project(https: Database, rest: Gateway) -> None:
    """SUPABASE_URL and SUPABASE_SECRET_KEY lead to the project, whose version was compared."""
    assert isinstance(https, HttpsDatabase)
    assert https.place == rest.url
    assert https.code_version is not None


async def test_a_supabase_client_of_the_users_own_is_a_database(
    rest: Gateway, superuser: asyncpg.Connection
) -> None:
    """Who has a client of supabase-py already passes it on; closing the database leaves it open."""

    async with httpx.AsyncClient(http2=False, timeout=30) as http:
        client = await acreate_client(rest.url, rest.secret_key, AsyncClientOptions(httpx_client=http))
        async with HttpsDatabase(client) as database:
            await Catalogue(database, superuser).register()
        assert (await client.table("sources").select("name").execute()).data == [{"name": "acme"}]


async def test_the_public_classes_are_built_with_a_supabase_client(rest: Gateway, acme: Catalogue) -> None:
    """An AsyncClient with the secret key is enough for each of them, and stays the caller's."""
    session = await acme.stage(homes(2))
    async with httpx.AsyncClient(http2=False, timeout=30) as http:
        client = await acreate_client(rest.url, rest.secret_key, AsyncClientOptions(httpx_client=http))

        _, changes = await ChangeDetectionService(client).detect_changes(session)
        synced = await DataSyncService(client).sync_session_data(session)
        report = await DataQualityService(client).generate_quality_report(session)
        pending = await PropertySyncOrchestrator(client).get_pending_sessions()
        found = (await client.table("properties_live").select("property_id").execute()).data

    assert (len(changes), synced.status, report.session_id, pending) == (2, "applied", session, [])
    assert sorted(row["property_id"] for row in found) == ["A-1", "A-2"]


def test_a_client_that_cannot_serve_is_named() -> None:
    """supabase-py's other client waits for each answer; what is no client at all is named too."""
    waiting = create_client("http://127.0.0.1:9", "sb_secret_x")
    for given, words in ((waiting, "is not asynchronous"), ("postgresql://x", "<class 'str'>")):
        with pytest.raises(UsageError, match=words) as refused:
            PropertySyncOrchestrator(given)  # type: ignore[arg-type]
        assert "acreate_client" in str(refused.value.next_step)


async def test_more_rows_than_the_cap_of_the_api_come_whole(https: Database, acme: Catalogue) -> None:
    """PostgREST cuts sets at 1,000 rows without a word; what the program asks is one value."""
    await acme.superuser.execute(
        "insert into property_manager.scopes (source_id, source, name)"
        " select id, name, 'page ' || n from public.sources, generate_series(1, 2500) n"
    )
    assert len(await https.rows("source_scopes", "acme")) == 2500


class BadNetwork(NullObserver):
    """Spoils the first request of each stage."""

    def __init__(self, rest: Gateway, fault: Any) -> None:
        self.rest = rest
        self.fault = fault
        self.spoiled: list[str] = []

    def began(self, stage: str) -> None:
        self.rest.misbehave(self.fault)
        self.spoiled.append(stage)


@pytest.mark.parametrize(
    "fault",
    [faults.cut_before, faults.cut_after, faults.repeat, faults.halve, faults.html(200, done=True)],
)
async def test_every_stage_whose_request_is_cut_or_repeated_counts_once(
    acme: Catalogue, rest: Gateway, fault: Any
) -> None:
    """Whether or not a stage was done when its answer was lost, asking again returns its one result."""
    session = await acme.stage(homes(3))
    network = BadNetwork(rest, fault)

    result = await acme.sync(session, observer=network)

    assert {"sift", "plan", "guard", "apply"} <= set(network.spoiled)
    assert all(planned.times == 0 for planned in rest.faults), "each was met"
    assert (result.status, result.metrics.new_properties) == ("applied", 3)
    assert await acme.complaints() == []
    assert await acme.superuser.fetchval("select count(*) from public.property_changes") == 3


@pytest.mark.parametrize(
    "fault", [faults.cut_before, faults.cut_after, faults.repeat, faults.html(502, done=True)]
)
async def test_a_batch_whose_answer_is_lost_lands_once(
    https: Database, acme: Catalogue, rest: Gateway, fault: Any
) -> None:
    """The writer asks what has landed and sends the rest."""
    writer = await SessionWriter.open(https, ACME, scope="all", kind="import")
    reader = CellReader(ACME)
    for row in homes(5):
        await writer.add(reader.read(row, url=None, page_number=1, fetched_at=at(0)))
    rest.misbehave(fault)

    await writer.complete("complete")

    landed = await acme.superuser.fetch(
        "select row_no from public.property_scrapes_staging where session_id = $1 order by row_no",
        writer.session_id,
    )
    assert [row["row_no"] for row in landed] == [1, 2, 3, 4, 5]


async def test_a_repeated_request_opens_one_session(acme: Catalogue, https: Database, rest: Gateway) -> None:
    """A gateway that sends a request twice opens no second session."""
    rest.misbehave(faults.repeat)
    await SessionWriter.open(https, ACME, scope="all", kind="import")
    assert len(await list_sessions(https)) == 1


async def test_a_lost_answer_says_that_nothing_is_known(https: Database, rest: Gateway) -> None:
    """Whether a cut request was done is not known, and the error says just that."""
    rest.misbehave(faults.cut_after)
    with pytest.raises(ConnectionLostError, match="whether it did what was asked is not known"):
        await https.value("server_time")


async def test_half_an_answer_is_no_answer(https: Database, rest: Gateway) -> None:
    """What a gateway cut short is never taken for the whole."""
    rest.misbehave(faults.halve)
    with pytest.raises(DatabaseUnreachableError, match="something else than the API does"):
        await https.rows("list_rules", None)


async def test_a_redirection_is_not_followed(https: Database, rest: Gateway) -> None:
    """The key is not carried to another address, which the answer names."""
    rest.misbehave(faults.answering(301, {}, Location="http://127.0.0.1:9/rest/v1/rpc/ask"))
    with pytest.raises(DatabaseUnreachableError, match="something else than the API does"):
        await https.value("server_time")


@pytest.mark.parametrize("status", [200, 403, 502])
async def test_a_page_is_no_answer(https: Database, rest: Gateway, status: int) -> None:
    """An HTML page, also one with status 200, is never taken for data."""
    rest.misbehave(faults.html(status))
    with pytest.raises(DatabaseUnreachableError, match="something else than the API does"):
        await https.rows("list_sessions", None, None, 5)


# what project gateways, hosted PostgREST (13 and later) and older ones answer
ANSWERS: list[tuple[int, dict[str, Any], type[DatabaseError] | type[UsageError], str]] = [
    (401, {"message": "Invalid API key", "hint": "Double check your key."}, LoginRefusedError, "the key"),
    (401, {"code": "PGRST301", "message": "JWT expired"}, LoginRefusedError, "has expired"),
    (401, {"code": "PGRST303", "message": "JWT expired"}, LoginRefusedError, "has expired"),
    (404, {"code": "PGRST202", "message": "no function api.ask"}, MigrationError, "does not know"),
    (404, {"code": "42P01", "message": "no relation"}, MigrationError, "does not know"),
    (404, {"code": "PGRST205", "message": "no table"}, MigrationError, "does not know"),
    (406, {"code": "PGRST106", "message": "schema must be one of"}, UsageError, "schema api"),
    (503, {"code": "PGRST002", "message": "schema cache"}, DatabaseUnreachableError, "not ready"),
    (300, {"code": "PGRST203", "message": "could not choose"}, MigrationError, "does not know"),
    (503, {"code": "PGRST001", "message": "no connection"}, DatabaseUnreachableError, "not ready"),
    (503, {"code": "53300", "message": "too many clients"}, DatabaseUnreachableError, "not ready"),
    (405, {"code": "25006", "message": "read-only transaction"}, DatabaseError, "is read-only"),
    (540, {"code": "540", "message": "Project paused"}, DatabaseUnreachableError, "paused or closed"),
    (401, {"code": "42501", "message": "permission denied"}, DatabaseError, "does not let this key"),
    (403, {"code": "42501", "message": "permission denied"}, DatabaseError, "does not let this key"),
    (500, {"code": "57014", "message": "canceling statement"}, DatabaseError, "its time limit"),
    (400, {"code": "PMNOF", "message": "there is no source", "hint": "see list"}, NotFoundError, "no source"),
    (429, {"message": "API rate limit exceeded"}, DatabaseUnreachableError, "rate limit"),
]


@each_of(("status", "body", "error", "words"), ANSWERS)
async def test_each_refusal_is_named_by_its_code(
    https: Database,
    rest: Gateway,
    status: int,
    body: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    """Codes decide, of older and newer servers alike, and each error says what to do."""
    rest.misbehave(faults.answering(status, body))
    with pytest.raises(error, match=words) as refused:
        await https.value("server_time")
    assert refused.value.next_step  # type: ignore[attr-defined]


NAP = (
    "create function api.nap(p_seconds float8) returns void language sql"
    " set search_path = pg_catalog, pg_temp as 'select pg_sleep(p_seconds)';"
    " grant execute on function api.nap to service_role;"
    " alter role authenticator in database {database} set statement_timeout = '0.3s'"
)


@pytest.fixture
def hurried(server: Server, database_name: str) -> Iterator[Gateway]:
    """The API of a project that lets a request of an application take 0.3 seconds."""
    asyncio.run(_execute(server.superuser_dsn(database_name), NAP.format(database=database_name)))
    with http_api(server, database_name) as running:
        yield running


async def test_a_stage_may_take_longer_than_an_applications_request(hurried: Gateway) -> None:
    """The limit of `ask` holds for what it calls, in place of that of the role that logs in."""
    async with await Database.open(_settings(hurried)) as opened:
        assert isinstance(opened, HttpsDatabase)
        assert await opened._ask("nap", [0.6])
        with pytest.raises(DatabaseError, match="time limit"), while_asking(hurried.url):
            await opened._client.schema("api").rpc("nap", {"p_seconds": 0.6}).execute()


async def test_a_key_of_another_project_is_refused(rest: Gateway) -> None:
    """The project's gateway refuses it, and the error does not repeat it."""
    with pytest.raises(LoginRefusedError, match="refuses the key") as refused:
        await Database.open(_settings(rest, faults.secret_key()))
    assert "sb_secret" not in refused.value.message


async def test_two_keys_are_valid_while_one_is_rotated(project: Settings, rest: Gateway) -> None:
    """A new key works beside the old one, and after it."""
    new = _settings(rest, rest.add_secret_key())
    async with await Database.open(project), await Database.open(new) as after:
        del rest.roles[rest.secret_key]
        assert await after.value("server_time")
        with pytest.raises(LoginRefusedError):
            await Database.open(project)


@pytest.fixture
def unexposed(server: Server, database_name: str) -> Iterator[Gateway]:
    """The API of a project that exposes no schema api."""
    with http_api(server, database_name, schemas=("public",)) as running:
        yield running


@pytest.fixture
def unmigrated(server: Server, bare_name: str) -> Iterator[Gateway]:
    """The API of a project that exposes schema api and has nothing in it."""
    made = "create schema api; grant usage on schema api to service_role"
    asyncio.run(_execute(server.superuser_dsn(bare_name), made))
    with http_api(server, bare_name) as running:
        yield running


async def test_a_project_that_does_not_expose_the_schema_is_told_how(unexposed: Gateway) -> None:
    """Schema api has to be exposed once, in the dashboard."""
    with pytest.raises(UsageError, match="does not answer for schema api") as refused:
        await Database.open(_settings(unexposed))
    assert "add api" in str(refused.value.next_step)


async def test_a_project_that_was_not_migrated_is_told_how(unmigrated: Gateway) -> None:
    """Without our functions there is nothing to ask."""
    with pytest.raises(MigrationError, match="does not know what was asked") as refused:
        await Database.open(_settings(unmigrated))
    assert "db migrate" in str(refused.value.next_step)


async def test_a_schema_that_the_api_has_not_read_is_told_how(server: Server, bare_name: str) -> None:
    """A migration whose notification was lost: the API knows nothing of it until it is told."""
    made = "create schema api authorization property_manager"
    await _execute(server.superuser_dsn(bare_name), made)
    with http_api(server, bare_name, db_channel_enabled=False) as rest:
        await migrate_database(server.login_dsn(bare_name))
        with pytest.raises(MigrationError, match="does not know what was asked") as refused:
            await Database.open(_settings(rest))
        assert "notify pgrst, 'reload schema'" in str(refused.value.next_step)

        rest.postgrest.reload_schema()
        async with await Database.open(_settings(rest)) as opened:
            assert await opened.value("feed_position") == 0


async def test_a_cap_of_one_row_cuts_nothing(server: Server, database_name: str) -> None:
    """However few rows a project's API gives at most, what the program asks comes whole."""
    with http_api(server, database_name, db_max_rows=1) as rest:
        async with await Database.open(_settings(rest)) as opened:
            assert len(await opened.rows("list_rules", None)) > 1


async def test_a_role_without_grants_is_named(project: Settings, superuser: asyncpg.Connection) -> None:
    """Where the grants of schema api were taken away the error says so, and not that the key is wrong."""
    await superuser.execute("revoke usage on schema api from service_role")
    with pytest.raises(DatabaseError, match="does not let this key do it") as refused:
        await Database.open(project)
    assert not isinstance(refused.value, LoginRefusedError)
    assert "db migrate" in str(refused.value.next_step)


async def test_a_project_of_another_version_is_refused(
    superuser: asyncpg.Connection, project: Settings
) -> None:
    """The program works with its own code only, over HTTPS too."""
    await superuser.execute("update property_manager.code_version set version = 'another'")
    with pytest.raises(MigrationError, match="another version of the code"):
        await Database.open(project)


async def test_nothing_answers_there(project: Settings) -> None:
    """A project that cannot be reached is not an empty one."""
    nowhere = project.model_copy(update={"supabase_url": "http://127.0.0.1:9"})
    with pytest.raises(DatabaseUnreachableError, match="cannot connect to"):
        await Database.open(nowhere)


async def test_what_is_too_large_for_https_is_refused(
    acme: Catalogue, https: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the row limit the way to do it is named, and the session ends without a row lost from sight."""
    monkeypatch.setattr(HttpsDatabase, "row_limit", 3)
    with pytest.raises(UsageError, match="more than 3 rows") as refused:
        await acme.stage(homes(4))
    assert "DATABASE_URL" in str(refused.value.next_step)


async def test_a_session_that_is_too_large_is_not_synced_over_https(
    acme: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that was staged by a connection is not left half-way by the limits of the API."""
    session = await acme.stage(homes(4))
    monkeypatch.setattr(HttpsDatabase, "row_limit", 3)
    with pytest.raises(UsageError, match="has 4 rows; over HTTPS at most 3 are synced"):
        await acme.sync(session)
    assert [row.sync_status for row in await list_sessions(acme.database)] == ["pending"]


async def test_doctor_examines_a_project(project: Settings, acme: Catalogue) -> None:
    """All checks of the database are made over HTTPS too."""
    await acme.run(homes(2))
    examined = await check_up(project)
    assert [finding.check for finding in examined.findings if not finding.green] == []
    assert examined.versions["database"] == project.supabase_url
    assert examined.versions["postgresql"]


async def test_doctor_says_what_a_project_without_our_functions_lacks(unmigrated: Gateway) -> None:
    """A project that was never migrated is not called unreachable."""
    examined = await check_up(_settings(unmigrated))
    (red,) = (finding for finding in examined.findings if not finding.green)
    assert "migrations" in red.check
    assert "db migrate" in str(red.next_step)


async def test_what_needs_a_connection_is_refused(https: Database) -> None:
    """Migrations, listening and cursors have no way over HTTPS."""
    for way in (https.admin(), https.listener(), https.transaction()):
        with pytest.raises(UsageError, match="cannot be done over HTTPS"):
            async with way:
                pass


async def test_a_function_outside_of_the_api_cannot_be_asked(https: HttpsDatabase) -> None:
    """Only functions of schema api, with as many arguments as they take, are called."""
    for function, arguments in (("pg_sleep", [1]), ("plan_head", [str(uuid4()), 1]), ("ask'; --", [])):
        with pytest.raises(MigrationError, match="has no function"):
            await https._ask(function, arguments)


def _settings(of: Gateway, key: str | None = None) -> Settings:
    return Settings(  # type: ignore[call-arg]
        _env_file=None, supabase_url=of.url, supabase_secret_key=key or of.secret_key
    )


async def _execute(dsn: str, statement: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute(statement)
    finally:
        await conn.close()
