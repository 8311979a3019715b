"""The columns of a listing, declared once, a line a field; parsing, staging, SQL and docs read them.

New fields are appended at the end: a field's position is its bit in a staged row's `kept` mask,
and staged rows outlive a release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel


class Compare(StrEnum):
    """How two values of a field are compared."""

    TEXT = "text"  # outer and repeated white space ignored
    EXACT = "exact"  # as the column's type compares
    PERCENT = "percent"  # significant when it moves by more than `tolerance` (0.01 = 1 %)
    ABSOLUTE = "absolute"  # significant when it moves by more than `tolerance`, in its own unit
    SET = "set"  # a JSON list whose order and repeats do not count
    ORDERED = "ordered"  # a JSON list whose order counts
    DEEP = "deep"  # any JSON, compared deeply


class Role(StrEnum):
    """What a field is to the catalogue."""

    IDENTITY = "identity"  # names the listing; only a change of ids changes it
    CONTENT = "content"  # what the source states; compared and audited
    PROVENANCE = "provenance"  # where a value came from; stored, never compared


class Survival(StrEnum):
    """How a field of a home comes out of its listings: by itself, or with others from one listing."""

    SINGLE = "single"  # by itself
    ADDRESS = "address"  # the address and its normal form
    PIN = "pin"  # where it is, and how exactly
    PICTURES = "pictures"
    CONTACT = "contact"
    OFFER = "offer"  # what it costs: for each operation
    LISTING = "listing"  # a fact of the listing, not of the home


_GROUPS: Final = {
    "contact": Survival.CONTACT,
    "money": Survival.OFFER,
    "flags": Survival.LISTING,
    "origin": Survival.LISTING,
}
_TOGETHER: Final = {
    "property_id": Survival.LISTING,
    "operation_type": Survival.OFFER,
    "standard_status": Survival.OFFER,
    "address": Survival.ADDRESS,
    "address_normalized": Survival.ADDRESS,
    **dict.fromkeys(("latitude", "longitude", "gps_coordinates", "location_precision"), Survival.PIN),
    **dict.fromkeys(("main_image_url", "image_urls"), Survival.PICTURES),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One listing column: its SQL type, how it is read, compared, weighed and described."""

    name: str
    sql: str
    description: str
    group: str
    read: str  # the cell reader in parsing.rows that turns raw text into the column's type
    compare: Compare = Compare.EXACT
    tolerance: Decimal | None = None
    confidence: Decimal = Decimal("0.80")  # in a change of this field, before its factors
    weight: Decimal = Decimal(0)  # in a listing's completeness; the weights sum to 1
    monitored: bool = False  # a change beyond its tolerance is significant
    role: Role = Role.CONTENT

    @property
    def compared(self) -> bool:
        """Whether a difference in this field counts as a change."""
        return self.role is Role.CONTENT

    @property
    def survival(self) -> Survival:
        """With which other fields it is taken from a listing where a home has several."""
        if self.name in _TOGETHER:
            return _TOGETHER[self.name]
        return _GROUPS.get(self.group, Survival.SINGLE)

    @property
    def personal(self) -> bool:
        """Whether it says how to reach somebody: readers see it only of sources that permit it."""
        return self.group == "contact"


def _field(
    sql: str,
    group: str,
    description: str,
    *,
    read: str = "text",
    compare: Compare = Compare.EXACT,
    tolerance: str | None = None,
    confidence: str = "0.80",
    weight: str = "0",
    monitored: bool = False,
    role: Role = Role.CONTENT,
) -> dict[str, Any]:
    return {
        "sql": sql,
        "group": group,
        "description": description,
        "read": read,
        "compare": compare,
        "tolerance": None if tolerance is None else Decimal(tolerance),
        "confidence": Decimal(confidence),
        "weight": Decimal(weight),
        "monitored": monitored,
        "role": role,
    }


