"""Who is measured: ours, the limit, and the other ways to keep a catalogue up to date with its history.

A peer is a module with two functions and two names. `prepare(place)` brings a copy of the base, live after
the first scrape, into the peer's own shape; `run(place, rows)` lands the second scrape, brings live and the
audit up to date and returns the seconds of its phases. `LIVE` and `STAGED` are relations, for verify.py, that
show what is live (property_id, price, title, amenities, status) and what was landed (property_id, title,
raw). Every peer writes public.property_changes; what the tool itself cannot, SQL of ours does: `added SQL`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self, cast
from urllib.parse import urlsplit

from benchmarks.listings import Row

Phases = dict[str, float]

LIMIT: Final = "limit"
OURS: Final = "ours"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a peer works: a database of its own on the run's server, a folder, and the scrapes."""

    login: str
    superuser: str
    server_pid: int
    folder: str
    first_scrape: str
    second_scrape: str
    variant: str
    copy_client: str

    @property
    def database(self) -> str:
        return urlsplit(self.superuser).path.removeprefix("/")

    @property
    def own_folder(self) -> Path:
        return Path(self.folder)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        return cls(**facts)


class Peer(Protocol):
    """What a peer's module offers."""

    LIVE: str
    STAGED: str

    def prepare(self, place: Place) -> None: ...

    def run(self, place: Place, rows: list[Row]) -> Phases: ...


@dataclass(frozen=True, slots=True)
class Relations:
    """Where a peer shows what is live and what was landed."""

    live: str
    staged: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A peer as it is asked for (`family`), as it is shown, and where it is."""

    family: str
    variant: str
    module: str

    @property
    def name(self) -> str:
        return f"{self.family} {self.variant}".strip()

    def load(self) -> Peer:
        """Only the process that runs a peer imports it: its packages may be missing."""
        return cast(Peer, importlib.import_module(self.module))


PEERS: Final = (
    Entry(LIMIT, "", "benchmarks.limit"),
    Entry(OURS, "", "benchmarks.ours"),
    Entry("dbt", "invalidate", "benchmarks.peers.dbt"),
    Entry("dbt", "new_record", "benchmarks.peers.dbt"),
    Entry("dlt", "upsert", "benchmarks.peers.dlt"),
    Entry("dlt", "scd2", "benchmarks.peers.dlt"),
    Entry("upserts", "of every row", "benchmarks.peers.upserts"),
    Entry("upserts", "of changed rows", "benchmarks.peers.upserts"),
)
FAMILIES: Final = tuple(dict.fromkeys(entry.family for entry in PEERS))


def chosen(families: Sequence[str]) -> list[Entry]:
    """The peers of these families or of these full names, in the order of the table."""
    unknown = set(families) - set(FAMILIES) - {entry.name for entry in PEERS}
    if unknown:
        raise ValueError(f"there is no peer {', '.join(sorted(unknown))}; there are {', '.join(FAMILIES)}")
    return [entry for entry in PEERS if entry.family in families or entry.name in families]


def entry(name: str) -> Entry:
    return next(entry for entry in PEERS if entry.name == name)
