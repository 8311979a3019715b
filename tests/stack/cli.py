"""The supabase command line, in a project folder of its own, without containers and without any account."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.stack.packages import SUPABASE, required

CONFIGURATION: Final = Path(__file__).parents[2] / "supabase" / "config.toml"
SECONDS: Final = 120


@dataclass(frozen=True)
class Supabase:
    """Runs `supabase` in `folder`; `migrations` is where it finds what `db push` applies."""

    folder: Path

    def __post_init__(self) -> None:
        required(SUPABASE, "the supabase command line")
        self.migrations.mkdir(parents=True, exist_ok=True)
        (self.folder / "supabase" / "config.toml").write_text(CONFIGURATION.read_text())

    @property
    def migrations(self) -> Path:
        return self.folder / "supabase" / "migrations"

    def run(self, *arguments: str, dsn: str, role: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command on the database of `dsn`, as its login or as a role that the login becomes."""
        # without TLS it would print a banner in front of what it is asked for
        options = "sslmode=disable" + (f"&options=-c%20role%3D{role}" if role else "")
        remote = urlsplit(dsn)._replace(query=options).geturl()
        return subprocess.run(
            [SUPABASE, *arguments, "--remote", remote, "--yes"],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "TMPDIR": str(self.folder),
                "SUPABASE_TELEMETRY_DISABLED": "1",
                "DO_NOT_TRACK": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def types(self, language: str, *, dsn: str, role: str | None = None) -> str:
        """What `gen types` makes for a language, of what a role may see."""
        made = self.run("gen", "types", "--lang", language, dsn=dsn, role=role)
        assert made.returncode == 0, made.stderr
        return made.stdout

    def advisors(self, dsn: str, *, level: str = "info", fail_on: str = "warn") -> tuple[int, list[Any]]:
        """The exit code of `db advisors`, and its findings of at least `level`."""
        options = ("--level", level, "--fail-on", fail_on, "--output-format", "json")
        ended = self.run("db", "advisors", *options, dsn=dsn)
        assert ended.stdout.strip(), ended.stderr
        return ended.returncode, json.loads(ended.stdout)["results"]
