"""`schedule`: jobs are installed, listed and removed; what is wrong with one is seen."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from tests.cli.conftest import Cli
from tests.tables import rows as each_of

SCRAPE = ("scrape", "--url", "https://example.com/homes", "--source", "Señor Acme")


async def test_the_usual_jobs_are_installed_without_a_word(cli: Cli) -> None:
    """`schedule install` alone gives a schedule that keeps a catalogue; again it changes nothing."""
    first = await cli("schedule", "install", "--json")
    again = await cli("schedule", "install", "--json")
    assert (first.exit_code, again.document) == (0, first.document)
    assert [job["name"] for job in first.document["installed"]] == [
        "sync-pending",
        "cleanup",
        "refresh-views",
    ]
    listed = (await cli("schedule", "list", "--json")).document["jobs"]
    assert [(job["name"], job["run_by"], job["after_session"]) for job in listed] == [
        ("cleanup", "worker", False),
        ("refresh-views", "worker", False),
        ("sync-pending", "worker", True),
    ]


async def test_a_source_that_says_when_is_scheduled_with_the_usual_jobs(cli: Cli, home: Path) -> None:
    (home / "sources").mkdir(parents=True)
    (home / "sources" / "acme.toml").write_text(
        'name = "acme"\nstart = ["https://acme.example/homes"]\nschedule = "30 5 * * *"\n'
        'time_zone = "America/Mexico_City"\n'
    )
    installed = await cli("schedule", "install")
    assert "scrape-acme runs at 30 5 * * * America/Mexico_City, by a worker." in installed.stdout
    jobs = {job["name"]: job for job in (await cli("schedule", "list", "--json")).document["jobs"]}
    assert jobs["scrape-acme"]["command"] == ["scrape", "--source", "acme"]
    assert datetime.fromisoformat(jobs["scrape-acme"]["next_due"]).astimezone(UTC).hour == 11


async def test_a_county_is_scheduled_by_its_own_time_and_that_of_its_layers(cli: Cli, home: Path) -> None:
    """What the database can do would be pg_cron's, where it is there."""
    layer = "type = 'delimited'\npath = 'x.csv'\nkinds.{kind} = {{parcel_id = 'PARCEL', {key} = 'KEY'}}\n"
    (home / "counties").mkdir(parents=True)
    (home / "counties" / "polk-fl.toml").write_text(
        "state = 'FL'\ncounty_fips = '12105'\ntime_zone = 'America/Chicago'\n"
        f"[layers.nal]\n{layer.format(kind='property_records', key='roll_year')}"
        f"[layers.sales]\nschedule = '*/30 8-18 * * *'\n{layer.format(kind='tax_sales', key='tda_number')}"
    )
    installed = await cli("schedule", "install", "--county", "polk-fl", "--json")
    assert installed.exit_code == 0, installed.stdout
    assert {
        job["name"]: (job["cron"], " ".join(job["command"])) for job in installed.document["installed"]
    } == {
        "county-load-polk-fl-sales": (
            *("CRON_TZ=America/Chicago */30 8-18 * * *", "county load polk-fl --layer sales"),
        ),
        "county-load-polk-fl": ("CRON_TZ=America/Chicago 0 2 * * *", "county load polk-fl --layer nal"),
        "county-match": ("10 * * * *", "county match"),
        "leads-score": ("25 * * * *", "leads score"),
        "county-check-data": ("0 5 * * 1", "county check-data"),
        "quality-checks": ("30 5 * * 1", "quality-checks"),
    }


async def test_a_command_is_installed_as_it_is_typed(cli: Cli) -> None:
    """The job has the command's words; its name comes from the command and its source; times are UTC."""
    ended = await cli("schedule", "install", "--cron", "30 6 * * MON-FRI", "--timeout", "900", *SCRAPE)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "scrape-se-or-acme runs at 30 6 * * MON-FRI UTC, by a worker.",
        "next: property-manager worker, or let this host start it: "
        "property-manager schedule install --print systemd",
    ]
    (job,) = (await cli("schedule", "list", "--json")).document["jobs"]
    assert (job["command"], job["timeout_seconds"]) == (list(SCRAPE), 900)
    due = datetime.fromisoformat(job["next_due"])
    assert (due.hour, due.minute, due.utcoffset()) == (6, 30, timedelta())
    assert due > datetime.now(UTC)


