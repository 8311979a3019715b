"""What `doctor` looks at outside of the data: versions, the home folder, whether the database is current."""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from importlib import metadata

from config.errors import DatabaseUnreachableError, MigrationError, PropertyManagerError
from config.home import make_private, open_to_others
from config.settings import Settings
from database.clock import host_clock
from database.handle import Database
from database.migrate import MigrationStatus, require_current
from services.reports.doctor import Finding, examine
from services.schedule import list_jobs
from services.schedule.pg_cron import faults


@dataclass(frozen=True, slots=True)
class CheckUp:
    """Every check that could be made, and the versions they were made with."""

    versions: dict[str, str | None]
    findings: tuple[Finding, ...]

    @property
    def green(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.green for finding in self.findings)


async def check_up(settings: Settings) -> CheckUp:
    """Examine the installation, and the catalogue as far as the database lets us."""
    versions: dict[str, str | None] = {
        "property_manager": _own_version(),
        "python": platform.python_version(),
        "postgresql": None,
        "database": None,
    }
    findings = [_home(settings), _closed(settings)]
    try:
        async with await Database.open(settings, check=False) as database:
            versions["database"] = database.place
            findings.append(_finding("the database answers"))
            deployed = await database.deployed()
            versions["postgresql"] = deployed.server
            findings.append(_current(deployed.compared))
            if findings[-1].green:
                findings.append(await _clock(database))
                findings += await examine(database)
                findings.append(await _pg_cron(database))
    except MigrationError as error:  # over HTTPS, where our own functions have to answer
        findings.append(_finding("migrations and functions are this program's", error))
    except DatabaseUnreachableError as error:
        findings.append(_finding("the database answers", error))
    return CheckUp(versions, tuple(findings))


def _own_version() -> str | None:
    try:
        return metadata.version("property-manager")
    except metadata.PackageNotFoundError:
        return None  # run from a folder that was never installed


def _home(settings: Settings) -> Finding:
    try:
        make_private(settings.home)
        with tempfile.TemporaryFile(dir=settings.home):
            return _finding("PROPERTY_MANAGER_HOME can be written")
    except OSError as error:
        return Finding(
            check="PROPERTY_MANAGER_HOME can be written",
            found=1,
            detail=f"{settings.home}: {error.strerror or error}",
            next_step="set PROPERTY_MANAGER_HOME to a folder that you can write",
        )


async def _clock(database: Database) -> Finding:
    clock = await host_clock(database)
    return Finding(
        check="this host's clock is the database's",
        found=int(clock.is_off),
        detail=clock.said if clock.is_off else None,
        next_step="set it, or let it be set: timedatectl set-ntp true" if clock.is_off else None,
    )


async def _pg_cron(database: Database) -> Finding:
    """Whether pg_cron runs what it is to run, as far as this way to the database shows it."""
    found = await faults(database, await list_jobs(database))
    name = min(found, default=None)
    return Finding(
        check="pg_cron runs its jobs",
        found=len(found),
        detail=None if name is None else f"job {name}: {found[name]}",
        next_step=None if name is None else "install it again: property-manager schedule install",
    )


def _closed(settings: Settings) -> Finding:
    """Whether other accounts of this machine are kept from passwords and personal data."""
    found = open_to_others(settings.home) if settings.home.is_dir() else []
    return Finding(
        check="the home folder and its logs are closed to other accounts",
        found=len(found),
        detail=f"{found[0]} can be read by others" if found else None,
        next_step=f"chmod go-rw {' '.join(map(str, found))}" if found else None,
    )


def _current(deployed: MigrationStatus) -> Finding:
    try:
        require_current(deployed)
    except MigrationError as error:
        return _finding("migrations and functions are this program's", error)
    return _finding("migrations and functions are this program's")


def _finding(check: str, error: PropertyManagerError | None = None) -> Finding:
    """Green, or what an error says."""
    if error is None:
        return Finding(check=check, found=0, detail=None, next_step=None)
    return Finding(check=check, found=1, detail=error.message, next_step=error.next_step)
