"""A real Postgres for every test: a server a worker, and a database of its own for each test."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import settings as hypothesis_settings

from config.settings import Settings
from database.bootstrap import bootstrap
from database.direct import DirectDatabase
from database.handle import Database
from tests.catalogue import Catalogue
from tests.homes import RUN, left_behind, run_folder
from tests.servers import Server, build_template, database_from, over_https, running_server
from tests.sites import Site
from tests.stack.fixtures import bouncer, postgres_15, postgres_17, rest, supabase
from tests.stack.gateway import Gateway

__all__ = ["bouncer", "postgres_15", "postgres_17", "rest", "supabase"]

RUN_ENDS: pytest.StashKey[ExitStack] = pytest.StashKey()
LEFT: pytest.StashKey[list[str]] = pytest.StashKey()

# a busy machine is no failure, and two runs of the same code agree; `make soak` looks for new examples
hypothesis_settings.register_profile("run", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("run")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin the run: its workers, processes and temporary files share one folder."""
    # a run that a shell put into the background ignores Ctrl-C, and the programs it starts would too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not _is_worker(config):
        config.stash[RUN_ENDS] = ends = ExitStack()
        folder = ends.enter_context(run_folder())
        (folder / "tmp").mkdir()
        os.environ["TMPDIR"] = str(folder / "tmp")
        tempfile.tempdir = None  # asks TMPDIR again
        config.option.basetemp = config.option.basetemp or str(folder / "pytest")


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Escape lone surrogates in what a test printed: workers send their reports as UTF-8."""
    return _encodable((yield))


def _encodable(part: Any) -> Any:
    match part:
        case str():
            return part.encode(errors="backslashreplace").decode()
        case dict():
            return {_encodable(key): _encodable(value) for key, value in part.items()}
        case list() | tuple():
            return type(part)(map(_encodable, part))
    return part


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait for a clock, so that no processor idles beside them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that leaves processes, homes or temporary files behind."""
    if not _is_worker(session.config):
        session.config.stash[LEFT] = left = left_behind(Path(os.environ[RUN]))
        if left and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left := config.stash.get(LEFT, []):
        terminalreporter.section("left behind", red=True)
        for thing in left:
            terminalreporter.line(thing)


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN_ENDS in config.stash:
        config.stash[RUN_ENDS].close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    return asyncio.run(build_template(server))


@pytest.fixture
async def database_name(server: Server, template: str) -> AsyncIterator[str]:
    async with database_from(server, template) as name:
        yield name


@pytest.fixture
async def bare_name(server: Server) -> AsyncIterator[str]:
    """A database that is bootstrapped but not migrated."""
    async with database_from(server, "template0") as name:
        await bootstrap(server.superuser_dsn(name))
        yield name


@pytest.fixture(scope="session")
def way_in(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Turns a DSN into that of a pooler when PROPERTY_MANAGER_TEST_POOLER is 1."""
    if os.environ.get("PROPERTY_MANAGER_TEST_POOLER") == "1":
        return request.getfixturevalue("bouncer").before  # type: ignore[no-any-return]
    return str


@pytest.fixture
def dsn(server: Server, database_name: str, way_in: Callable[[str], str]) -> str:
    """The login role's DSN of this test's database."""
    return way_in(server.login_dsn(database_name))


if over_https():

    @pytest.fixture
    async def database(project: Settings) -> AsyncIterator[Database]:
        """This test's database, over its HTTP API."""
        async with await Database.open(project) as opened:
            yield opened

else:

    @pytest.fixture
    async def database(dsn: str) -> AsyncIterator[Database]:
        """This test's database, by a direct connection."""
        async with await DirectDatabase.connect(dsn) as opened:
            yield opened


@pytest.fixture
def project(rest: Gateway, tmp_path: Path) -> Settings:
    """Settings for this test's database as a Supabase project: its URL and secret key, nothing else."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        supabase_url=rest.url,
        supabase_secret_key=rest.secret_key,
        home=tmp_path,
    )


@pytest.fixture
async def superuser(server: Server, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to this test's database, to read and damage what other roles cannot."""
    conn = await asyncpg.connect(server.superuser_dsn(database_name))
    yield conn
    await conn.close()


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    """Settings for this test's database and home, independent of the environment."""
    return Settings(_env_file=None, database_url=dsn, home=tmp_path)  # type: ignore[call-arg]


@pytest.fixture
async def catalogue(database: DirectDatabase, superuser: asyncpg.Connection) -> Catalogue:
    """A registered source, ready to stage and sync."""
    return await Catalogue(database, superuser).register()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A small site that is up while a test runs."""
    async with Site.up() as site:
        yield site
