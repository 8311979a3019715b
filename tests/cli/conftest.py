"""The command line as a caller meets it: arguments in, stdout, stderr and an exit code out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cli.app import main
from config.settings import Settings
from database.handle import Database
from tests.catalogue import Catalogue
from tests.servers import over_https
from tests.stack.gateway import Gateway


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; anything else there is a failure."""
        return json.loads(self.stdout)


Command = Callable[..., Ended]
Cli = Callable[..., Awaitable[Ended]]


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is as wide as it was made, whatever terminal the tests run in."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, with no other variable of ours set and no `.env` in sight."""
    for info in Settings.model_fields.values():
        alias = info.validation_alias
        for name in [alias] if isinstance(alias, str) else getattr(alias, "choices", []):
            monkeypatch.delenv(str(name), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROPERTY_MANAGER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str) -> Ended:
        exit_code = main(arguments)
        captured = capsys.readouterr()
        return Ended(exit_code, captured.out, captured.err)

    return run


if over_https():

    @pytest.fixture
    def way(rest: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Commands find this test's database over its HTTP API."""
        monkeypatch.setenv("SUPABASE_URL", rest.url)
        monkeypatch.setenv("SUPABASE_SECRET_KEY", rest.secret_key)

else:

    @pytest.fixture
    def way(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Commands find this test's database by its DSN."""
        monkeypatch.setenv("DATABASE_URL", dsn)


@pytest.fixture
def cli(command: Command, way: None) -> Cli:
    """Run a command on this test's database, in a thread: the test's own loop goes on serving."""

    async def run(*arguments: str) -> Ended:
        return await asyncio.to_thread(command, *arguments)

    return run


@pytest.fixture
async def acme(database: Database, superuser: asyncpg.Connection) -> Catalogue:
    """A source in this test's database."""
    return await Catalogue(database, superuser).register()
