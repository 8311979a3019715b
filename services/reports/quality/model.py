"""What a report on quality holds; shares are 0 to 1, and null is what is not assessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.quality import Anomaly, Measure
from services.results import Metrics, Reason, SupersededRow, UnreadField

Origin = Literal["code", "source", "default"]
"""Where a threshold came from: the caller's code, the source's file, or what is usual."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One thing to do: what is wrong, what caused it, what mends it, and the command to run next.

    `harm` orders them, 0 to 1: how much of the session is affected, and how much that matters.
    """

    kind: str
    harm: float
    problem: str
    cause: str
    fix: str
    next_step: str | None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its threshold; `passed` is None where it is not assessed, or has no threshold.

    `origin` is where the threshold came from, and `next_step` the command that would assess it.
    """

    name: str
    value: float | None
    threshold: float | None
    passed: bool | None
    explanation: str
    origin: Origin | None = None
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is expected of a source by one check, and where that was said."""

    name: str
    threshold: float | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source by the thresholds; null is what cannot be measured yet.

    `session_id` is that of its last applied sync, `quality` its score and `unread` what it could not read.
    """

    source: str
    listings: int
    """Active ones in live."""
    completeness: float | None
    errors: float | None
    freshness_hours: float | None
    duplicates: float | None
    """The share of its listings that are a further one of a home."""
    waiting: int
    """Pairs of its listings that may be one home and wait for a person."""
    geographic_diversity: float | None
    """How evenly its listings are spread over `places`, cities with their neighbourhoods: 0 in one, to 1."""
    places: int
    session_id: UUID | None
    quality: float | None
    scores: tuple[float | None, ...]
    """Of its last twelve applied syncs, the oldest first."""
    thresholds: tuple[Threshold, ...]
    missed: tuple[str, ...]
    """The checks whose threshold it misses."""
    never_filled: tuple[str, ...]
    """The weighted fields that no active listing of it has."""
    also_never_filled: tuple[str, ...]
    """The other fields that none has."""
    unread: tuple[UnreadField, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The score of a session, 0 to 1, and its parts; null where no rule ran or no row could be judged."""

    overall: float | None
    validation: float | None
    completeness: float | None
    """Over the weighted fields that the session has."""
    error_rate: float | None
    warning_rate: float | None
    """Rows that a rule warns of, or with a cell that could not be read or is doubtful."""
    completeness_of_all: float | None = None
    """Over all weighted fields, as live and `quality-checks` have it."""
    freshness: float | None = None
    """1 when synced within a day of its end, falling to 0 after a week."""


@dataclass(frozen=True, slots=True)
class FieldFill:
    """How many rows have a value of a field; not assessed where no row has such a field."""

    field: str
    filled: int
    assessed: bool
    weight: float = 0.0
    """Its share in completeness."""


@dataclass(frozen=True, slots=True)
class LostField:
    """A field that was filled in an earlier session of the scope and is not now; shares are of the rows.

    `last_session` was the last that filled it, `since_session` the first after it that did not. `evidence` is
    where on the page it was read then.
    """

    field: str
    share: float
    share_before: float
    last_session: UUID
    last_at: datetime
    since_session: UUID
    since_at: datetime | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A row that a rule failed: its value, and the raw cells that the value was read from, by their names.

    `line` is of its file, `url` its page. A cell of more than 200 characters is cut.
    """

    row_no: int
    property_id: str | None
    title: str | None
    line: int | None
    url: str | None
    value: str | None
    reason: str
    raw: dict[str, Any]
    id: int | None = None
    """Its number in quarantine."""


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """How many rows a rule failed, or could not be checked on, with the first three of them.

    `unchanged` of them are as they were in an earlier session, in which that was found. The example is null
    where it no longer holds.
    """

    rule: str
    version: int
    severity: str
    outcome: str
    rows: int
    example: str | None
    unchanged: int = 0
    field: str | None = None
    examples: tuple[ExampleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleQuarantine:
    """The rows that a rule set aside, `open` of which still wait, and the first three of these."""

    rule: str | None
    field: str | None
    rows: int
    open: int
    examples: tuple[ExampleRow, ...]


@dataclass(frozen=True, slots=True)
class QuarantineSummary:
    """The rows of a session that were set aside: how many of each status, and by rule."""

    statuses: dict[str, int]
    rules: tuple[RuleQuarantine, ...]


@dataclass(frozen=True, slots=True)
class SupersededSummary:
    """The rows that gave way to another row of their id; `differing` of them say something else."""

    rows: int
    differing: int
    examples: tuple[SupersededRow, ...]


@dataclass(frozen=True, slots=True)
class FailedPages:
    """The pages that still fail with one kind of error, and the first three: {url, message}."""

    kind: str
    pages: int
    examples: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Where the listings of a source usually are, in degrees, as `places` of them say."""

    places: int
    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class PlaceExample:
    """A row whose place is at 0, 0, swapped, mirrored (a minus is missing), or outside the usual region."""

    kind: Literal["zero", "swapped", "mirrored", "outside"]
    row_no: int
    property_id: str | None
    title: str | None
    line: int | None
    url: str | None
    latitude: float | None
    longitude: float | None
    city: str | None
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CityRows:
    """A city and how many rows are there; its middle is that of its rows within the usual region."""

    name: str
    rows: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class NeighborhoodRows:
    """A neighbourhood of a city and how many rows are there."""

    name: str
    city: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a map, in degrees; `kind` is usual, or that of an example."""

    longitude: float
    latitude: float
    kind: str
    city: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the usable rows of a session are; cities and neighbourhoods are the 12 with the most rows."""

    rows: int
    placed: int
    """Rows with a place, wherever that is."""
    zero: int
    swapped: int
    mirrored: int
    outside: int
    region: Region | None
    """Null where too few places are known."""
    examples: tuple[PlaceExample, ...]
    cities: tuple[CityRows, ...]
    cities_in_all: int
    without_city: int
    neighborhoods: tuple[NeighborhoodRows, ...]
    neighborhoods_in_all: int
    points: tuple[Point, ...]
    """At most 600, evenly taken."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one comparison says of two listings, in bits: positive for one home, negative against it."""

    comparison: str
    says: str | None
    bits: float


@dataclass(frozen=True, slots=True)
class SuggestedMerge:
    """Two listings that are likely one home, and what says so; `vetoed` is why a person must decide."""

    probability: float
    vetoed: str | None
    speaks_for: tuple[Spoken, ...]
    speaks_against: tuple[Spoken, ...]
    left_side: dict[str, Any]
    right_side: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How often a source shows a home twice: `further` of its active listings are a second one of a home.

    `waiting` pairs wait for a person, of which the likeliest are `suggested`. What was not compared since the
    last search leaves it not assessed.
    """

    listings: int
    further: int
    waiting: int
    searched_at: datetime | None
    is_assessed: bool
    suggested: tuple[SuggestedMerge, ...]


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session of the same scope; the median price is of the kind of offer that `price_of` names."""

    session_id: UUID
    completed_at: datetime | None
    verdict: str | None
    sync_status: str | None
    rows: int
    completeness: float | None
    score: float | None
    quarantined: int | None
    price_median: float | None
    price_of: str | None


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """What a report cannot say, why, and the command that would make it so, where there is one."""

    what: str
    why: str
    next_step: str | None


@dataclass(frozen=True, slots=True)
class PlanDecision:
    """The newest plan of a session: whether it was applied or held, and why."""

    id: UUID
    status: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NewerSession:
    """The newest session of the same scope, begun after the one that is reported on."""

    session_id: UUID
    status: str
    started_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """One session: what to do first, its score, and all that it rests on."""

    session_id: UUID
    source: str
    kind: str
    base_url: str | None
    session_name: str | None
    started_at: datetime
    completed_at: datetime | None
    status: str
    error: str | None
    verdict: str | None
    verdict_reason: str | None
    sync_status: str | None
    hours_since_end: float | None
    rows: int
    pages: int
    pages_failed: int
    plan: PlanDecision | None
    quality: Quality | None
    metrics: Metrics | None
    not_assessed: tuple[NotAssessed, ...]
    fields: tuple[FieldFill, ...]
    unread: tuple[UnreadField, ...]
    never_filled: tuple[str, ...]
    """The fields that no row has a cell with content of."""
    lost: tuple[LostField, ...]
    rules: tuple[RuleFindings, ...]
    quarantined: int
    """Rows set aside that still wait."""
    quarantine: QuarantineSummary
    superseded: SupersededSummary
    places: Places
    history: tuple[PastSession, ...]
    """The last eight sessions of the scope up to this one, which is the last."""
    newer: NewerSession | None
    errors: tuple[FailedPages, ...]
    duplicates: Duplicates | None
    """Null without active listings."""
    columns: tuple[str, ...] = ()
    """The columns of an import's file."""
    unmapped: tuple[str, ...] = ()
    """Those of them that no field is read from."""
    columns_gone: dict[str, str] = field(default_factory=dict)
    """Field → the columns that the mapping reads it from and the file does not have."""
    selectors: dict[str, Any] = field(default_factory=dict)
    """Field → where the source's recipe says that it stands on a page."""
    measures: tuple[Measure, ...] = ()
    """By the characteristics of ISO/IEC 25012, as docs/quality.md defines them."""
    anomalies: tuple[Anomaly, ...] = ()
    """What is unusual beside the last sessions of its scope."""
    recommendations: tuple[Recommendation, ...] = ()
    """What to do, the most harmful first."""

    @property
    def reads_rows(self) -> bool:
        """Whether such a session has rows to judge: an index scan and a verification look at pages alone."""
        return self.kind in ("scrape", "import")


@dataclass(frozen=True, slots=True)
class StagingValidation:
    """What the rules found in a session."""

    session_id: UUID
    rules: tuple[RuleFindings, ...]
    quarantined: int
    quality: Quality | None
    not_assessed: tuple[NotAssessed, ...]
