"""What is stored of the embedded server between commands: its data folder, port and passwords."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

from config.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class ServerState:
    """Stored in a file that only its owner can read; each save replaces the file."""

    FILE: ClassVar[str] = "server.json"

    data: Path
    superuser_password: str
    login_password: str
    port: int | None = None
    bootstrapped: str | None = None  # hash of the bootstrap script that was run

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        file = folder / cls.FILE
        try:
            text = file.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            values = json.loads(text)
            return cls(**{**values, "data": folder / values["data"]})
        except (ValueError, TypeError, KeyError) as error:
            raise DatabaseError(
                f"{file} is damaged",
                next_step=f"put it back from a backup, or move {folder} away to start anew",
            ) from error

    def save(self, folder: Path) -> None:
        # relative, so that a home that is moved still finds its data
        data = self.data.relative_to(folder) if self.data.is_relative_to(folder) else self.data
        unfinished = folder / f"{self.FILE}.new"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump({**asdict(self), "data": str(data)}, stream, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(folder / self.FILE)
