"""Doctor is green after ordinary work, and red, by name, for each promise that somebody breaks."""

from __future__ import annotations

import pytest

from services.reports.doctor import Finding, examine
from tests.catalogue import Catalogue, home, homes
from tests.servers import Server, migrate_database


async def red(catalogue: Catalogue) -> list[Finding]:
    return [finding for finding in await examine(catalogue.database) if not finding.green]


async def red_names(catalogue: Catalogue) -> list[str]:
    return [finding.check for finding in await red(catalogue)]


async def test_all_is_green_after_ordinary_work(catalogue: Catalogue) -> None:
    await catalogue.run([*homes(5), home(6, bedrooms=400), home(1)])
    await catalogue.run([home(1, price=900_000), *homes(5)[1:]], day=1)
    await catalogue.run(homes(3), day=2)
    findings = await examine(catalogue.database)
    assert len(findings) >= 12
    assert [finding.check for finding in findings if not finding.green] == []
    assert {(finding.detail, finding.next_step) for finding in findings} == {(None, None)}


@pytest.mark.parametrize(
    ("broken", "check", "said"),
    [
        (
            "update public.properties_live set title = 'Palacio' where property_id = 'A-1'",
            "live is the fold of its audit",
            'acme A-1: title is "Palacio", the audit says "Casa 1 en venta"',
        ),
        (
            "delete from public.properties_live where property_id = 'A-1'",
            "live is the fold of its audit",
            "",
        ),
        (
            "insert into public.properties_live (source, property_id, title, source_url, change_set_id)"
            " values ('acme', 'X-1', 'Casa', 'https://acme.example/x', 1)",
            "live is the fold of its audit",
            "acme X-1",
        ),
        ("update property_manager.feed set position = position + 1", "the feed has no gap", "position 2"),
        (
            "update public.sync_metadata set new_properties = 1",
            "every row of a synced session has one outcome",
            "rows in buckets",
        ),
        (
            "grant update on public.properties_live to service_role",
            "the service writes by its functions alone",
            "service_role may update public.properties_live",
        ),
        (
            "grant update (price) on public.properties_live to service_role",
            "the service writes by its functions alone",
            "service_role may update public.properties_live",
        ),
        (
            "grant insert on property_manager.plans to public",
            "readers cannot write",
            "may insert property_manager.plans",
        ),
        (
            "grant delete on public.properties_live to anon",
            "readers cannot write",
            "anon may delete public.properties_live",
        ),
        (
            "grant execute on function api.apply to anon",
            "readers use listings and nothing else",
            "anon has execute on function api.apply",
        ),
        (
            "grant select on public.property_changes to public",
            "readers use listings and nothing else",
            "anon has select on public.property_changes",
        ),
        (
            "grant select (name) on property_manager.scopes to authenticated",
            "readers use listings and nothing else",
            "authenticated has select on property_manager.scopes",
        ),
        (
            "grant usage on schema property_manager to anon",
            "readers use listings and nothing else",
            "anon has usage on schema property_manager",
        ),
        (
            "grant select on public.properties_live to authenticated",
            "contacts are shown by their source alone",
            "authenticated may read agency_name of public.properties_live",
        ),
        (
            "grant select (agent_phone) on public.properties_live to public",
            "contacts are shown by their source alone",
            "anon may read agent_phone of public.properties_live",
        ),
        (
            "create function property_manager_rules.lost(public.property_scrapes_staging) returns text"
            " language plpgsql set search_path = '' as 'begin return null; end'",
            "functions find temporary names last",
            "property_manager_rules.lost(public.property_scrapes_staging)",
        ),
        (
            "alter function api.compact reset search_path",
            "functions find temporary names last",
            "api.compact",
        ),
        (
            "alter function property_manager.publish set search_path = pg_temp, pg_catalog",
            "functions find temporary names last",
            "property_manager.publish",
        ),
        (
            "alter default privileges for role property_manager_owner grant execute on functions to public",
            "what is made next is for its owner alone",
            "new functions would be for every role, or for readers",
        ),
        (
            "alter default privileges for role property_manager_owner in schema public"
            " grant select on tables to anon",
            "what is made next is for its owner alone",
            "new tables would be for every role, or for readers",
        ),
        (
            "grant create on schema api to service_role",
            "only owners make objects",
            "service_role may make objects in schema api",
        ),
        (
            "alter table public.properties_live disable row level security",
            "row-level security is on",
            "properties_live",
        ),
        (
            "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
            " completed_at = null, heartbeat_at = now() - interval '2 hours'",
            "every session that runs has a process",
            "no heartbeat since",
        ),
        (
            "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
            " completed_at = null, heartbeat_at = now() - interval '2 minutes', kind = 'scrape'",
            "no scrape stopped half-way",
            "no heartbeat since",
        ),
        (
            "update public.sync_metadata set sync_status = 'running'",
            "every sync that runs has a worker",
            "is marked as running since",
        ),
        (
            "update property_manager.change_sets set committed_at = now() + interval '1 day'",
            "no moment of history is in the future",
            "change set 1 of acme is dated",
        ),
        (
            "update property_manager.subscribers set behind_since = now() - interval '1 hour'",
            "subscribers keep up with the feed",
            "views is at 0 of 1: behind since",
        ),
        (
            "insert into property_manager.erasures (kind, source_id, property_id, actor, requested_at)"
            " select 'listing', id, 'A-1', 'ana', now() - interval '1 hour' from public.sources",
            "every erasure was completed",
            "erasure 1 (listing) of",
        ),
        (
            "update property_manager.leases set leased_until = now() - interval '1 second'",
            "no sync holds a source without working",
            "source acme",
        ),
        (
            "alter table public.properties_live alter column price type numeric(12,2)",
            "tables have every declared column",
            "properties_live.price should be numeric(15,2)",
        ),
    ],
)
async def test_each_broken_promise_is_named(catalogue: Catalogue, broken: str, check: str, said: str) -> None:
    await catalogue.run(homes(2))
    if "alter column" in broken:  # what is built upon the column stands in the way
        await catalogue.superuser.execute(
            "drop view public.listings, public.homes; drop materialized view public.property_stats cascade"
        )
    await catalogue.superuser.execute(broken)
    findings = {finding.check: finding for finding in await red(catalogue)}
    assert check in findings
    finding = findings[check]
    assert finding.found >= 1
    assert said in (finding.detail or "")
    assert finding.next_step


