"""What a run has found so far, kept in a file after every step: an interrupted run has lost nothing."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = ("asyncpg", "psycopg", "dbt-core", "dbt-postgres", "dlt", "pandera")


@dataclass(slots=True)
class Results:
    """`runs`: one entry for each peer and repeat. `figures`: of ours alone, by name. All is JSON."""

    file: Path | None
    facts: dict[str, Any]
    runs: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_run(self, run: dict[str, Any]) -> None:
        self.runs.append(run)
        self.save()

    def add_figure(self, name: str, figure: dict[str, Any]) -> None:
        self.figures[name] = figure
        self.save()

    def as_json(self) -> dict[str, Any]:
        return {"facts": self.facts, "runs": self.runs, "figures": self.figures}

    def save(self) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n")
        beside.replace(self.file)

    @classmethod
    def read(cls, file: Path) -> Results:
        found = json.loads(file.read_text())
        return cls(file, found["facts"], found["runs"], found["figures"])


def machine() -> dict[str, Any]:
    """What a reader must know to judge seconds."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 1024**3),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
        "commit": _commit(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The checkout's commit, and whether files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None
