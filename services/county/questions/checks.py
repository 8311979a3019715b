"""Whether county records are what they should be: checks of what is live, and of the layers it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from config.errors import UsageError
from database.handle import Database
from database.records import records
from services.schedule import Times

Verdict = Literal["fail", "warn", "pass", "not assessed"]
ORDER: Final[tuple[Verdict, ...]] = ("fail", "warn", "not assessed", "pass")
"""The worst first."""

EXAMPLES: Final = 3
"""How many bad records a check names."""
_GRACE: Final = timedelta(hours=6)
"""How long after it was due a layer may come."""
_UNPLANNED: Final = (timedelta(days=30), timedelta(days=90))
"""How old a layer may be before that warns, and fails, where nothing says when it is to be loaded."""
_SET_ASIDE: Final = (0.01, 0.1)
"""The share of a load's rows that were set aside above which that warns, and fails."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record, or a layer, that a check finds bad, and what it says."""

    source: str
    record_id: str | None
    says: str | None


@dataclass(frozen=True, slots=True)
class DataCheck:
    """One check of a county: of `judged` records `bad` are bad, named by the first `examples`.

    `kind` is that of the records, or "layers". Above `warn_above`, as a share, it warns, above `fail_above`
    it fails; where nothing could be judged it is not assessed.
    """

    county: str
    kind: str
    name: str
    characteristic: str
    what: str
    bad: int
    judged: int
    warn_above: float
    fail_above: float
    verdict: Verdict
    examples: tuple[BadRecord, ...]

    @property
    def share(self) -> float | None:
        """The share of bad ones; None where there was nothing to judge."""
        return self.bad / self.judged if self.judged else None

    def document(self) -> dict[str, Any]:
        """The check as JSON shows it."""
        return {name: getattr(self, name) for name in (*self.__slots__, "share")}


@dataclass(frozen=True, slots=True)
class LayerState:
    """A layer: when it is to be loaded, when it last went live, and how its last load went."""

    county: str
    layer: str
    schedule: str | None
    time_zone: str | None
    last_good_at: datetime | None
    last_status: str | None
    last_at: datetime | None
    processed: int | None
    failed: int | None
    error_message: str | None

    def lateness(self, now: datetime) -> tuple[Verdict, str]:
        """Whether it has come when it was due, and the sentence that says so."""
        if self.last_good_at is None:
            return "fail", "never went live" + (f": {self.error_message}" if self.error_message else "")
        day = f"{self.last_good_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        times = self._times()
        if times is None:
            age = now - self.last_good_at
            verdict: Verdict = "fail" if age > _UNPLANNED[1] else "warn" if age > _UNPLANNED[0] else "pass"
            return verdict, f"last went live {day}, and nothing says when it is due"
        due = times.after(self.last_good_at)
        said = f"last went live {day}, was due {due:%Y-%m-%d %H:%M} UTC"
        if now > times.after(due) + _GRACE:
            return "fail", said
        return ("warn" if now > due + _GRACE else "pass"), said

    def _times(self) -> Times | None:
        """When it is to be loaded; None where its file does not say, or as only some crons read it."""
        try:
            return None if self.schedule is None else Times.parse(self.schedule, self.time_zone)
        except UsageError:
            return None


async def check_data(
    database: Database, *, county: str | None = None, now: datetime | None = None
) -> list[DataCheck]:
    """Every check of each county, or one, those that fail first.

    Raises NotFoundError for a county of which nothing was loaded.
    """
    found = await database.rows("county_check_data", county, EXAMPLES)
    layers = records(LayerState, await database.rows("county_layers", county))
    moment = datetime.now(UTC) if now is None else now
    checks = [_judged(row) for row in found]
    for name in dict.fromkeys(layer.county for layer in layers):
        checks += _of_layers(name, [layer for layer in layers if layer.county == name], moment)
    return sorted(checks, key=lambda check: (check.county, ORDER.index(check.verdict)))


def _judged(row: Any) -> DataCheck:
    warn, fail = float(row["warn_above"]), float(row["fail_above"])
    share = row["bad"] / row["judged"] if row["judged"] else None
    verdict: Verdict = "pass"
    if share is None:
        verdict = "not assessed"
    elif share > warn:
        verdict = "fail" if share > fail else "warn"
    return DataCheck(
        county=row["county"],
        kind=row["kind"],
        name=row["check_name"],
        characteristic=row["characteristic"],
        what=row["what"],
        bad=row["bad"],
        judged=row["judged"],
        warn_above=warn,
        fail_above=fail,
        verdict=verdict,
        examples=tuple(records(BadRecord, row["examples"])),
    )


def _of_layers(county: str, layers: Sequence[LayerState], now: datetime) -> Iterator[DataCheck]:
    """Whether the layers come when they are due, and whether their rows could be used."""
    late = [(*layer.lateness(now), layer) for layer in layers]
    yield _worst(
        county,
        "loads",
        "freshness",
        "layers that did not come when they were due",
        [(verdict, BadRecord(f"{county}.{layer.layer}", None, said)) for verdict, said, layer in late],
    )
    yield _worst(
        county,
        "rows set aside",
        "validity",
        "layers whose last load set aside more than 1 % of its rows",
        [
            (
                "fail" if share > _SET_ASIDE[1] else "warn" if share > _SET_ASIDE[0] else "pass",
                BadRecord(
                    f"{county}.{layer.layer}", None, f"{layer.failed:,} of {layer.processed:,} rows set aside"
                ),
            )
            for layer in layers
            if layer.processed and layer.failed is not None
            for share in [layer.failed / layer.processed]
        ],
    )


def _worst(
    county: str, name: str, characteristic: str, what: str, found: Sequence[tuple[Verdict, BadRecord]]
) -> DataCheck:
    """A check of layers, which is as bad as the worst of them."""
    bad = sorted((each for each in found if each[0] != "pass"), key=lambda each: ORDER.index(each[0]))
    verdict: Verdict = bad[0][0] if bad else "pass" if found else "not assessed"
    return DataCheck(
        county=county,
        kind="layers",
        name=name,
        characteristic=characteristic,
        what=what,
        bad=len(bad),
        judged=len(found),
        warn_above=0.0,
        fail_above=0.0,
        verdict=verdict,
        examples=tuple(record for _, record in bad[:EXAMPLES]),
    )
