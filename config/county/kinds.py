"""The kinds of county records, declared once: a kind a block, a field a line; staging, SQL and docs read them.

Each kind is a table of schema `county`. Besides the fields below a table has the columns of `HOUSEKEEPING`.
New fields are appended at the end of their kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.listing import Compare


@dataclass(frozen=True, slots=True)
class RecordField:
    """One column of a kind: its SQL type, how it is read, compared and described."""

    name: str
    sql: str
    read: str
    """The reader of its cells: text, date, moment, money, number, whole, year, flag, latitude, longitude, word."""
    description: str
    compare: Compare = Compare.EXACT
    tolerance: Decimal | None = None
    personal: bool = False
    """Whether it names a person or says how to reach one: only staff and services see it."""
    compared: bool = True
    """Whether a difference is a change; else it says where a value came from."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its table, what names a record within its source, its fields."""

    name: str
    """Of the kind and of its table in schema `county`."""
    singular: str
    description: str
    key: tuple[str, ...]
    """The fields whose values, joined by `:`, are the record's id within its source."""
    fields: tuple[RecordField, ...]

    @property
    def table(self) -> str:
        return f"county.{self.name}"

    def field(self, name: str) -> RecordField:
        """The field of that name. Raises KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


HOUSEKEEPING: Final = (
    ("id", "uuid", "Never changes; other tables refer to it."),
    ("source", "text", "The layer that the record came from, as a source: orange-fl.parcels."),
    ("record_id", "text", "What names the record within its source."),
    (
        "property_id",
        "uuid",
        "The parcel that the record is of; null while it waits for one. Not in `properties`.",
    ),
    ("record_status", "text", "active; inactive: missed; removed: gone, as its source proved."),
    ("is_active", "boolean", "Whether record_status is active."),
    ("deleted_at", "timestamptz", "When it was removed; the row stays."),
    ("raw", "jsonb", "The row as it came."),
    ("change_set_id", "bigint", "The change set that last wrote it."),
    ("created_at", "timestamptz", "When it first went live."),
    ("updated_at", "timestamptz", "When it was last written."),
)
"""The columns that every kind has: name, type, meaning."""


def _text(
    name: str, description: str, *, personal: bool = False, read: str = "text", compared: bool = True
) -> RecordField:
    return RecordField(name, "text", read, description, Compare.TEXT, personal=personal, compared=compared)


def _money(name: str, description: str) -> RecordField:
    return RecordField(name, "numeric(15,2)", "money", description)


def _of(name: str, sql: str, read: str, description: str, *, compared: bool = True) -> RecordField:
    return RecordField(name, sql, read, description, compared=compared)


# fmt: off
_PARCEL: Final = (
    _text("state", "USPS code of the state: FL."),
    _text("county_fips", "State and county, five digits: 12095."),
    _text("parcel_id_normalized", "The parcel's id by the county's key rule; null where it is unreadable."),
    _text("parcel_id", "The parcel's id as the source prints it."),
)
_SITUS: Final = (
    _text("address", "Situs as given."),
    _text("address_normalized", "Situs in USPS form, without the unit.", compared=False),
    _text("unit", "Unit in USPS form: APT 4B.", compared=False),
    _text("city", "Situs city."),
    _text("postal_code", "Situs ZIP or ZIP+4."),
)
_POINT: Final = (
    RecordField("latitude", "numeric(10,8)", "latitude", "Degrees north, WGS 84.", Compare.ABSOLUTE, Decimal("0.00001")),
    RecordField("longitude", "numeric(11,8)", "longitude", "Degrees east, WGS 84.", Compare.ABSOLUTE, Decimal("0.00001")),
    _text("location_kind", "centroid: of the parcel's shape; point: as surveyed; geocode: found by an address."),
)
_SOURCE_TIME: Final = (_of("source_updated_at", "timestamptz", "moment", "When the source says that it last changed the record.", compared=False),)

PROPERTIES: Final = Kind(
    "properties",
    "parcel",
    "Parcels: what is where.",
    ("parcel_id_normalized",),
    (
        *_PARCEL,
        *_SITUS,
        *_POINT,
        _text("property_name", "Name of the place: a shop, a condominium."),
        _text("subdivision", "Subdivision or plat."),
        _of("shape", "jsonb", "shape", "The parcel's outline, GeoJSON in WGS 84, where the source has one."),
        *_SOURCE_TIME,
    ),
)
TAX_SALES: Final = Kind(
    "tax_sales",
    "tax sale",
    "Tax deed sales.",
    ("tda_number",),
    (
        *_PARCEL,
        *_SITUS,
        *_POINT,
        _text("tda_number", "Tax deed application: 2023-4348."),
        _text("certificate_number", "The certificate that the application rests on."),
        _of("sale_date", "date", "date", "Day of the sale."),
        _text("deed_status", "As the source words it: Active Sale, Redeemed …"),
        _text("status", "scheduled, sold, redeemed, canceled, lands_available or unknown: what deed_status means.", read="word"),
        _money("opening_bid", "The lowest bid, US dollars; null where none is set."),
        _money("sale_amount", "What it sold for, US dollars."),
        _money("assessed_value", "Assessed value printed with the sale, US dollars."),
        *_SOURCE_TIME,
    ),
)
TAX_CERTIFICATES: Final = Kind(
    "tax_certificates",
    "tax certificate",
    "Unpaid taxes that were sold as certificates.",
    ("certificate_number",),
    (
        *_PARCEL,
        *_SITUS,
        _text("certificate_number", "Year and number: 2023-10456."),
        _of("tax_year", "integer", "year", "The year whose tax is unpaid."),
        _text("payment_code", "As the source has it: P, R, S, C."),
        _text("status", "unpaid, paid, redeemed, surrendered, canceled or unknown: what payment_code means.", read="word"),
        _money("gross_taxes", "Taxes of the year, US dollars."),
        _money("face_value", "The certificate's face value, US dollars."),
        _money("payoff_amount", "What redeems it today, US dollars."),
        _text("tda_number", "The tax deed application, once there is one."),
        _of("issued_on", "date", "date", "Day the certificate was issued."),
        _of("paid_on", "date", "date", "Day it was paid or redeemed."),
        _text("owner_name", "Owner as printed.", personal=True),
        *_SOURCE_TIME,
    ),
)
FORECLOSURES: Final = Kind(
    "foreclosures",
    "foreclosure",
    "Foreclosure cases and their auctions.",
    ("case_number",),
    (
        *_PARCEL,
        *_SITUS,
        *_POINT,
        _text("case_number", "The court's: 2024-CA-001234-O."),
        _text("borrower_name", "Defendant.", personal=True),
        _text("lender_name", "Plaintiff."),
        _money("default_amount", "The final judgment, US dollars."),
        _money("opening_bid", "Mostly null: a judicial foreclosure has no set opening bid. US dollars."),
        _money("plaintiff_max_bid", "Null where the source hides it. US dollars."),
        _money("assessed_value", "Assessed value printed with the case, US dollars."),
        _of("auction_date", "date", "date", "Day of the auction."),
        _text("auction_status", "As the source words it."),
        _text("status", "scheduled, sold, canceled, redeemed or unknown: what auction_status means.", read="word"),
        _text("sold_to", "3rd Party Bidder, Plaintiff …"),
        _money("sold_amount", "What it sold for, US dollars."),
        _text("property_type", "As the source words it."),
        *_SOURCE_TIME,
    ),
)
PROPERTY_RECORDS: Final = Kind(
    "property_records",
    "appraiser record",
    "What the appraiser says of a parcel in a roll year.",
    ("parcel_id_normalized", "roll_year"),
    (
        *_PARCEL,
        _of("roll_year", "integer", "year", "Year of the tax roll."),
        _money("market_value", "Just (market) value, US dollars."),
        _money("assessed_value", "After the caps on its rise, US dollars; not the market value."),
        _money("taxable_value", "After exemptions, US dollars; neither market nor assessed value."),
        _money("land_value", "Of the land alone, US dollars."),
        _money("taxes", "Taxes of the year, US dollars."),
        _of("homestead", "boolean", "flag", "Whether a homestead exemption is granted."),
        _text("use_code", "The appraiser's land use code: 0100."),
        _text("property_type", "What use_code means, in words."),
        _text("zoning", "Zoning code."),
        _of("year_built", "integer", "year", "Actual year built."),
        _of("effective_year_built", "integer", "year", "Effective year built."),
        _of("living_area_sqft", "numeric(14,2)", "number", "Living area, square feet."),
        _of("lot_size_sqft", "numeric(16,2)", "number", "Lot, square feet."),
        _of("bedrooms", "integer", "whole", "Bedrooms."),
        _of("bathrooms", "numeric(5,2)", "number", "Bathrooms, halves as .5."),
        _of("stories", "numeric(5,1)", "number", "Storeys."),
        _of("units", "integer", "whole", "Residential units."),
        _of("pool", "boolean", "flag", "Whether there is a pool."),
        _of("last_sale_date", "date", "date", "Day of the last sale; the first of its month where only the month is known."),
        _money("last_sale_price", "Of the last sale, US dollars."),
        _text("sale_qualification", "The appraiser's code for that sale."),
        _money("lien_amount", "What is owed on it, US dollars; null where nobody says, and then equity is unknown."),
        _text("legal_description", "Short legal description."),
        _text("owner_name", "First owner as printed.", personal=True),
        _text("owner_name_2", "Second owner.", personal=True),
        _text("mailing_address", "Where tax bills go.", personal=True),
        _text("mailing_city", "City of the mailing address.", personal=True),
        _text("mailing_state", "State or country of the mailing address.", personal=True),
        _text("mailing_postal_code", "ZIP of the mailing address.", personal=True),
        _of("absentee", "boolean", "flag", "Whether bills go elsewhere and no homestead is granted; null where unknown.", compared=False),
        *_SOURCE_TIME,
    ),
)
CODE_VIOLATIONS: Final = Kind(
    "code_violations",
    "code case",
    "Code enforcement cases.",
    ("case_number",),
    (
        *_PARCEL,
        *_SITUS,
        *_POINT,
        _text("case_number", "The city's or county's."),
        _text("case_type", "Lot, Housing, Sign … as the source words it."),
        _text("case_status", "As the source words it."),
        _text("status", "open, closed or unknown: what case_status means.", read="word"),
        _of("opened_on", "date", "date", "Day the case was opened."),
        _of("closed_on", "date", "date", "Day it was closed."),
        _of("due_on", "date", "date", "Day by which it is to be cured."),
        _text("description", "What was found."),
        _money("lien_amount", "Fines that became a lien, US dollars."),
        *_SOURCE_TIME,
    ),
)

KINDS: Final = {kind.name: kind for kind in (PROPERTIES, TAX_SALES, TAX_CERTIFICATES, FORECLOSURES, PROPERTY_RECORDS, CODE_VIOLATIONS)}
"""The kinds by their names; `properties` first, as the others refer to it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a value of some readers has to be, or its row is set aside: a finding of this name says why."""

    name: str
    read: tuple[str, ...]
    """The readers of the fields that it is of; none for one that is of the record as a whole."""
    least: int | str | None
    most: int | str | None
    says: str
    """The rest of a sentence that begins with a field and its value."""
    severity: str = "error"


CHECKS: Final = (
    Check("date_range", ("date",), "1900-01-01", "2100-12-31", "is no day of a record: it is before 1900 or after 2100"),
    Check("year_range", ("year",), 1600, 2100, "is no year of a record: it is before 1600 or after 2100"),
    Check("not_negative", ("money", "number", "whole"), 0, 10**13, "is below zero, or beyond what its column holds"),
    Check("latitude_range", ("latitude",), -90, 90, "is no latitude: it is outside -90 … 90"),
    Check("longitude_range", ("longitude",), -180, 180, "is no longitude: it is outside -180 … 180"),
    Check("own_county", (), None, None, "is of another county than the source"),
)
"""What every record is checked by, beside the types of its columns; all but changes of these are by kind."""
