"""What an import must do, worked out from the files alone.

Shares no code with the project: only the standard library, the columns of three kinds of file, and the rules
and numbers that the documentation states. It keeps its own idea of the catalogue from import to import.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from statistics import median
from typing import Any

Reading = Callable[[str], Any]
Facts = dict[str, Any]  # facet → value; a facet is not there when its cell says nothing


# Cells


def words(text: str) -> str | None:
    return " ".join(text.split()) or None


def number(text: str) -> Fraction | None:
    found = re.search(r"-?\d[\d,]*(\.\d+)?", text)
    return Fraction(found[0].replace(",", "")) if found else None


NONE = "none stated"  # which is not the same as saying nothing


def price(text: str) -> Any:
    """Zero and one are how tables say that no price is stated."""
    amount = number(text)
    return NONE if amount in (0, 1) else amount


def whole(text: str) -> Fraction | None:
    found = number(text)
    return None if found is None else Fraction(int(found))


def half(text: str) -> Any:
    """Half a bathroom, where one column counts both."""
    found = number(text)
    return None if found is None else NONE if found == int(found) else True


def day(text: str) -> str | None:
    return text[:10] or None


def first_of(*columns: str) -> tuple[str, ...]:
    return columns


REDFIN_URL = "URL (SEE https://www.redfin.com/buy-a-home/comparative-market-analysis FOR INFO ON PRICING)"
STATUSES = {
    "Active": "Active",
    "FOR_SALE": "Active",
    "FOR_RENT": "Active",
    "Pending": "Pending",
    "PENDING": "Pending",
    "Contingent": "Active Under Contract",
    "CONTINGENT": "Active Under Contract",
    "Sold": "Closed",
    "Closed": "Closed",
    "SOLD": "Closed",
}


@dataclass(frozen=True)
class Kind:
    """One kind of file: its id, which lines are none, and what its other columns say."""

    id: str
    facets: dict[str, tuple[tuple[str, ...], Reading]]
    none_if_blank: tuple[str, ...] = ()


def _one(names: dict[str, str], reading: Reading) -> dict[str, tuple[tuple[str, ...], Reading]]:
    return {facet: ((column,), reading) for facet, column in names.items()}


KINDS = {
    "redfin": Kind(
        id="MLS#",
        none_if_blank=("MLS#", "ADDRESS", "PRICE"),
        facets={
            **_one(
                {
                    "type": "PROPERTY TYPE",
                    "address": "ADDRESS",
                    "place": "LOCATION",
                    "city": "CITY",
                    "state": "STATE OR PROVINCE",
                    "zip": "ZIP OR POSTAL CODE",
                    "url": REDFIN_URL,
                },
                words,
            ),
            **_one(
                {
                    "latitude": "LATITUDE",
                    "longitude": "LONGITUDE",
                    "beds": "BEDS",
                    "area": "SQUARE FEET",
                    "lot": "LOT SIZE",
                    "year": "YEAR BUILT",
                },
                number,
            ),
            **_one({"price": "PRICE"}, price),
            **_one({"baths": "BATHS"}, whole),
            **_one({"half": "BATHS"}, half),
            **_one({"status": "STATUS"}, STATUSES.get),
        },
    ),
    "homeharvest": Kind(
        id="property_id",
        facets={
            **_one(
                {
                    "url": "property_url",
                    "text": "text",
                    "type": "style",
                    "place": "neighborhoods",
                    "city": "city",
                    "state": "state",
                    "zip": "zip_code",
                    "photo": "primary_photo",
                    "photos": "alt_photos",
                    "agent": "agent_name",
                },
                words,
            ),
            **_one(
                {
                    "latitude": "latitude",
                    "longitude": "longitude",
                    "beds": "beds",
                    "baths": "full_baths",
                    "half baths": "half_baths",
                    "area": "sqft",
                    "lot": "lot_sqft",
                    "floors": "stories",
                    "year": "year_built",
                    "parking": "parking_garage",
                    "most": "list_price_max",
                },
                number,
            ),
            **_one({"listed": "list_date"}, day),
            **_one({"status": "status"}, STATUSES.get),
            "address": (first_of("full_street_line", "street"), words),
            "agency": (first_of("office_name", "broker_name"), words),
            "price": (first_of("list_price", "list_price_min"), price),
        },
    ),
    "scrape": Kind(
        id="property_link",
        facets={
            **_one({"address": "address", "zip": "zip_code"}, words),
            **_one({"beds": "bed", "area": "sqr_footage"}, number),
            **_one({"baths": "bath"}, whole),
            **_one({"half": "bath"}, half),
            **_one({"price": "price"}, price),
        },
    ),
}

MOST = {"beds": 200, "baths": 200}  # more rooms than a home can have: such a row is set aside
WEIGHTS = {"type": 10, "address": 10, "city": 10, "price": 20, "beds": 5, "baths": 5, "photo": 10}
BLANKS = {"", "-", "—", "N/A", "null", "None"}


NAMES = ("type", "address", "place", "city", "state")  # what a headline is made of


@dataclass
class Row:
    """One line of a file, read."""

    id: str
    facts: Facts

    @property
    def fullness(self) -> int:
        return sum(weight for facet, weight in WEIGHTS.items() if self.facts.get(facet) not in (None, NONE))


def read(kind: Kind, text: str) -> tuple[set[str], list[Row]]:
    """The columns of a file and its rows."""
    lines = csv.DictReader(io.StringIO(text, newline=""))
    rows = []
    for line in lines:
        cells = {name: (cell or "").strip() for name, cell in line.items() if name is not None}
        if not any(cells.values()):
            continue
        if kind.none_if_blank and all(not cells.get(name) for name in kind.none_if_blank):
            continue
        facts = {}
        for facet, (columns, reading) in kind.facets.items():
            said = next((cells[name] for name in columns if cells.get(name, "") not in BLANKS), "")
            value = reading(said) if said else None
            if value is not None:
                facts[facet] = value
        rows.append(Row(cells[kind.id], facts))
    return set(lines.fieldnames or ()), rows


# The catalogue


@dataclass
class Listing:
    """A listing as live has it; `last` is what its row said when it was last taken over."""

    facts: Facts
    stands: str = "active"
    last: Any = None
    misses: int = 0
    missed_on: float = 0
    missed_content: Any = None


@dataclass
class Expected:
    """What an import must come to."""

    counts: Counter[str] = field(default_factory=Counter)
    undecided: int = 0  # rows updated or unchanged: which of their repeats wins, nothing tells
    reasons: set[str] = field(default_factory=set)
    unsure: bool = False  # whether it is refused hangs on the undecided

    # what it leaves behind when it is applied
    rows: dict[str, list[Row]] = field(default_factory=dict)
    missed: dict[str, tuple[int, float, Any, str]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    leaving: int = 0
    leaps: int = 0


class Oracle:
    """Follows the imports of one source."""

    def __init__(self, kind: str, volatile: Iterable[str] = ()) -> None:
        self.kind = KINDS[kind]
        self.volatile = set(volatile)
        self.listings: dict[str, Listing] = {}
        self.complete_sizes: list[int] = []
        self.filled: set[str] = set()
        self.first = True

    def expect(self, text: str, *, day: float, complete: bool) -> Expected:
        """What the import of a file must come to."""
        columns, rows = read(self.kind, text)
        by_id: dict[str, list[Row]] = {}
        for row in rows:
            by_id.setdefault(row.id, []).append(row)
        found = Expected(Counter(total=len(rows), superseded=len(rows) - len(by_id)))
        for repeats in by_id.values():
            self._settle([repeats[-1]], found)  # the later in the file
        if complete and rows:
            self._absences(set(by_id), day, Counter(map(self._content, rows)), found)
        found.reasons = self._refusals(columns, rows, found, complete=complete)
        if found.undecided:
            other = replace(found, counts=found.counts + Counter(updated=found.undecided))
            other.counts["unchanged"] -= found.undecided
            found.unsure = self._refusals(columns, rows, other, complete=complete) != found.reasons
        return found

    def _content(self, row: Row) -> Any:
        return row.id, tuple(
            sorted((name, str(fact)) for name, fact in row.facts.items() if name not in self.volatile)
        )

    def _settle(self, winners: list[Row], found: Expected) -> None:
        """Count the row that stands for an id; several that are as full as each other may each be it."""
        outcomes = {self._outcome(row) for row in winners}
        if outcomes == {"updated", "unchanged"}:
            found.undecided += 1
            outcomes = {"unchanged"}
        (outcome,) = outcomes
        found.counts[outcome] += 1
        row = winners[0]
        if outcome == "quarantined":
            found.rows[row.id] = []
            return
        found.rows[row.id] = winners
        known = self.listings.get(row.id)
        if known is None:
            return
        if self._stands(row, known) == "removed" != known.stands:
            found.counts["removed"] += 1
            found.leaving += known.stands == "active"
        if self._content(row) != known.last:
            self._losses(row, known, found)

    def _outcome(self, row: Row) -> str:
        known = self.listings.get(row.id)
        if any(row.facts.get(facet, 0) > most for facet, most in MOST.items()):
            return "quarantined"
        if known is None:
            return "new" if any(name in row.facts for name in NAMES) else "quarantined"
        stands = self._stands(row, known)
        if stands == "active" != known.stands:
            return "reactivated"
        said = {facet: fact for facet, fact in row.facts.items() if facet not in self.volatile}
        same = all(known.facts.get(facet) == fact for facet, fact in said.items())
        return "unchanged" if same and stands == known.stands else "updated"

    @staticmethod
    def _stands(row: Row, known: Listing) -> str:
        return "removed" if row.facts.get("status", known.facts.get("status")) == "Closed" else "active"

    def _losses(self, row: Row, known: Listing, found: Expected) -> None:
        old, new = known.facts.get("price"), row.facts.get("price")
        for facet in known.facts.keys() - self.volatile:
            found.lost[facet] += known.facts[facet] != NONE and row.facts.get(facet, NONE) == NONE
        found.lost["why there is no price"] += old == NONE != new
        if isinstance(old, Fraction) and isinstance(new, Fraction):
            found.leaps += abs(new / old - 1) > Fraction(1, 2)

    def _absences(self, ids: set[str], day: float, content: Any, found: Expected) -> None:
        for id, listing in self.listings.items():
            if id in ids or listing.misses >= 2:
                continue
            if listing.misses and (day - listing.missed_on < 0.5 or listing.missed_content == content):
                continue
            misses = listing.misses + 1
            becomes = "removed" if misses == 2 else "inactive"
            found.missed[id] = (misses, day, content, becomes)
            if listing.stands not in (becomes, "removed"):
                found.counts["missing" if becomes == "inactive" else "removed"] += 1
                found.leaving += listing.stands == "active"

    def _refusals(self, columns: set[str], rows: list[Row], found: Expected, *, complete: bool) -> set[str]:
        counts, reasons = found.counts, set()
        if not rows:
            reasons.add("suspect_session")
        if counts["total"] - counts["quarantined"] - counts["superseded"] <= 0:
            reasons.add("no_usable_rows")
        if (
            complete
            and rows
            and self.complete_sizes
            and counts["total"] < median(self.complete_sizes[-5:]) / 2
        ):
            reasons.add("few_rows")
        active = sum(listing.stands == "active" for listing in self.listings.values())
        leaving = found.leaving
        if (leaving > active / 5 and leaving > 20) or (leaving > active / 2 and leaving >= 3):
            reasons.add("many_leaving")
        known = counts["updated"] + counts["unchanged"] + counts["reactivated"]
        if counts["updated"] > known / 2 and counts["updated"] > 20:
            reasons.add("many_changed")
        known += counts["quarantined"]
        gone = {facet for facet in self.filled if not set(self.kind.facets[facet][0]) & columns}
        if gone:
            reasons.add("column_gone")
        if any(lost > known / 5 and lost > 20 for facet, lost in found.lost.items() if facet not in gone):
            reasons.add("values_vanish")
        if found.leaps > known / 20 and found.leaps > 20:
            reasons.add("prices_leap")
        if not self.first and self._one_price(len(rows), found):
            reasons.add("one_value_everywhere")
        return reasons

    def _one_price(self, total: int, found: Expected) -> bool:
        """A price that stands in a fifth of the rows, and in far more than it did."""
        fresh = Counter(
            rows[0].facts["price"]
            for id, rows in found.rows.items()
            if rows
            and isinstance(rows[0].facts.get("price"), Fraction)
            and (id not in self.listings or self.listings[id].last != self._content(rows[0]))
        )
        now = Counter(
            listing.facts.get("price") for listing in self.listings.values() if listing.stands == "active"
        )
        return any(
            times > 20 and times > total / 5 and times > 3 * now[price] for price, times in fresh.items()
        )

    def applied(self, text: str, found: Expected, prices: dict[str, str | None], *, complete: bool) -> None:
        """Take over an import; `prices` as they now are tell which of a listing's repeats has won."""
        _, rows = read(self.kind, text)
        for id, winners in found.rows.items():
            known = self.listings.get(id)
            if winners:
                row = self._winner(winners, prices)
                known = self.listings.setdefault(id, Listing({}))
                known.facts |= {
                    facet: fact for facet, fact in row.facts.items() if facet not in self.volatile
                }
                known.stands = "removed" if known.facts.get("status") == "Closed" else "active"
                known.last = self._content(row)
            if known is not None:
                known.misses = 0
        for id, (misses, day, content, becomes) in found.missed.items():
            listing = self.listings[id]
            listing.misses, listing.missed_on, listing.missed_content = misses, day, content
            if listing.stands != "removed":
                listing.stands, listing.last = becomes, None
        if complete:
            self.complete_sizes.append(len(rows))
        self.filled = {facet for row in rows for facet in row.facts}
        self.first = False

    def standing(self) -> dict[str, str]:
        """How every listing stands."""
        return {id: listing.stands for id, listing in self.listings.items()}

    @staticmethod
    def _winner(winners: list[Row], prices: dict[str, str | None]) -> Row:
        now = prices.get(winners[0].id)
        for row in winners:
            if now is not None and row.facts.get("price") == Fraction(now):
                return row
        return winners[0]
