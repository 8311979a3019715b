"""Jobs of pg_cron that call a url: the token comes from Vault at each call, and the answer counts."""

from __future__ import annotations

import json

import asyncpg
import pytest

from config.errors import UsageError
from database import queries
from services.schedule.jobs import Job, save_job
from services.schedule.times import Times
from tests.services.schedule.conftest import NEVER
from tests.services.schedule.test_in_database import Ticks, ticks

__all__ = ["ticks"]

pytestmark = pytest.mark.direct

URL = "https://api.github.com/repos/you/catalogue/actions/workflows/property-manager.yml/dispatches"
# what a project's pg_net and Vault look like to their caller
STUBS = """
create schema net;
create table net._http_response (id bigint, status_code integer, content text, error_msg text);
create table net.requests (id bigint generated always as identity, url text, body jsonb, headers jsonb);
create table net.answers (status_code integer, content text, error_msg text);
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{}', timeout_milliseconds integer default 5000) returns bigint
language sql as $$
  insert into net._http_response select 1 + count(r.id), a.status_code, a.content, a.error_msg
  from net.answers a left join net.requests r on true group by 2, 3, 4;
  insert into net.requests (url, body, headers) values (url, body, headers) returning id
$$;
create schema vault;
create table vault.decrypted_secrets (name text, decrypted_secret text);
grant usage on schema net, vault to property_manager;
grant all on all tables in schema net, vault to property_manager;
"""


def call(vault: str | None = "github_token", **body: object) -> Job:
    options = {"body": body, "vault": vault}
    return Job("start", ("call", URL), Times.parse(NEVER), options, run_by="pg_cron", timeout_seconds=60)


@pytest.fixture
async def net(ticks: Ticks) -> asyncpg.Connection:
    superuser = ticks.bench.superuser
    await superuser.execute(STUBS)
    await superuser.execute(
        "insert into vault.decrypted_secrets values ('github_token', 'ghp_0123456789abcdef')"
    )
    await superuser.execute("insert into net.answers values (204, null, null)")
    return superuser


async def tick(ticks: Ticks, job: Job) -> tuple[str, str | None]:
    """Save the job and run its statement as pg_cron does; returns the statement and the error."""
    await save_job(ticks.bench.database, job)
    async with ticks.connection() as conn:
        options = (json.dumps(job.options["body"]), job.options["vault"])
        statement = await conn.fetchval(queries.text("cron_call"), job.name, job.command[1], *options)
        try:
            await conn.execute(statement)
        except asyncpg.RaiseError as error:
            return statement, str(error)
    return statement, None


async def test_the_token_of_vault_is_sent_and_stored_nowhere(ticks: Ticks, net: asyncpg.Connection) -> None:
    """The request has url, body and bearer token; statement, job and run have the secret's name at most."""
    statement, error = await tick(ticks, call(ref="main"))
    assert error is None
    sent = await net.fetchrow("select url, body::text, headers::text from net.requests")
    assert (sent["url"], json.loads(sent["body"])) == (URL, {"ref": "main"})
    assert json.loads(sent["headers"])["Authorization"] == "Bearer ghp_0123456789abcdef"
    (run,) = await ticks.bench.runs()
    assert (run.outcome, run.message) == ("done", None)
    stored = await net.fetchval(
        "select string_agg(j::text || r::text, '') from property_manager.jobs j, property_manager.job_runs r"
    )
    assert "ghp_" not in statement + stored


@pytest.mark.parametrize(
    ("arrange", "said"),
    [
        (
            "update net.answers set status_code = 401, content = 'Bad credentials'",
            "it answered 401: Bad credentials",
        ),
        (
            "update net.answers set status_code = null, error_msg = 'Could not resolve host'",
            "Could not resolve host",
        ),
        ("delete from vault.decrypted_secrets", "Vault has no secret github_token"),
        ("drop table vault.decrypted_secrets", 'relation "vault.decrypted_secrets" does not exist'),
    ],
)
async def test_a_call_that_fails_is_recorded_with_its_text(
    ticks: Ticks, net: asyncpg.Connection, arrange: str, said: str
) -> None:
    """pg_net itself reports nothing: the answer is waited for, and what it says is the text of the run."""
    await net.execute(arrange)
    _, error = await tick(ticks, call())
    assert error == said
    status = await ticks.bench.status("start")
    assert (status.outcome, status.trouble, status.reason) == ("failed", "failed", said)


async def test_a_url_without_a_token_needs_no_vault(ticks: Ticks, net: asyncpg.Connection) -> None:
    await net.execute("drop schema vault cascade")
    assert (await tick(ticks, call(vault=None)))[1] is None
    assert json.loads(await net.fetchval("select headers::text from net.requests")) == {
        "Content-Type": "application/json"
    }


def test_a_secret_in_a_url_or_body_and_plain_http_are_refused() -> None:
    """What is stored in the database holds no secret, and no token is sent unencrypted."""
    with pytest.raises(UsageError, match="holds a password or token"):
        call(token="ghp_0123456789abcdef0123")
    with pytest.raises(UsageError, match="is not called"):
        Job("start", ("call", "http://example.com/"), Times.parse(NEVER), {"body": {}}, run_by="pg_cron")