@each_of(
    ("arguments", "said"),
    [
        (("--cron", "0 6 * * *", "watch"), '"watch" cannot be a job'),
        (("--cron", "0 6 * * *", "duplicates"), '"duplicates" cannot be a job'),
        (("--cron", "0 6 * * *", "duplicates", "merge", "a/1", "b/2"), '"duplicates merge" cannot be a job'),
        (
            ("--cron", "0 6 * * *", "duplicates", "find", "--merge-at", "2"),
            "duplicates find: Invalid value for",
        ),
        (
            ("--cron", "0 6 * * *", "--by", "pg_cron", "duplicates", "find"),
            "duplicates find needs this program",
        ),
        (("--cron", "0 6 * * *", "scrape", "--ulr", "x"), "No such option"),
        (("--cron", "0 6 * * *", "cleanup", "--days", "zero"), "Invalid value for '--days'"),
        (("--cron", "0 6 * *", "cleanup"), "has 4 fields instead of 5"),
        (("--cron", "0 0 6 * * *", "cleanup"), "has 6 fields instead of 5"),
        (("--cron", "0 25 * * *", "cleanup"), "is not a time of cron: bad hour"),
        (("--cron", "0 0 30 2 *", "cleanup"), "is not a time of cron"),
        (("--cron", "0 0 L * *", "cleanup"), 'schedulers read "L" differently'),
        (("--cron", "0 0 * * 7", "cleanup"), "not every scheduler knows weekday 7"),
        (("cleanup",), 'give --cron "TIMES" before the command'),
        (("--cron", "0 6 * * *"), "need a COMMAND after them"),
        (("--cron", "0 6 * * *", "--name", "Nightly!", "cleanup"), "cannot be the name of a job"),
        (("--by", "pg_cron", "--cron", "0 6 * * *", *SCRAPE), "scrape needs this program"),
        (
            ("--cron", "0 6 * * *", "scrape", "--url", "https://u:pw@example.com/"),
            "holds a password or token",
        ),
        (
            ("--cron", "0 6 * * *", "--call", "https://example.com/", "cleanup"),
            "give one of --call, --county and a COMMAND",
        ),
        (("--cron", "0 6 * * *", "--vault", "token", "cleanup"), "--vault is the token of --call"),
        (("--cron", "0 6 * * *", "--call", "https://example.com/", "--body", "{"), "--body is not JSON"),
        (
            ("--cron", "0 6 * * *", "--by", "worker", "--call", "https://example.com/"),
            "only pg_cron calls a url",
        ),
        (
            ("--cron", "0 6 * * *", "import", "--file", "https://example.com/f.csv?token=abcdef0123456789"),
            "holds a password or token",
        ),
    ],
)
async def test_what_cannot_be_a_job_is_refused(arguments: tuple[str, ...], said: str, cli: Cli) -> None:
    """A wrong time, command, option or name, and a secret, are wrong usage; nothing is installed."""
    ended = await cli("schedule", "install", *arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert (await cli("schedule", "list", "--json")).document["jobs"] == []


async def test_a_job_is_removed(cli: Cli) -> None:
    """`remove NAME` takes one job out, `--all` the rest; an unknown name is an error."""
    await cli("schedule", "install")
    assert (await cli("schedule", "remove", "cleanup")).stdout == "Removed cleanup.\n"
    assert (await cli("schedule", "remove", "cleanup")).exit_code == 2
    assert (await cli("schedule", "remove")).exit_code == 2
    assert (await cli("schedule", "remove", "--all")).stdout == "Removed refresh-views, sync-pending.\n"
    assert (
        await cli("schedule", "list")
    ).stdout == "There are no jobs.\nnext: property-manager schedule install\n"


@pytest.fixture
async def jobs(cli: Cli, superuser: asyncpg.Connection) -> asyncpg.Connection:
    await cli("schedule", "install", "--cron", "*/10 * * * *", "--name", "ours", "cleanup")
    return superuser


async def ran(
    superuser: asyncpg.Connection, outcome: str, message: str | None = None, step: str | None = None
) -> None:
    await superuser.execute(
        "insert into property_manager.job_runs (job_id, worker, outcome, ended_at, message, next_step,"
        " heartbeat_at) select id, 'host/1', $1, case when $1 <> 'running' then now() end, $2, $3,"
        " now() - interval '2 minutes' from property_manager.jobs",
        outcome,
        message,
        step,
    )


TROUBLE = {
    "failed": (
        "job ours: the disk is full",
        "next: property-manager db status",
        "the last run of every job was done",
    ),
    "late": (
        "and no worker is alive",
        "next: start one: property-manager worker",
        "every job runs when it is due",
    ),
    "lost": (
        "its worker host/1 has given no sign since",
        "next: property-manager worker",
        "every job that runs has a worker",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_what_is_wrong_with_a_job_is_seen(jobs: asyncpg.Connection, trouble: str, cli: Cli) -> None:
    """`status`, `schedule list` and `doctor` (exit code 1) say what is wrong and what to type next."""
    said, step, check = TROUBLE[trouble]
    assert (await cli("doctor")).exit_code == 0
    if trouble == "failed":
        await ran(jobs, "failed", "the disk is full", "property-manager db status")
    elif trouble == "lost":
        await ran(jobs, "running")
    else:
        await jobs.execute("update property_manager.jobs set next_due = now() - interval '11 minutes'")

    for command in (("status",), ("schedule", "list")):
        ended = await cli(*command)
        assert said in ended.stdout
        assert step in ended.stdout
    examined = await cli("doctor", "--json")
    assert examined.exit_code == 1
    assert [each["check"] for each in examined.document["checks"] if each["found"]] == [check]
    (job,) = (await cli("status", "--json")).document["jobs"]
    assert job["trouble"] == trouble

    await jobs.execute("delete from property_manager.job_runs")
    await jobs.execute("update property_manager.jobs set next_due = now()")
    assert (await cli("doctor")).exit_code == 0


async def test_a_job_that_is_a_little_late_is_no_trouble(jobs: asyncpg.Connection, cli: Cli) -> None:
    """A period is given, at least five minutes and at most an hour: workers may be busy, and cron be slow."""
    await jobs.execute("update property_manager.jobs set next_due = now() - interval '9 minutes'")
    assert (await cli("doctor")).exit_code == 0
    await jobs.execute(
        "update property_manager.jobs set enabled = false, next_due = now() - interval '9 days'"
    )
    assert (await cli("doctor")).exit_code == 0


async def test_a_run_that_was_refused_is_no_failure(jobs: asyncpg.Connection, cli: Cli) -> None:
    """A held plan waits for a decision and is shown as such; the job has done what it should."""
    await ran(jobs, "refused", "6 rows, usual 66")
    assert (await cli("doctor")).exit_code == 0
    (job,) = (await cli("schedule", "list", "--json")).document["jobs"]
    assert (job["outcome"], job["trouble"]) == ("refused", None)


@pytest.mark.parametrize(
    ("scheduler", "written"),
    [
        ("systemd", ["property-manager.service", "property-manager.timer"]),
        ("cron", ["property-manager.crontab"]),
        ("github", ["property-manager.yml"]),
    ],
)
async def test_files_for_a_host_are_printed_or_written(
    scheduler: str, written: list[str], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They start a worker and hold no secret; nothing is installed by it."""
    monkeypatch.setenv("PROPERTY_MANAGER_ERASURE_KEY", "a secret of some length")
    assert (await cli("schedule", "install", "--print", scheduler)).exit_code == 2  # there is no job
    await cli("schedule", "install")
    printed = await cli("schedule", "install", "--print", scheduler)
    assert "worker --once" in printed.stdout
    assert (await cli("schedule", "install", "--print", scheduler, "--out", str(tmp_path))).exit_code == 0
    texts = [(tmp_path / name).read_text() for name in written]
    assert all(text in printed.stdout for text in texts)
    secrets = [os.environ.get("DATABASE_URL") or os.environ["SUPABASE_SECRET_KEY"], "a secret of some length"]
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert (await cli("schedule", "install", "--print", scheduler, "cleanup")).exit_code == 2
    assert (await cli("schedule", "install", "--out", str(tmp_path))).exit_code == 2
