"""A value written in another notation of the same country reads the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from config.listing import BIT
from config.source import Source
from parsing.area import MEASURE_OTHERWISE
from parsing.number import decimal_mark_of
from parsing.rows import CellReader
from tests.parsing.test_corpus import FETCHED

COUNTRIES: Final = {
    "US": "USD", "GB": "GBP", "AU": "AUD", "MX": "MXN", "IN": "INR", "JP": "JPY", "CH": "CHF", "DE": "EUR",
    "FR": "EUR", "ES": "EUR", "NL": "EUR", "PL": "PLN", "CZ": "CZK", "SE": "SEK", "BR": "BRL", "AR": "ARS",
    "CO": "COP", "ID": "IDR", "TR": "TRY", "RU": "RUB", "VN": "VND", "AE": "AED",
}  # fmt: skip
MILLION: Final = {
    "US": ("M", "million"), "GB": ("m", "mn"), "AU": ("m", "million"), "MX": ("MDP", "millones"),
    "IN": ("million",),
    "DE": ("Mio.", "Millionen"), "FR": ("M", "millions"), "ES": ("millones", "M"), "NL": ("mln", "miljoen"),
    "PL": ("mln",), "CZ": ("mil.", "milionů"), "SE": ("milj", "miljoner"), "BR": ("milhões", "milhoes"),
    "AR": ("millones",), "CO": ("millones",), "ID": ("juta", "jt"),
    "TR": ("milyon",), "RU": ("млн", "миллионов"),
    "VN": ("triệu",), "AE": ("M", "million"), "CH": ("Mio.",), "JP": ("million",),
}  # fmt: skip


def read(country: str, **cells: Any) -> dict[str, Any]:
    """The values of one row of a source of that country."""
    reader = CellReader(Source(name="notations", country=country), defaults={"operation_type": "sale"})
    raw = {"property_id": "1", "title": "A home", **cells}
    row = reader.read(raw, url=None, page_number=None, fetched_at=FETCHED)
    assert not row.issues, (country, cells, row.issues)
    return {name: row.values[BIT[name]] for name in BIT}


def grouped(number: int, country: str) -> str:
    """The number with its thousands grouped as in the country."""
    return f"{number:,}".replace(",", "." if decimal_mark_of(country) == "," else ",")


def decimal(number: Decimal, country: str) -> str:
    """The number with the country's decimal mark."""
    return f"{number:f}".replace(".", decimal_mark_of(country) or ".")


@given(st.sampled_from(sorted(COUNTRIES)), st.integers(min_value=3_000, max_value=1_500_000))
def test_prices(country: str, thousands: int) -> None:
    amount, code = thousands * 1_000, COUNTRIES[country]
    written = grouped(amount, country)
    for text in (
        str(amount), f"{amount}.00", written, f"{code} {written}", f"{written} {code}", f"{code}{written}",
        f"{amount:,}".replace(",", " ") + f" {code}", f"{amount:,}".replace(",", "\u202f") + f" {code}",
        f"{code} {amount:,}".replace(",", "'"),
    ):  # fmt: skip
        values = read(country, price=text)
        assert (values["price"], values["currency"], values["price_max"]) == (amount, code, None), text


@given(st.sampled_from(sorted(MILLION)), st.integers(min_value=30, max_value=4_990))
def test_prices_in_millions(country: str, ten_thousands: int) -> None:
    millions, code = Decimal(ten_thousands) / 100, COUNTRIES[country]
    if code in ("IDR", "VND", "COP"):
        millions *= 100
    for word in MILLION[country]:
        for text in (
            f"{code} {decimal(millions, country)} {word}",
            f"{decimal(millions, country)} {word} {code}",
        ):
            assert read(country, price=text)["price"] == millions * 1_000_000, text


@given(
    st.sampled_from(sorted(COUNTRIES)),
    st.integers(min_value=300, max_value=899),
    st.integers(min_value=1, max_value=100),
)
def test_ranges_share_what_one_end_leaves_out(country: str, low: int, more: int) -> None:
    code, high = COUNTRIES[country], low + more
    if code in ("IDR", "VND", "COP", "INR", "JPY", "ARS", "RUB"):
        return  # homes do not cost thousands there
    spans = [
        f"{code} {low}-{high}k", f"{low}k - {high}k {code}", f"{low} - {high}k {code}",
        f"{code} {grouped(low * 1_000, country)} - {grouped(high * 1_000, country)}",
        f"{code} {low} - {grouped(high * 1_000, country)}",
    ]  # fmt: skip
    for text in spans:
        values = read(country, price=text)
        assert (values["price"], values["price_max"]) == (low * 1_000, high * 1_000), text


