"""Tries what each role can do by the HTTP API, with every table, verb and function that the database has."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg

from config.access import ROLES, callers, rights
from tests.stack.gateway import Gateway

SCHEMAS = ["public", "api"]
USER = "3f9b0b6e-0000-4000-8000-000000000001"
STAFF = "3f9b0b6e-0000-4000-8000-000000000002"
DENIED = ("permission denied", "this is for staff")
"""How a refusal begins; a row that a policy refuses, or a trigger, was let in by a grant."""
UNWRITABLE = {
    "55000",  # a view that cannot be written
    "42809",  # a materialized view
}
AT_ONCE = 16

RELATIONS = """
select n.nspname || '.' || c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
  array_agg(a.attname::text order by a.attnum) filter (
    where pg_column_is_updatable(c.oid, a.attnum, false) and a.attgenerated = '' and a.attidentity <> 'a'
  ) as written
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by 1 order by 1
"""
FUNCTIONS = """
select n.nspname || '.' || p.proname as name,
  coalesce((p.proargnames)[1:p.pronargs - p.pronargdefaults], '{}') as arguments
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where n.nspname = any ($1) and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
order by 1
"""


@dataclass
class Api:
    """The HTTP API of a database as each role has it."""

    rest: Gateway
    client: aiohttp.ClientSession

    def __post_init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)

    def headers(self, role: str, **claims: Any) -> dict[str, str]:
        """The headers of a request by a role; `claims` are added to a user's token."""
        match role:
            case "anon":
                return self.rest.headers()
            case "service_role":
                return self.rest.headers(self.rest.secret_key)
            case "staff":
                claims = {"sub": STAFF, "app_metadata": {"property_manager": "staff"}, **claims}
            case _:
                claims = {"sub": USER, **claims}
        return self.rest.headers(token=self.rest.token("authenticated", **claims))

    async def ask(
        self, headers: dict[str, str], method: str, path: str, body: Any = None, *, schema: str = "public"
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        profiles = {"Accept-Profile": schema, "Content-Profile": schema}
        async with (
            self.free,
            self.client.request(
                method, f"{self.rest.url}/rest/v1/{path}", headers={**headers, **profiles}, json=body
            ) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def may(self, role: str, method: str, name: str, query: str = "", body: Any = None) -> bool:
        """Whether a role is let in: an error of another kind than a refusal is one that it came to inside."""
        schema, _, object_name = name.partition(".")
        path = f"rpc/{object_name}" if method == "RPC" else object_name
        _, answer = await self.ask(
            self.headers(role), "POST" if method == "RPC" else method, path + query, body, schema=schema
        )
        code = answer.get("code") if isinstance(answer, dict) else None
        assert code not in ("PGRST202", "PGRST205", "42P01", "PGRST302", "PGRST301"), (name, answer)
        denied = code == "42501" and answer["message"].startswith(DENIED)
        return not denied and code not in UNWRITABLE


async def all_of(*asked: Any) -> list[Any]:
    return list(await asyncio.gather(*asked))


async def relation_rights(api: Api, relation: asyncpg.Record, role: str) -> set[str]:
    """The verbs that a role may use on at least one column."""
    name = relation["name"]
    tried = {
        "select": [api.may(role, "GET", name, f"?limit=1&select={c}") for c in relation["columns"]],
        "insert": [api.may(role, "POST", name, body={})],
        "update": [api.may(role, "PATCH", name, body={c: None}) for c in relation["written"] or ()],
        "delete": [api.may(role, "DELETE", name)],
    }
    return {verb for verb, tries in tried.items() if any(await all_of(*tries))}


async def differences(api: Api, conn: asyncpg.Connection, *, only: str = "") -> list[str]:
    """Where what a role can do is not what config/access.py says; `only`: of names that contain this."""
    found = []
    relations = [row for row in await conn.fetch(RELATIONS, SCHEMAS) if only in row["name"]]
    for relation, role in itertools.product(relations, ROLES):
        can, may = await relation_rights(api, relation, role), set(rights(relation["name"], role))
        found += [f"{role} can {verb} {relation['name']}" for verb in sorted(can - may)]
        found += [f"{role} cannot {verb} {relation['name']}" for verb in sorted(may - can)]
    functions = [row for row in await conn.fetch(FUNCTIONS, SCHEMAS) if only in row["name"]]
    for function in functions:
        name, arguments = function["name"], dict.fromkeys(function["arguments"])
        can = await all_of(*(api.may(role, "RPC", name, body=arguments) for role in ROLES))
        for role, called in zip(ROLES, can, strict=True):
            if called != (role in callers(name)):
                found.append(f"{role} {'can' if called else 'cannot'} call {name}")
    return found
