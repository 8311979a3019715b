"""One step of one peer in a process of its own: nothing another has done is in its memory.

`python -m benchmarks.worker STEP NAME PLACE OUTCOME`: PLACE is a JSON file, OUTCOME is written as one.
"""

from __future__ import annotations

import gc
import json
import sys
import traceback
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import copying, limit, ours
from benchmarks.listings import Row
from benchmarks.meter import metered
from benchmarks.peers import Peer, Phases, Place, entry
from benchmarks.scrapes import kept

TRIAL_ROWS: Final = 20_000


def prepare(name: str, place: Place) -> dict[str, Any]:
    """Bring the copy of the base into the peer's shape."""
    _load(name).prepare(place)
    return {}


def run(name: str, place: Place) -> dict[str, Any]:
    """The second scrape; its rows lie in memory before the clock starts."""
    peer = _load(name)
    measured = _measured(peer.run, place, place.second_scrape)
    return {"measured": measured, "relations": {"live": peer.LIVE, "staged": peer.STAGED}}


def first(name: str, place: Place) -> dict[str, Any]:
    """The first scrape into an empty catalogue."""
    return _measured({"limit": limit.first_load, "ours": ours.first_load}[name], place, place.first_scrape)


def trial(name: str, place: Place) -> dict[str, Any]:
    """The first rows by one COPY client: rows a second."""
    rows = list(islice(kept(place.first_scrape), TRIAL_ROWS))
    with metered(place.superuser, place.server_pid) as effort:
        copying.CLIENTS[name](place.superuser, rows, limit.staging(ours.moment(1)))
    return {"rows_per_second": len(rows) / effort.seconds}


STEPS: Final[dict[str, Callable[[str, Place], dict[str, Any]]]] = {
    "prepare": prepare,
    "run": run,
    "first": first,
    "trial": trial,
}


def _load(name: str) -> Peer:
    return entry(name).load()


def _measured(work: Callable[[Place, list[Row]], Phases], place: Place, scrape: str) -> dict[str, Any]:
    rows = list(kept(scrape))
    gc.collect()
    gc.freeze()  # the rows in memory cost no collection
    with metered(place.superuser, place.server_pid) as effort:
        phases = work(place, rows)
    return {"phases": phases, "effort": effort.as_json()}


def main(step: str, name: str, place_file: str, outcome_file: str) -> int:
    place = Place.from_json(json.loads(Path(place_file).read_text()))
    try:
        outcome = STEPS[step](name, place)
    except Exception as error:  # noqa: BLE001 - the boundary: a peer may raise anything, and it is reported
        traceback.print_exc()
        outcome = {"error": f"{type(error).__name__}: {error}"}
    Path(outcome_file).write_text(json.dumps(outcome))
    return 1 if "error" in outcome else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
