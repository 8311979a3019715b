"""Facts about one source, a site or feed: data, not code."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.county.kinds import KINDS

QUIET_HOURS: Final = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"
"""From a time of day to a later one, or to one of the next day."""


class Guard(BaseModel):
    """The thresholds from which the guard holds a plan. Shares are 0..1."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    least_rows: int = Field(0, ge=0, description="Fewer rows than this in a complete session …")
    most_rows: int | None = Field(None, ge=0, description="… or more than this, from the first session on.")
    least_share_of_median: float = Field(
        0.5, description="Fewer rows than this share of the median of the last 5 complete sessions."
    )
    leaving_share: float = Field(0.2, description="Rows leaving active, as a share …")
    leaving_rows: int = Field(20, description="… and more than this many.")
    leaving_share_small: float = Field(0.5, description="Or this share …")
    leaving_rows_small: int = Field(3, description="… and at least this many.")
    changed_share: float = Field(0.5, description="Changed rows, as a share …")
    changed_rows: int = Field(20, description="… and more than this many.")
    blanked_share: float = Field(0.2, description="Rows in which one field loses its value, as a share …")
    blanked_rows: int = Field(20, description="… and more than this many.")
    repeated_share: float = Field(0.2, description="One title, price or place in this share of the rows …")
    repeated_rows: int = Field(20, description="… and in more than this many, far beyond its history.")
    price_move: float = Field(0.5, description="A price that moves by more than this share …")
    price_move_share: float = Field(0.05, description="… in this share of the rows …")
    price_move_rows: int = Field(20, description="… and in more than this many.")
    new_share: float = Field(
        0.9, description="Rows with ids that the source never had, as a share, in a known scope …"
    )
    new_rows: int = Field(20, description="… of at least this many.")
    superseded_share: float = Field(
        0.02, description="Rows of a repeated id that describe another home, at least two, as a share."
    )
    unusual_times: float = Field(
        4,
        gt=0,
        description="A figure is unusual when it is off by so many times its usual spread over the last 12 "
        "sessions, and holds the plan from one and a half times as many.",
    )
    least_quality: float = Field(0.6, description="A lower overall quality score refuses the sync.")


class Removal(BaseModel):
    """The conditions under which absence becomes removal."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    proof: Literal["page", "misses"] = Field(
        "page",
        description="What a listing that scrapes miss is removed by: its own page says twice that it is gone, "
        "or misses are enough. Imports go by misses.",
    )
    misses: int = Field(
        2, ge=1, description="Complete sessions that must miss a listing before it is removed."
    )
    hours_apart: float = Field(
        12, ge=0, description="Two misses, or two proofs by its page, count only when this many hours apart."
    )
    canaries: int = Field(
        5,
        ge=1,
        le=50,
        description="After index scans: listings known to be there whose pages must say so, before and after.",
    )
    checks: int = Field(
        500, ge=1, description="The most pages that are asked in one run whether their listing is gone."
    )
    most_rows: int = Field(50, ge=0, description="More removals than this at once …")
    most_share: float = Field(
        0.05, ge=0, le=1, description="… and more than this share of the listings wait for a person's word."
    )
    least_share_of_median: float = Field(
        0.8,
        ge=0,
        le=1,
        description="An index scan that shows less than this share of the usual number proves no absence.",
    )


class Tier(BaseModel):
    """How often a part of a source is looked at, and how much of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    on: bool = True
    every_hours: float = Field(gt=0, le=24 * 366, description="How often it is looked at, to begin with.")
    pages: int | None = Field(None, ge=1, description="The first so many index pages; without it, all.")
    removal: bool = Field(False, description="Whether listings that it does not show may be gone.")
    adapts: bool = Field(
        True, description="Whether it comes up to four times as often, or as rarely, as the source changes."
    )


class Tiers(BaseModel):
    """The parts of a source that `crawl auto` looks at, each at its own pace."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    newest: Tier = Field(Tier(every_hours=6, pages=3), description="The first index pages.")
    front: Tier = Field(Tier(every_hours=24, pages=100), description="The first hundred index pages.")
    whole: Tier = Field(Tier(every_hours=168, removal=True), description="All index pages.")
    stale: Tier = Field(
        Tier(every_hours=720, adapts=False),
        description="Detail pages that were not read for so long; no index pages.",
    )


class Thresholds(BaseModel):
    """What `quality-checks` expects of a source. Shares are 0..1; without a value the usual one holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    completeness: float | None = Field(None, ge=0, le=1, description="Of live, at least; 0.85 is usual.")
    errors: float | None = Field(None, ge=0, le=1, description="Share of rows set aside, at most; 0.05.")
    freshness_hours: float | None = Field(None, gt=0, description="Since the last sync, at most; 24.")
    duplicates: float | None = Field(
        None, ge=0, le=1, description="Share of listings that are a further one of a home, at most; 0.02."
    )
    geographic_diversity: float | None = Field(
        None, ge=0, le=1, description="How evenly listings are spread over places, at least; none is usual."
    )