# fmt: off
class Listing(BaseModel):
    """A property listing as the catalogue keeps it. Names follow the existing tables and RESO."""

    property_id: Annotated[str, _field("text", "identity", "The source's own id of the listing, raw.", role=Role.IDENTITY)]
    title: Annotated[str | None, _field("text", "identity", "Headline of the listing.", compare=Compare.TEXT, confidence="0.80", weight="0.2", monitored=True)] = None
    description: Annotated[str | None, _field("text", "identity", "Public remarks.", compare=Compare.TEXT, confidence="0.60", monitored=True)] = None
    property_type: Annotated[str | None, _field("text", "identity", "Kind of property, as the source words it.", compare=Compare.TEXT, weight="0.1")] = None
    operation_type: Annotated[str | None, _field("text", "identity", "sale or rent.", read="operation", compare=Compare.TEXT, weight="0.1")] = None
    standard_status: Annotated[str | None, _field("text", "identity", "RESO StandardStatus: Active, Pending, Closed …", read="standard_status", compare=Compare.TEXT, confidence="0.95", monitored=True)] = None
    address: Annotated[str | None, _field("text", "place", "Street address as given.", compare=Compare.TEXT, confidence="0.90", weight="0.1", monitored=True)] = None
    neighborhood: Annotated[str | None, _field("text", "place", "Neighbourhood, colonia or subdivision.", compare=Compare.TEXT, confidence="0.90")] = None
    city: Annotated[str | None, _field("text", "place", "City or municipality.", compare=Compare.TEXT, confidence="0.90", weight="0.1")] = None
    state: Annotated[str | None, _field("text", "place", "State, province or county.", compare=Compare.TEXT, confidence="0.90")] = None
    postal_code: Annotated[str | None, _field("text", "place", "Postal code, leading zeros kept.", compare=Compare.TEXT, confidence="0.90")] = None
    latitude: Annotated[Decimal | None, _field("numeric(10,8)", "place", "Degrees north, WGS 84.", read="latitude", compare=Compare.ABSOLUTE, tolerance="0.0001", confidence="0.90", monitored=True)] = None
    longitude: Annotated[Decimal | None, _field("numeric(11,8)", "place", "Degrees east, WGS 84.", read="longitude", compare=Compare.ABSOLUTE, tolerance="0.0001", confidence="0.90", monitored=True)] = None
    gps_coordinates: Annotated[str | None, _field("text", "place", '"lat,lon" as given.', compare=Compare.TEXT, confidence="0.90")] = None
    location_precision: Annotated[str | None, _field("text", "place", "exact or approximate: how far the coordinates can be trusted.", compare=Compare.TEXT)] = None
    price: Annotated[Decimal | None, _field("numeric(15,2)", "money", "Asking price, in `currency` per `price_period`; null when none is stated.", read="price", compare=Compare.PERCENT, tolerance="0.01", confidence="0.90", weight="0.2", monitored=True)] = None
    currency: Annotated[str | None, _field("text", "money", "ISO 4217 code; defaults to the source's.", read="currency", confidence="0.90")] = None
    price_period: Annotated[str | None, _field("text", "money", "Null for a sale; night, week, month or year for a rent.", read="period", confidence="0.90")] = None
    price_max: Annotated[Decimal | None, _field("numeric(15,2)", "money", "Upper end of a price range.", read="amount", compare=Compare.PERCENT, tolerance="0.01", confidence="0.90")] = None
    price_is_from: Annotated[bool | None, _field("boolean", "money", '`price` is a minimum ("from", "desde").', read="boolean", confidence="0.90")] = None
    price_note: Annotated[str | None, _field("text", "money", 'Why there is no price, in the source\'s words ("on request").', compare=Compare.TEXT, confidence="0.90")] = None
    offers: Annotated[list[Any] | None, _field("jsonb", "money", "One entry per operation: operation, amount, currency, period; the sale first.", read="json", compare=Compare.SET, confidence="0.90")] = None
    price_per_m2: Annotated[Decimal | None, _field("numeric(15,2)", "money", "Unit price as given; the view `listings` derives it where it is not.", read="amount", compare=Compare.PERCENT, tolerance="0.01", confidence="0.90", monitored=True)] = None
    bedrooms: Annotated[int | None, _field("integer", "size", "Bedrooms.", read="integer", weight="0.05", monitored=True)] = None
    bathrooms: Annotated[int | None, _field("integer", "size", "Full bathrooms.", read="integer", weight="0.05", monitored=True)] = None
    half_bathrooms: Annotated[int | None, _field("integer", "size", "Half bathrooms.", read="integer")] = None
    parking_spaces: Annotated[int | None, _field("integer", "size", "Parking spaces.", read="integer")] = None
    total_area_m2: Annotated[Decimal | None, _field("numeric(14,2)", "size", "Total area, m².", read="area", monitored=True)] = None
    covered_area_m2: Annotated[Decimal | None, _field("numeric(14,2)", "size", "Built area, m².", read="area")] = None
    lot_size_m2: Annotated[Decimal | None, _field("numeric(14,2)", "size", "Land area, m².", read="area")] = None
    floor_number: Annotated[int | None, _field("integer", "size", "Storey the home is on; 0 is the ground floor.", read="integer")] = None
    total_floors: Annotated[int | None, _field("integer", "size", "Storeys of the building.", read="integer")] = None
    age_years: Annotated[int | None, _field("integer", "size", "Age of the building, years.", read="integer")] = None
    construction_year: Annotated[int | None, _field("integer", "size", "Year built.", read="integer")] = None
    features: Annotated[Any | None, _field("jsonb", "features", "Facts of the home as the source groups them.", read="json", compare=Compare.DEEP, confidence="0.70", monitored=True)] = None
    amenities: Annotated[list[Any] | None, _field("jsonb", "features", "List of amenities.", read="list", compare=Compare.SET, confidence="0.70", monitored=True)] = None
    main_image_url: Annotated[str | None, _field("text", "media", "First picture.", read="url", compare=Compare.TEXT, confidence="0.70", weight="0.1", monitored=True)] = None
    image_urls: Annotated[list[Any] | None, _field("jsonb", "media", "Pictures, in the source's order.", read="urls", compare=Compare.ORDERED, confidence="0.70", monitored=True)] = None
    virtual_tour_url: Annotated[str | None, _field("text", "media", "Virtual tour.", read="url", compare=Compare.TEXT, confidence="0.70")] = None
    video_url: Annotated[str | None, _field("text", "media", "Video.", read="url", compare=Compare.TEXT, confidence="0.70")] = None
    agent_name: Annotated[str | None, _field("text", "contact", "Listing agent.", compare=Compare.TEXT, confidence="0.85", monitored=True)] = None
    agent_phone: Annotated[str | None, _field("text", "contact", "Agent's phone, E.164 where it can be read.", read="phone", compare=Compare.TEXT, confidence="0.85", monitored=True)] = None
    agent_email: Annotated[str | None, _field("text", "contact", "Agent's e-mail.", read="email", compare=Compare.TEXT, confidence="0.85", monitored=True)] = None
    agency_name: Annotated[str | None, _field("text", "contact", "Brokerage.", compare=Compare.TEXT, confidence="0.85", monitored=True)] = None
    message_url: Annotated[str | None, _field("text", "contact", "Where to write to the agent.", read="url", compare=Compare.TEXT, confidence="0.85")] = None
    is_featured: Annotated[bool | None, _field("boolean", "flags", "Promoted by the source.", read="boolean")] = None
    is_premium: Annotated[bool | None, _field("boolean", "flags", "Premium placement.", read="boolean")] = None
    source_url: Annotated[str | None, _field("text", "origin", "The page it was read from; `import:<source>/<id>` where there is none.", read="url", compare=Compare.TEXT)] = None
    page_number: Annotated[int | None, _field("integer", "origin", "Listing page that linked to it.", read="integer", role=Role.PROVENANCE)] = None
    listing_date: Annotated[date | None, _field("date", "origin", "Day the source says it was listed.", read="date")] = None
    scraped_at: Annotated[datetime | None, _field("timestamptz", "origin", "When the row was fetched.", read="timestamp", role=Role.PROVENANCE)] = None
    address_normalized: Annotated[str | None, _field("text", "place", "`address` in a normal form, for matching; follows from it and is never a change.", role=Role.PROVENANCE)] = None
# fmt: on


def _fields() -> tuple[Field, ...]:
    found = []
    for name, info in Listing.model_fields.items():
        (declared,) = (item for item in info.metadata if isinstance(item, dict))
        found.append(Field(name=name, **declared))
    return tuple(found)


FIELDS: Final[tuple[Field, ...]] = _fields()
FIELD: Final[dict[str, Field]] = {field.name: field for field in FIELDS}
BIT: Final[dict[str, int]] = {field.name: bit for bit, field in enumerate(FIELDS)}