async def test_a_lost_change_set_is_named_from_both_sides(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    await catalogue.run(homes(3), day=1)
    await catalogue.superuser.execute("delete from property_manager.change_sets where position = 1")
    assert await red_names(catalogue) == ["the feed has no gap", "every change belongs to a change set"]


@pytest.mark.parametrize(
    ("opened", "said"),
    [
        ("grant temporary on database {} to public", "may make temporary objects"),
        ("grant create on database {} to service_role", "service_role may make schemas"),
        ("grant create on schema public to public", "may make objects in schema public"),
    ],
)
async def test_an_open_database_is_named_and_closed_by_migrate(
    catalogue: Catalogue, server: Server, database_name: str, opened: str, said: str
) -> None:
    """What PostgreSQL gives every role of a new database comes back when one is copied or restored."""
    await catalogue.superuser.execute(opened.format(database_name))
    (finding,) = await red(catalogue)
    assert finding.check == "only owners make objects"
    assert said in (finding.detail or "")

    await migrate_database(server.login_dsn(database_name))

    assert await red(catalogue) == []


async def test_readers_who_were_given_contacts_lose_them_by_migrate(
    catalogue: Catalogue, server: Server, database_name: str
) -> None:
    await catalogue.superuser.execute("grant select on public.properties_live to anon, authenticated")
    (finding,) = await red(catalogue)
    assert finding.next_step == "run: property-manager db migrate"

    await migrate_database(server.login_dsn(database_name))

    assert await red(catalogue) == []
    assert await catalogue.superuser.fetchval(
        "select has_column_privilege('anon', 'public.properties_live', 'price', 'select')"
    )