class Limits(BaseModel):
    """The most that one scrape takes; what it stops at makes the session partial."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    pages: int | None = Field(None, ge=1, description="Index pages; --max-pages stands above it.")
    listings: int | None = Field(None, ge=1, description="Listings; --max-listings stands above it.")
    minutes: float | None = Field(None, gt=0, description="Time from the first page on.")
    bytes: int | None = Field(None, ge=1, description="What the site sends, unpacked.")


class Urls(BaseModel):
    """Which addresses are one: each listing is known by the address that these rules make of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    drop: tuple[str, ...] = Field((), description="Query parameters without meaning; * ends one: utm_*.")
    keep: tuple[str, ...] | None = Field(
        None, description="Or the only query parameters that have one; [] keeps none."
    )
    aliases: dict[str, str] = Field({}, description="Host → the host that is written instead.")
    trailing_slash: Literal["keep", "add", "drop"] = Field("keep", description="At the end of a path.")
    lower_case: bool = Field(False, description="Whether capitals in a path mean nothing.")


class Pagination(BaseModel):
    """How a site's index pages follow one another; without it the links of each page say so."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Literal["pages", "next", "scroll", "sitemap"] = Field(
        description="By number, by a link, by JSON that a script loads, or by the site's list of addresses."
    )
    url: str | None = Field(None, description="Of a page, with {page} or {cursor} in it: pages, scroll.")
    parameter: str | None = Field(None, description="Or the query parameter that holds the number: pages.")
    first: int = Field(1, ge=0, description="The number of the first page: pages, scroll.")
    step: int = Field(1, ge=1, description="From one number to the next: pages, scroll.")
    next: str | None = Field(None, description="The place of the link to the next page: next.")
    items: str | None = Field(None, description="The JSON path of the listings: scroll.")
    link: str | None = Field(None, description="The JSON path of a listing's address, within it: scroll.")
    cursor: str | None = Field(None, description="The JSON path of the next cursor: scroll.")
    total: str | None = Field(None, description="The JSON path of how many listings there are: scroll.")
    match: str | None = Field(None, description="The addresses that are listings, a pattern: sitemap.")
    most: int = Field(10_000, ge=1, description="The most index pages, or files of a sitemap.")


class Split(BaseModel):
    """How a search of more listings than its pages show is asked in parts; else the site's own form says so."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    price: tuple[str, str] | None = Field(
        None, description="The url parameters of the lowest and the highest price."
    )
    parameter: str | None = Field(None, description="Or a url parameter that divides the listings …")
    values: tuple[str, ...] = Field((), description="… and every value of it.")
    most: int = Field(1_000, ge=2, description="The most parts of one scrape.")


class Source(BaseModel):
    """One site or feed: its name, hosts, currency, language, request rate and policies."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\s/\x00-\x1f][^/\x00-\x1f]*$")
    hosts: tuple[str, ...] = ()
    records: Literal["listings", *KINDS] = Field(  # type: ignore[valid-type]
        "listings", description="What its rows are: listings, or a kind of county records."
    )
    start: tuple[Annotated[str, Field(pattern=r"^https?://\S+$")], ...] = Field(
        (), description="Pages that list its listings; `scrape --source NAME` starts at each of them."
    )
    currency: str | None = Field(
        None, pattern=r"^[A-Z]{3}$", description="ISO 4217; the currency of an amount without one."
    )
    country: str | None = Field(
        None, pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2: phones, decimal marks, places."
    )
    language: str = Field(
        "simple", description="Postgres text search configuration: spanish, english, simple …"
    )
    decimal_mark: Literal[".", ","] | None = Field(
        None, description="Where numbers are ambiguous; by default that of the country."
    )
    time_zone: str | None = Field(
        None, description="IANA name, such as America/Mexico_City: of times without one, and of the schedule."
    )
    requests_per_second: float = Field(1.0, gt=0, le=50)
    timeout_seconds: float = Field(30.0, gt=0)
    pages_per_day: int | None = Field(
        None, ge=1, description="The most pages that are fetched on one day of its time zone."
    )
    quiet_hours: tuple[Annotated[str, Field(pattern=QUIET_HOURS)], ...] = Field(
        (), description="When nothing is fetched, in its time zone: 22:00-06:30; several are allowed."
    )
    blank: Literal["keep", "clear"] = "keep"
    volatile: tuple[str, ...] = Field(
        (), description="Listing columns whose difference alone is not a change."
    )
    public_contacts: bool = Field(
        False, description="Whether readers (anon, authenticated) see the contact fields of the listings."
    )
    trust: int = Field(
        50,
        ge=0,
        le=100,
        description="Of a home that several sources list, whose values count: those of the larger number.",
    )
    browser: bool = Field(False, description="Whether its pages need a browser: scripts build them.")
    keep_pages: int = Field(
        30, ge=0, le=3_650, description="Days for which its pages are kept as they came; 0 keeps none."
    )
    schedule: str | None = Field(
        None, description="When `schedule install --source` lets it be scraped: a cron expression."
    )
    limits: Limits = Limits()
    urls: Urls = Urls()
    pagination: Pagination | None = Field(None, description="How its index pages follow one another.")
    split: Split = Split()
    id_rule: str | None = Field(
        None, description="Where the id of a listing stands: query:id, last number:-1, page:label 'Ref' …"
    )
    guard: Guard = Guard()
    removal: Removal = Removal()
    tiers: Tiers = Tiers()
    quality: Thresholds = Thresholds()
    recipe: dict[str, Any] | None = Field(
        None, description="Which element of a page is which field (scrapers.extract.recipe)."
    )
