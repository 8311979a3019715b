"""What every command shares: --json and --debug, settings, the log, an async body and its result."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from cli import logs
from cli.options import debug_option, json_option
from cli.program import command
from cli.render import Result, show
from cli.tracing import traced
from config.errors import UsageError
from config.secrets import remember, secrets_in

if TYPE_CHECKING:
    from config.settings import Settings
    from database.handle import Database

log = logging.getLogger(__name__)

_MAY_BE_EMPTY = frozenset(("value", "reason"))
"""Options whose empty value says something: `pin --value ""`."""

_NAMES_A_FILE = frozenset(("file", "suggest", "mapping"))
"""Options whose bytes are the file system's, in whatever encoding its names are; others of them are paths."""


@dataclass(frozen=True)
class Run:
    """One command being run: the settings it was started with and how it prints."""

    settings: Settings
    as_json: bool
    debug: bool
    notes: dict[str, object] = field(default_factory=dict)
    """What the JSON document says beside the result: "clock", where this host's is off."""

    @asynccontextmanager
    async def database(self, *, check: bool = True, reading: bool = False) -> AsyncIterator[Database]:
        """The database that the settings name; another version of it is refused unless `check` is off.

        With `reading` it is the one to read from: nothing can be written, and how far it lags is said.
        """
        from database.handle import Database

        async with await Database.open(self.settings, check=check, reading=reading) as database:
            if reading and self.settings.database_read_url is not None:
                await self._say_lag(database)
            if check:
                await self._compare_clocks(database)
            yield database

    async def _say_lag(self, database: Database) -> None:
        """Say once how far the database that is read lags behind the one that is written."""
        from database.standby import lag

        found = await lag(self.settings, database)
        if found is not None and found.said:
            log.warning("%s", found.said)
            self.notes["standby"] = {"warning": found.said, "behind": found.behind}

    async def _compare_clocks(self, database: Database) -> None:
        """Say once that this host's clock is off; what is old is decided by the database's."""
        from database.clock import host_clock

        clock = await host_clock(database)
        if clock.is_off:
            log.warning("%s, which decides what is old; set the clock of this host", clock.said)
            self.notes["clock"] = {"warning": clock.said, "seconds_ahead": round(clock.ahead.total_seconds())}


def example(*lines: str) -> str:
    """The epilog of a command: what to type."""
    return "\b\nExample:\n" + "\n".join(f"  {command(line)}" for line in lines)


def runs(body: Callable[..., Coroutine[Any, Any, Result | None]]) -> Callable[..., None]:
    """Make a click callback of an async body: give it a `Run`, show the `Result` it returns."""

    @debug_option
    @json_option
    @functools.wraps(body)
    def callback(*, as_json: bool, debug: bool, **given: Any) -> None:
        _refuse_unfit(given)
        run = Run(read_settings(), as_json, debug)
        logs.open_in(run.settings.home, debug=debug, as_json=run.settings.log_format == "json")
        context = click.get_current_context()
        log.info("%s started", context.command_path)
        with traced(context.command_path):
            result = asyncio.run(body(run, **given))
        exit_code = 0
        if result is not None:
            show(result, as_json=as_json, notes=run.notes)
            exit_code = result.exit_code
        log.info("%s ended with exit code %d", context.command_path, exit_code)
        context.exit(exit_code)

    return callback


def _refuse_unfit(given: dict[str, Any]) -> None:
    """Refuse an option that is empty or not UTF-8 text.

    Where a script's variable is unset, no default must take its place. Bytes that are not UTF-8 come as lone
    surrogates, which no database can hold.
    """
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if value == "" and name not in _MAY_BE_EMPTY:
            raise click.UsageError(f"{option} is empty")
        texts = value if isinstance(value, tuple) else (value,)
        if name not in _NAMES_A_FILE and not all(map(_is_text, texts)):
            raise click.UsageError(f"{option} is not UTF-8 text")


def _is_text(value: object) -> bool:
    return not isinstance(value, str) or value == value.encode("utf-8", "replace").decode()


def read_settings() -> Settings:
    """The environment as typed settings; an invalid value is reported by its variable's name."""
    from pydantic import SecretStr, ValidationError

    from config.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        raise UsageError(
            f"Reading the configuration: {wrong}.", next_step="compare your environment with .env.example"
        ) from error
    for name in Settings.model_fields:
        if isinstance(secret := getattr(settings, name), SecretStr):
            value = secret.get_secret_value()
            remember(*(secrets_in(value) if name == "database_url" else [value, *secrets_in(value)]))
    return settings
