"""Staff: who they are, what they decide by the HTTP API, and what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from database.erasure_key import ErasureKey
from services.erasure import erase_contact
from tests.catalogue import Catalogue, homes
from tests.servers import Server
from tests.sql.matrix import STAFF, USER, Api
from tests.stack.fixtures import http_api
from tests.stack.gateway import Gateway
from tests.tables import rows as each_of

ACTOR = f"user:{STAFF}"


@pytest.fixture
async def api(rest: Gateway) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
        yield Api(rest, client)


async def call(api: Api, function: str, role: str = "staff", /, **arguments: Any) -> tuple[int, Any]:
    """The status and the answer of a function of schema api."""
    return await api.ask(api.headers(role), "POST", f"rpc/{function}", arguments, schema="api")


async def called(api: Api, function: str, role: str = "staff", /, **arguments: Any) -> Any:
    status, answer = await call(api, function, role, **arguments)
    assert status < 300, answer
    return answer


async def deeds(superuser: asyncpg.Connection) -> list[tuple[str, str]]:
    rows = await superuser.fetch("select actor, action from property_manager.admin_audit order by id")
    return [(row["actor"], row["action"]) for row in rows]


NOT_STAFF: dict[str, dict[str, Any]] = {
    "a user": {},
    "what users say of themselves": {"user_metadata": {"property_manager": "staff"}},
    "a claim of another place": {"property_manager": "staff", "user_role": "staff"},
    "another role of the product": {"app_metadata": {"property_manager": "reader"}},
    "a list": {"app_metadata": {"property_manager": ["staff"]}},
    "a word that begins like it": {"app_metadata": {"property_manager": "staff "}},
    "an anonymous user": {"app_metadata": {"property_manager": "staff"}, "is_anonymous": True},
    "no subject": {"app_metadata": {"property_manager": "staff"}, "sub": ""},
    "no metadata": {"app_metadata": None},
}


@pytest.mark.parametrize("claims", NOT_STAFF.values(), ids=NOT_STAFF)
async def test_only_what_the_projects_server_writes_makes_staff(api: Api, claims: dict[str, Any]) -> None:
    """Neither user metadata nor a claim of another name or place authorises anything."""
    headers = api.headers("authenticated", **claims)
    status, answer = await api.ask(headers, "POST", "rpc/staff_plans", {}, schema="api")
    assert (status, answer["code"], answer["message"]) == (403, "42501", "this is for staff")


@pytest.mark.parametrize("wrong", ["signature", "expired"])
async def test_a_token_that_is_not_the_projects_is_refused(api: Api, rest: Gateway, wrong: str) -> None:
    """A claim counts only in a token that the API has verified."""
    claims = {"sub": STAFF, "app_metadata": {"property_manager": "staff"}}
    if wrong == "signature":
        token = type(rest.signing)().token("authenticated", **claims)
    else:
        token = rest.token("authenticated", exp=1_700_000_000, **claims)
    status, _ = await api.ask(rest.headers(token=token), "POST", "rpc/staff_plans", {}, schema="api")
    assert status == 401


async def test_a_listed_user_is_staff_until_removed(api: Api, superuser: asyncpg.Connection) -> None:
    """The service lists and removes a user, with effect on the next request, and both are kept."""
    assert (await call(api, "staff_plans", "authenticated"))[0] == 403
    await called(api, "add_staff", "service_role", p_user=USER, p_note="front desk")
    assert await called(api, "staff_plans", "authenticated") == []
    assert await called(api, "remove_staff", "service_role", p_user=USER) is True
    assert (await call(api, "staff_plans", "authenticated"))[0] == 403
    assert await deeds(superuser) == [("service", "add_staff"), ("service", "remove_staff")]
    for role in ("anon", "authenticated", "staff"):
        assert (await call(api, "add_staff", role, p_user=USER, p_note="me"))[1]["code"] == "42501"


async def test_staff_see_how_the_catalogue_came_about(catalogue: Catalogue, api: Api) -> None:
    """Sessions, staged rows, changes, quality and quarantine are shown to staff."""
    await catalogue.run([*homes(2), {"property_id": "A-3", "title": ""}])

    (session,) = await called(api, "staff_sessions")
    staged = await called(api, "staff_staged", p_session=session["id"])
    assert [row["row_no"] for row in staged] == [1, 2, 3]
    assert "raw_bytes" not in staged[0]
    assert [r["row_no"] for r in await called(api, "staff_staged", p_session=session["id"], p_after=2)] == [3]
    changes = await called(api, "staff_changes", p_limit=1)
    assert changes[0]["change_type"] == "created"
    assert isinstance(await called(api, "staff_quality", p_session=session["id"]), dict)
    assert len(await called(api, "staff_quarantine")) == 1


async def test_staff_pin_and_unpin_a_field(
    catalogue: Catalogue, api: Api, superuser: asyncpg.Connection
) -> None:
    """A pin of staff holds against the next sync and bears the user of the token as its author."""
    await catalogue.run(homes(1))
    of = {"p_source": "acme", "p_property_id": "A-1", "p_field": "title"}

    await called(api, "staff_pin", **of, p_reason="the owner said so")
    await catalogue.run(homes(1, title="Otra"), day=1)

    title = "select title from public.properties_live"
    assert await superuser.fetchval(title) == "Casa 1 en venta"
    assert await superuser.fetchval("select pinned_by from property_manager.pins") == ACTOR
    assert await called(api, "staff_unpin", **of) == ["title"]
    await catalogue.run(homes(1, title="Otra"), day=2)
    assert await superuser.fetchval(title) == "Otra"
    assert await deeds(superuser) == [(ACTOR, "pin"), (ACTOR, "unpin")]
    assert await catalogue.complaints() == []


async def test_staff_approve_a_held_plan_once(
    catalogue: Catalogue, api: Api, superuser: asyncpg.Connection
) -> None:
    """A held plan is applied as it was shown, in the name of the user; asked twice it is applied once."""
    await catalogue.run(homes(40))
    held = await catalogue.run(homes(2), day=1)
    assert held.status == "held"
    (plan, _) = await called(api, "staff_plans")
    assert plan["status"] == "held"

    answers = [await called(api, "staff_approve", p_plan=plan["id"]) for _ in range(2)]

    assert [answer["state"] for answer in answers] == ["applied", "applied"]
    actors = await superuser.fetch(
        "select actor from public.property_changes where change_set_id = 2 group by 1"
    )
    assert [row["actor"] for row in actors] == [ACTOR]
    assert (
        await superuser.fetchval("select count(*) from public.properties_live where status = 'active'") == 2
    )
    assert await deeds(superuser) == [(ACTOR, "approve")]
    assert await catalogue.complaints() == []


async def test_a_refused_deed_changes_and_notes_nothing(
    catalogue: Catalogue, api: Api, superuser: asyncpg.Connection
) -> None:
    """What fails leaves neither a change nor a line that says it was done."""
    await catalogue.run(homes(1))
    for function, arguments in {
        "staff_pin": {"p_source": "acme", "p_property_id": "A-9", "p_field": "title", "p_reason": ""},
        "staff_approve": {"p_plan": USER},
        "staff_discard": {"p_plan": USER, "p_reason": "x"},
    }.items():
        status, answer = await call(api, function, **arguments)
        assert (status, answer["code"]) == (400, "PMNOF")
        assert (await call(api, function, "authenticated", **arguments))[1]["code"] == "42501"
    assert await deeds(superuser) == []


async def test_staff_discard_a_plan(catalogue: Catalogue, api: Api, superuser: asyncpg.Connection) -> None:
    """A discarded plan is never applied, and says who decided."""
    await catalogue.run(homes(40))
    await catalogue.run(homes(2), day=1)
    (plan, _) = await called(api, "staff_plans")

    await called(api, "staff_discard", p_plan=plan["id"], p_reason="an outage")

    (status, answer) = await call(api, "staff_approve", p_plan=plan["id"])
    assert (status, answer["code"]) == (400, "PMOLD")
    assert (
        await superuser.fetchval("select count(*) from public.properties_live where status = 'active'") == 40
    )
    (deed,) = await superuser.fetch(
        "select actor, details ->> 'reason' as reason from property_manager.admin_audit"
    )
    assert tuple(deed) == (ACTOR, "an outage")


async def test_staff_review_a_listing(catalogue: Catalogue, api: Api, superuser: asyncpg.Connection) -> None:
    """A verified listing stays verified through a sync that shows the same, and live stays the fold."""
    await catalogue.run(homes(1))
    of = {"p_source": "acme", "p_property_id": "A-1", "p_reason": "seen on site"}

    assert await called(api, "staff_review", **of, p_verified=True) == "verified"
    await catalogue.run(homes(1), day=1)

    assert await superuser.fetchval("select verification_status from public.properties_live") == "verified"
    assert await catalogue.complaints() == []
    assert await called(api, "staff_review", **of, p_verified=False) == "unverified"


REWRITING = [
    "update property_manager.admin_audit set actor = 'nobody'",
    "delete from property_manager.admin_audit",
    "truncate property_manager.admin_audit",
    "set local property_manager.rewriting = 'erase'; delete from property_manager.admin_audit",
    "set local property_manager.rewriting = 'erase'; truncate property_manager.admin_audit",
    "merge into property_manager.admin_audit a using (values (1)) v (n) on true when matched then delete",
    "set local session_replication_role = replica; delete from property_manager.admin_audit",
]
FORGING = [
    "insert into property_manager.admin_audit (actor, role_name, action, details)"
    " values ('user:else', 'authenticated', 'approve', '{}')",
    "select property_manager.note_deed('approve', '{}')",
    "alter table property_manager.admin_audit disable trigger all",
    "drop trigger append_only on property_manager.admin_audit",
    "drop table property_manager.admin_audit",
    "set local role property_manager_owner",
]
"""What the owner may do and nobody of the API can."""
API_ROLES = ["anon", "authenticated", "service_role", "authenticator"]


@pytest.fixture
async def decided(api: Api) -> None:
    """One entry of the audit."""
    await called(api, "add_staff", "service_role", p_user=USER, p_note="x")


@each_of(
    ("role", "statement"),
    [
        *((role, statement) for role in ("property_manager_owner", *API_ROLES) for statement in REWRITING),
        *((role, statement) for role in API_ROLES for statement in FORGING),
    ],
)
async def test_the_admin_audit_is_append_only(
    decided: None, superuser: asyncpg.Connection, role: str, statement: str
) -> None:
    """No role rewrites what was decided, not even the owner of the table, and none of the API adds to it."""
    async with superuser.transaction():
        await superuser.execute(f"set local session authorization {role}")
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CantChangeRuntimeParamError)):
            async with superuser.transaction():
                await superuser.execute(statement)
        await superuser.execute("reset session authorization")
    assert await deeds(superuser) == [("service", "add_staff")]


@each_of("role", ["anon", "authenticated", "staff", "service_role"])
@each_of("method", ["GET", "POST", "PATCH", "DELETE", "PUT"])
async def test_the_admin_audit_is_not_in_the_http_api(
    decided: None, api: Api, superuser: asyncpg.Connection, role: str, method: str
) -> None:
    """It is in no exposed schema, whatever schema a request names; the service reads it by a function."""
    for schema in ("public", "api", "property_manager"):
        body = None if method == "GET" else {"actor": "user:else"}
        path = "admin_audit?id=eq.1"
        status, _ = await api.ask(api.headers(role), method, path, body, schema=schema)
        assert 400 <= status < 500
    assert await deeds(superuser) == [("service", "add_staff")]
    (line,) = await called(api, "admin_audit", "service_role")
    assert (line["actor"], line["action"]) == ("service", "add_staff")


async def test_an_erasure_overwrites_a_contact_in_the_admin_audit(
    catalogue: Catalogue, api: Api, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    """A contact that staff gave as their reason is overwritten; that they decided stays."""
    catalogue.database.erasure_key = ErasureKey(None, tmp_path)
    await catalogue.run(homes(1))
    pin = {"p_source": "acme", "p_property_id": "A-1", "p_field": "title"}
    await called(api, "staff_pin", **pin, p_reason="ask juan@example.com")

    await erase_contact(catalogue.database, "juan@example.com", actor="ana")

    details = await superuser.fetchval("select details::text from property_manager.admin_audit")
    assert "juan" not in details
    assert "[erased]" in details
    assert await deeds(superuser) == [(ACTOR, "pin")]


async def test_calls_that_write_are_limited_by_role(
    catalogue: Catalogue, api: Api, superuser: asyncpg.Connection
) -> None:
    """A user may do so many deeds a minute; the next is answered 429, another user's is not."""
    await catalogue.run(homes(1))
    await called(api, "limit_role", "service_role", p_role="authenticated", p_per_minute=3)
    pin = {"p_source": "acme", "p_property_id": "A-1", "p_field": "title", "p_reason": "x"}

    answers = await asyncio.gather(*(call(api, "staff_pin", **pin) for _ in range(8)))

    assert sorted(status for status, _ in answers) == [200] * 3 + [429] * 5
    assert {answer["message"] for status, answer in answers if status == 429} == {
        "too many calls: authenticated may make 3 in a minute"
    }
    other = api.headers("staff", sub=USER)
    assert (await api.ask(other, "POST", "rpc/staff_pin", pin, schema="api"))[0] == 200
    assert len(await called(api, "staff_sessions")) == 1
    assert len(await deeds(superuser)) == 5


async def test_every_request_is_limited_where_the_api_asks_first(
    superuser: asyncpg.Connection, server: Server, database_name: str
) -> None:
    """With limit_calls as db-pre-request, calls of other functions that write are counted too."""
    await superuser.execute(
        "create function public.ring() returns int language sql volatile as 'select 1';"
        "update property_manager.call_limits set per_minute = 2 where role_name = 'anon'"
    )
    async with aiohttp.ClientSession() as client:
        with http_api(server, database_name, db_pre_request="public.limit_calls") as rest:
            limited = Api(rest, client)
            rings = [await limited.ask(limited.headers("anon"), "POST", "rpc/ring", {}) for _ in range(3)]
            reads = [
                await limited.ask(limited.headers("anon"), "GET", "listings?select=id") for _ in range(5)
            ]
    assert [status for status, _ in rings] == [200, 200, 429]
    assert {status for status, _ in reads} == {200}
