"""What is parsed from price texts, and which texts are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.price import Offer, Price, parse_price
from tests.tables import rows


def read(text: object, country: str | None = None) -> Price:
    return parse_price(text, country=country)


AMOUNTS = [
    ("$4,650,000", "MX", "4650000", "MXN"),
    ("$4,650,000", "US", "4650000", "USD"),
    ("$4,650,000", None, "4650000", None),
    ("$4,500,000 MXN", None, "4500000", "MXN"),
    ("$4,500,000 MXN", "US", "4500000", "MXN"),
    ("1,200,000 MN", None, "1200000", "MXN"),
    ("$1,200,000 M.N.", "US", "1200000", "MXN"),
    ("MX$ 950,000", "US", "950000", "MXN"),
    ("US$ 250,000", "MX", "250000", "USD"),
    ("U$S 120.000", "AR", "120000", "USD"),
    ("$12,000 USD", "MX", "12000", "USD"),
    ("250 mil dólares", "MX", "250000", "USD"),
    ("USD 120k", "MX", "120000", "USD"),
    ("$1.2M", "US", "1200000", "USD"),
    ("£1.2mn", "GB", "1200000", "GBP"),
    ("$4.5 MDP", "MX", "4500000", "MXN"),
    ("4.5 mdp", None, "4500000", "MXN"),
    ("$850 mil", "MX", "850000", "MXN"),
    ("1,5 Mio. €", "DE", "1500000", "EUR"),
    ("45 Lac", "IN", "4500000", "INR"),
    ("₹45 Lac", None, "4500000", "INR"),
    ("45 Lac", "PK", "4500000", "PKR"),
    ("1.2 Cr", "IN", "12000000", "INR"),
    ("Rs. 45,00,000", "IN", "4500000", "INR"),
    ("2,580万円", None, "25800000", "JPY"),
    ("1億2,580万円", "JP", "125800000", "JPY"),
    ("価格2,580万円", "JP", "25800000", "JPY"),
    ("¥25,800,000", "JP", "25800000", "JPY"),
    ("1.234,56 €", "ES", "1234.56", "EUR"),
    ("€1.250.000", None, "1250000", "EUR"),
    ("€1.250", "DE", "1250", "EUR"),
    ("CHF 1'250'000.-", None, "1250000", "CHF"),
    ("R 1 395 000", None, "1395000", "ZAR"),
    ("R\u00a01\u2009395\u202f000", "ZA", "1395000", "ZAR"),
    ("R$ 1.250.000,00", "BR", "1250000", "BRL"),
    ("350 000 €", "FR", "350000", "EUR"),
    ("$ 3.500.000 COP", "CO", "3500000", "COP"),
    ("A$750k", "AU", "750000", "AUD"),
    ("S/ 450,000", "PE", "450000", "PEN"),
    ("12 500 kr", "SE", "12500", "SEK"),
    ("1.500.000", None, "1500000", None),
    ("1250.50", None, "1250.50", None),
    ("MXN4500000", None, "4500000", "MXN"),
    ("1.5E+6", None, "1500000", None),
    (1495000, "US", "1495000", "USD"),
    (1250.5, "ES", "1250.5", "EUR"),
    (Decimal("99.90"), None, "99.90", None),
]


@rows(("text", "country", "amount", "currency"), AMOUNTS)
def test_amount_and_currency(text: object, country: str | None, amount: str, currency: str | None) -> None:
    price = read(text, country)
    assert (price.amount, price.currency) == (Decimal(amount), currency)
    assert price.maximum is None
    assert price.offers == ()
    assert price.note is None


@rows(
    ("text", "country", "said"),
    [
        ("Desde $1,250,000 MXN", "MX", {"amount": 1_250_000, "is_from": True}),
        ("ab 350.000 €", "DE", {"amount": 350_000, "is_from": True}),
        ("$1.2M+", "US", {"amount": 1_200_000, "is_from": True}),
        ("₹1.5 Cr onwards", "IN", {"amount": 15_000_000, "is_from": True}),
        ("Offers over £725,000", "GB", {"amount": 725_000, "is_from": True, "note": "Offers over"}),
        ("Guide price £400,000", "GB", {"amount": 400_000, "is_from": False, "note": "Guide price"}),
        ("$ 1,250,000 negociable", "MX", {"amount": 1_250_000, "note": "negociable"}),
        ("US$ 12,000 / mes", "MX", {"amount": 12_000, "currency": "USD", "period": "month"}),
        ("MXN 18,500 /mes", None, {"amount": 18_500, "period": "month"}),
        ("$25,000 mensual + IVA", "MX", {"amount": 25_000, "period": "month", "is_from": False}),
        ("Renta mensual: $12,500", "MX", {"amount": 12_500, "period": "month", "operation": "rent"}),
        ("£450 pcm", "GB", {"amount": 450, "currency": "GBP", "period": "month"}),
        ("€1,250 per month", "IE", {"amount": 1_250, "period": "month"}),
        ("$450 pw", "AU", {"amount": 450, "period": "week"}),
        ("$1,800 por noche", "MX", {"amount": 1_800, "period": "night"}),
        ("£18,000 p.a.", "GB", {"amount": 18_000, "period": "year"}),
        ("12 500 kr/mån", "SE", {"amount": 12_500, "period": "month"}),
        ("20万円/月", "JP", {"amount": 200_000, "period": "month"}),
        ("$900K - $1.1M", "US", {"amount": 900_000, "maximum": 1_100_000}),
        ("from 1,000 to 2,000", "US", {"amount": 1_000, "maximum": 2_000, "is_from": False}),
        ("1,2 - 1,5 Mio. €", "DE", {"amount": 1_200_000, "maximum": 1_500_000}),
        ("Desde $1,852,380 hasta $2,500,000", "MX", {"amount": 1_852_380, "maximum": 2_500_000}),
        ("antes $5,000,000 ahora $4,650,000", "MX", {"amount": 4_650_000, "maximum": None}),
        ("$4,650,000 (antes $5,000,000)", "MX", {"amount": 4_650_000, "offers": ()}),
        ("was £500,000 now £475,000", "GB", {"amount": 475_000}),
        ("reduced from $500,000 to $450,000", "US", {"amount": 450_000, "maximum": None}),
        ("$25,000 + mantenimiento $2,000", "MX", {"amount": 25_000, "is_from": False, "offers": ()}),
        ("$2,500,000 (40% enganche)", "MX", {"amount": 2_500_000}),
        ("$4,500,000 120 m2", "MX", {"amount": 4_500_000, "per_m2": None}),
        ("$1,200 por m²", "MX", {"amount": None, "per_m2": 1_200, "note": "$1,200 por m²"}),
        ("$1,200/sqft", "US", {"amount": None, "per_m2": Decimal("12916.69")}),
        ("$2,400,000 ($1,200/m²)", "MX", {"amount": 2_400_000, "per_m2": 1_200}),
    ],
)
def test_what_stands_beside_the_amount(text: str, country: str | None, said: dict[str, Any]) -> None:
    price = read(text, country)
    assert {name: getattr(price, name) for name in said} == said


@rows(
    "text",
    [
        "Precio a consultar",
        "Pregunta por el precio",
        "a tratar",
        "POA",
        "P.O.A.",
        "Price on application",
        "Price on request",
        "Auction",
        "Contact agent",
        "Preis auf Anfrage",
        "Prix sur demande",
        "応相談",
        "Call 55 1234 5678 for price",
        "0",
        "1",
        "$0",
        "$1.00 MXN",
    ],
)
def test_a_stated_lack_of_price_becomes_the_note(text: str) -> None:
    price = read(text, "MX")
    assert (price.amount, price.note) == (None, text)


@pytest.mark.parametrize("number", [0, 1, Decimal("0.00"), 1.0])
def test_zero_and_one_are_no_prices(number: object) -> None:
    price = read(number)
    assert (price.amount, price.note) == (None, str(number))


def test_two_operations_are_two_offers_the_sale_first() -> None:
    sale = Offer(Decimal(43_000_000), "MXN", "sale", None)
    rent = Offer(Decimal(12_000), "USD", "rent", "month")
    for text in (
        "$43,000,000 For Sale / US$ 12,000 / mes For Rent",
        "Renta US$ 12,000 / mes, Venta $43,000,000",
    ):
        price = read(text, "MX")
        assert price.offers == (sale, rent)
        assert (price.amount, price.currency, price.period) == (sale.amount, "MXN", None)


def test_one_price_in_two_currencies_is_two_offers_and_no_range() -> None:
    price = read("USD 250,000 / MXN 4,500,000", "MX")
    assert price.offers == (Offer(Decimal(250_000), "USD"), Offer(Decimal(4_500_000), "MXN"))
    assert (price.amount, price.maximum) == (Decimal(250_000), None)


def test_the_decimal_mark_settles_ambiguous_prices() -> None:
    assert parse_price("1.250", decimal_mark=".").amount == Decimal("1.250")
    assert parse_price("1.250", decimal_mark=",").amount == 1250
    assert parse_price("1.250 Mio. €", decimal_mark=None).amount == 1_250_000


@rows(
    "text",
    ["banana", "3 recámaras", "Casa 12 en venta", "1,23,4", "1.2.3,4,5", "-5", "$-5", "1e999999999", "9" * 60,
     "-", "", "x" * 5000, float("nan"), float("inf"), True, None, [1], b"5"],
)  # fmt: skip
def test_texts_without_a_price_are_refused(text: object) -> None:
    with pytest.raises(ParseError):
        read(text)


@given(st.decimals(min_value=2, max_value=10**12, places=2), st.sampled_from([",.", ".,", " ,", "'.", "’."]))
def test_a_formatted_price_reads_back(amount: Decimal, marks: str) -> None:
    text = f"{amount:,.2f}".translate(str.maketrans(",.", marks))
    assert read(f"{text} EUR") == Price(amount, "EUR")


@given(st.text(max_size=200) | st.text("0123456789.,'$€£kKmM -/aàde\u00a0万円²", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        price = read(text, "MX")
    except ParseError:
        return
    assert price.amount is not None or price.note is not None
    assert price.amount is None or price.amount >= 0