@given(st.sampled_from(sorted(COUNTRIES)), st.integers(min_value=5, max_value=99_999_99))
def test_areas(country: str, cents: int) -> None:
    area = Decimal(cents) / 100 + 5
    for text in (
        f"{decimal(area, country)} m²",
        f"{decimal(area, country)}m2",
        f"{decimal(area, country)} m2 total",
    ):
        assert read(country, covered_area_m2=text)["covered_area_m2"] == area, text
    whole = int(area) + 1_000
    for text in (
        *([] if country in MEASURE_OTHERWISE else [str(whole)]),
        f"{whole} m²",
        f"{grouped(whole, country)} m²",
        f"{whole:,} m²".replace(",", " "),
    ):
        assert read(country, lot_size_m2=text)["lot_size_m2"] == whole, text


@given(st.sampled_from(sorted(COUNTRIES)), st.dates(min_value=date(2000, 1, 1), max_value=date(2026, 12, 31)))
def test_days(country: str, day: date) -> None:
    numeric = f"{day:%m/%d/%Y}" if country == "US" else f"{day:%d/%m/%Y}"
    serial = (day - date(1899, 12, 30)).days
    for value in (
        f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%d-%b-%Y}", f"{day:%d %B %Y}", numeric,
        f"{numeric} 09:30", serial, str(serial), f"{day:%Y-%m-%d}T09:30:00Z",
    ):  # fmt: skip
        assert read(country, listing_date=value)["listing_date"] == day, value


@given(
    st.decimals(min_value="0.1", max_value="89.9", places=4),
    st.decimals(min_value="0.1", max_value="179.9", places=4),
    st.booleans(),
    st.booleans(),
)
def test_places(north: Decimal, east: Decimal, is_south: bool, is_west: bool) -> None:
    place = (-north if is_south else north, -east if is_west else east)
    letters = "S" if is_south else "N", "W" if is_west else "E"
    pairs = [
        f"{place[0]}, {place[1]}", f"({place[0]};{place[1]})", f"{north}{letters[0]} {east}{letters[1]}",
        f"{letters[0]} {north}, {letters[1]} {east}", f"{east}° {letters[1]}, {north}° {letters[0]}",
        f"{place[0]}, {place[1]}".replace(".", ","), f"POINT({place[1]} {place[0]})",
        {"type": "Point", "coordinates": [place[1], place[0]]}, {"lat": str(place[0]), "lng": place[1]},
    ]  # fmt: skip
    for pair in pairs:
        reader = CellReader(Source(name="notations"))
        raw = {"property_id": "1", "title": "A home", "gps_coordinates": pair}
        row = reader.read(raw, url=None, page_number=None, fetched_at=FETCHED)
        assert (row.values[BIT["latitude"]], row.values[BIT["longitude"]]) == place, pair


@given(st.sampled_from(sorted(COUNTRIES)), st.integers(1, 9), st.integers(1, 9))
def test_counts(country: str, beds: int, baths: int) -> None:
    for text in (
        f"{beds}",
        f"{beds} bed",
        f"{beds} bed {baths} bath",
        f"{beds}bd/{baths}ba",
        f"{beds} hab., {baths} baños",
    ):
        assert read(country, bedrooms=text)["bedrooms"] == beds, text
    for text in (f"{baths}", f"{baths} bath", f"{beds} bed {baths} bath", f"{beds}bd/{baths}ba"):
        assert read(country, bathrooms=text)["bathrooms"] == baths, text


@given(st.sampled_from(sorted(COUNTRIES)), st.integers(30, 400), st.integers(1, 400))
def test_ranges_of_areas_have_one_lower_end(country: str, low: int, more: int) -> None:
    high = low + more
    for text in (f"{low}-{high} m²", f"{low} - {high} m²", f"{low}–{high} m2", f"{low} m² - {high} m²"):
        reader = CellReader(Source(name="notations", country=country))
        raw = {"property_id": "1", "title": "A home", "covered_area_m2": text}
        row = reader.read(raw, url=None, page_number=None, fetched_at=FETCHED)
        assert row.values[BIT["covered_area_m2"]] == low, text
        assert [issue["kind"] for issue in row.issues] == ["derived"], text
