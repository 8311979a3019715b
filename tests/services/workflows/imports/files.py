"""Listing files of three shapes, made up anew for every seed: what people export, and a home-made scrape."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from random import Random

STREETS = (
    "Maple Grove",
    "Old Mill",
    "Cedar Ridge",
    "Harbour View",
    "St. John's",
    "Kirkstone",
    "Elk Mountain",
)
TYPES = ("Ave", "St", "Rd", "Dr", "Ln", "Ct")
CITIES = (("Ashford", "NC", "28801"), ("Brevardton", "NC", "28712"), ("Candor Falls", "SC", "29601"))
URL = "URL (SEE https://www.redfin.com/buy-a-home/comparative-market-analysis FOR INFO ON PRICING)"
REMARKS = (
    'Bright home near the "old" mill, with garden, porch and views.',
    "Sold as is.\nNeeds a roof; priced so.",
    "Deux chambres, très calme — proche du marché.",
)
Line = dict[str, str]


@dataclass(frozen=True)
class File:
    """A file of one kind, as lines to change and as text to import."""

    kind: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    disclaimer: str = ""

    def with_lines(self, lines: list[Line]) -> File:
        return replace(self, lines=tuple(lines))

    @property
    def text(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        if self.disclaimer:
            out.write(f'"{self.disclaimer}"\n')
        writer.writerows(self.lines)
        return out.getvalue()


@dataclass(frozen=True)
class Shape:
    """What the mutator has to know of a kind of file."""

    id: str
    price: str
    beds: str
    baths: str
    changing: tuple[str, ...]  # mapped columns that may take another text
    unmapped: str
    volatile: str


SHAPES = {
    "redfin": Shape(
        "MLS#", "PRICE", "BEDS", "BATHS", ("ADDRESS", "LOCATION", "YEAR BUILT"), "DAYS ON MARKET", "LOT SIZE"
    ),
    "homeharvest": Shape(
        "property_id",
        "list_price",
        "beds",
        "full_baths",
        ("text", "agent_name", "alt_photos"),
        "days_on_mls",
        "parking_garage",
    ),
    "scrape": Shape("property_link", "price", "bed", "bath", ("address", "zip_code"), "", "sqr_footage"),
}
VOLATILE = {"redfin": "lot", "homeharvest": "parking", "scrape": "area"}


def make(kind: str, chance: Random, count: int) -> File:
    """A file of so many listings."""
    lines = [line(kind, chance, number) for number in range(count)]
    disclaimer = "In accordance with local rules, some listings are not included" if kind == "redfin" else ""
    return File(kind, tuple(lines[0]), tuple(lines), disclaimer)


def line(kind: str, chance: Random, number: int) -> Line:
    """One listing; what a source does not know is left blank now and then."""
    made = {"redfin": _redfin, "homeharvest": _homeharvest, "scrape": _scrape}[kind](chance, number)
    spared = (
        SHAPES[kind].id,
        SHAPES[kind].price,
        "address",
        "ADDRESS",
        "full_street_line",
        "status",
        "STATUS",
    )
    for column in made:
        if column not in spared and chance.random() < 0.03:
            made[column] = ""
    return made


def _home(chance: Random) -> tuple[str, tuple[str, str, str], int, str, int]:
    street = f"{chance.randrange(1, 990)} {chance.choice(STREETS)} {chance.choice(TYPES)}"
    beds = chance.randrange(1, 7)
    baths = chance.choice(("1", "2", "2.5", "3", "3.5"))
    return street, chance.choice(CITIES), beds, baths, chance.randrange(90_000, 3_000_000, 100)


def _redfin(chance: Random, number: int) -> Line:
    street, (city, state, code), beds, baths, price = _home(chance)
    return {
        "SALE TYPE": "MLS Listing",
        "SOLD DATE": "",
        "PROPERTY TYPE": chance.choice(("Condo/Co-op", "Townhouse")),
        "ADDRESS": street,
        "CITY": city,
        "STATE OR PROVINCE": state,
        "ZIP OR POSTAL CODE": code,
        "PRICE": str(price),
        "BEDS": str(beds),
        "BATHS": str(float(baths)),
        "LOCATION": chance.choice(STREETS),
        "SQUARE FEET": str(chance.randrange(600, 6000)),
        "LOT SIZE": str(chance.randrange(2_000, 90_000)),
        "YEAR BUILT": str(chance.randrange(1890, 2025)),
        "DAYS ON MARKET": str(chance.randrange(90)),
        "$/SQUARE FEET": "335",
        "HOA/MONTH": "",
        "STATUS": chance.choice(("Active",) * 9 + ("Pending", "Sold")),
        "NEXT OPEN HOUSE START TIME": "",
        "NEXT OPEN HOUSE END TIME": "",
        URL: f"https://www.redfin.com/home/{number}",
        "SOURCE": "Made-up MLS",
        "MLS#": str(4_000_000 + number),
        "FAVORITE": "N",
        "INTERESTED": "Y",
        "LATITUDE": f"{35 + chance.random():.6f}",
        "LONGITUDE": f"{-82 - chance.random():.6f}",
    }


def _homeharvest(chance: Random, number: int) -> Line:
    street, (city, state, code), beds, baths, price = _home(chance)
    full, _, half = baths.partition(".")
    photos = [f"https://photos.example/{number}-{index}.jpg" for index in range(3)]
    return {
        "property_url": f"https://www.realtor.example/detail/M{number}",
        "property_id": str(5_000_000_000 + number),
        "mls": "CHNC",
        "status": chance.choice(("FOR_SALE",) * 6 + ("PENDING", "SOLD", "SOLD")),
        "text": chance.choice(REMARKS),
        "style": chance.choice(("SINGLE_FAMILY", "CONDOS", "TOWNHOMES")),
        "full_street_line": street,
        "street": street,
        "unit": "",
        "city": city,
        "state": state,
        "zip_code": code,
        "beds": str(beds),
        "full_baths": full,
        "half_baths": "1" if half else "0",
        "sqft": str(chance.randrange(600, 6000)),
        "year_built": str(chance.randrange(1890, 2025)),
        "days_on_mls": str(chance.randrange(90)),
        "list_price": str(price),
        "list_price_min": "",
        "list_price_max": "",
        "list_date": f"2025-0{chance.randrange(1, 10)}-1{chance.randrange(10)}",
        "sold_price": "",
        "tax_history": "[{'year': 2023, 'tax': 3977}, {'year': 2022, 'tax': None}]",
        "lot_sqft": str(chance.randrange(2_000, 90_000)),
        "latitude": f"{35 + chance.random():.6f}",
        "longitude": f"{-82 - chance.random():.6f}",
        "neighborhoods": chance.choice(STREETS),
        "county": "Made-up",
        "stories": str(chance.randrange(1, 4)),
        "parking_garage": str(chance.randrange(4)),
        "agent_name": chance.choice(("Ana Ruiz", "Bo Lee", "C. O'Hara")),
        "broker_name": "",
        "office_name": "Ridge & Valley Realty",
        "primary_photo": photos[0],
        "alt_photos": ", ".join(photos),
    }


def _scrape(chance: Random, number: int) -> Line:
    street, _, beds, baths, price = _home(chance)
    return {
        "": str(number),
        "address": street,
        "zip_code": f"V{number % 9}N 2L{number % 7}",
        "price": f"${price:,}",
        "bed": chance.choice((f"{beds} beds",) * 9 + ("— beds",)),
        "bath": f"{baths} baths",
        "sqr_footage": f"{chance.randrange(600, 6000):,} ",
        "property_link": f"https://listings.example/home/{number}",
    }
