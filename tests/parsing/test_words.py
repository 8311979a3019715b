"""The short vocabularies: operations, periods, statuses, yes and no, currencies, blanks."""

from __future__ import annotations

import pytest

from config.errors import ParseError
from parsing.currency import parse_currency
from parsing.flags import parse_boolean
from parsing.operation import parse_operation
from parsing.period import parse_period
from parsing.status import STANDARD, parse_standard_status
from parsing.vocabulary.blank import is_blank
from tests.tables import rows


@rows(
    ("text", "operation"),
    [
        ("Venta", "sale"),
        ("en venta", "sale"),
        ("For Sale", "sale"),
        ("for-sale", "sale"),
        ("sale", "sale"),
        ("À vendre", "sale"),
        ("te koop", "sale"),
        ("Kauf", "sale"),
        ("Preventa", "sale"),
        ("Buy", "sale"),
        ("Renta", "rent"),
        ("alquiler", "rent"),
        ("To Let", "rent"),
        ("FOR_RENT", "rent"),
        ("zur Miete", "rent"),
        ("Renta temporal", "rent"),
        ("arrendamiento", "rent"),
        ("à louer", "rent"),
        ("lease", "rent"),
        ("Residential Lease", "rent"),
        ("Venta / Renta", "sale"),
        ("renta y venta", "sale"),
        ("Permuta", "Permuta"),
        ("for salé-ish things", "for salé-ish things"),
    ],
)
def test_operations_are_sale_or_rent_and_unknown_ones_stay(text: str, operation: str) -> None:
    assert parse_operation(text) == operation


@rows(
    ("text", "period"),
    [
        ("mes", "month"),
        ("Mensual", "month"),
        ("/mes", "month"),
        ("per month", "month"),
        ("pcm", "month"),
        ("MONTHLY", "month"),
        ("pw", "week"),
        ("por semana", "week"),
        ("noche", "night"),
        ("per annum", "year"),
        ("año", "year"),
        ("month", "month"),
        ("year", "year"),
        ("night", "night"),
        ("week", "week"),
    ],
)
def test_periods(text: str, period: str) -> None:
    assert parse_period(text) == period


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(ParseError):
        parse_period("per fortnight")


@rows(
    ("text", "status"),
    [
        *((status, status) for status in STANDARD),
        *((status.replace(" ", ""), status) for status in STANDARD),
        ("For Sale", "Active"),
        ("for_rent", "Active"),
        ("En venta", "Active"),
        ("SOLD", "Closed"),
        ("Vendido", "Closed"),
        ("Cancelled", "Canceled"),
        ("contingent", "Active Under Contract"),
        ("Under Offer", "Active Under Contract"),
        ("Sold STC", "Active Under Contract"),
        ("Under Contract", "Pending"),
        ("Off-Market", "Withdrawn"),
        ("Deleted", "Delete"),
        ("active", "Active"),
        ("Not for sale", "Withdrawn"),
        ("http://schema.org/InStock", "Active"),
        ("Compromis de vente", "Active Under Contract"),
        *(
            (word, "Closed")
            for word in ("Satıldı", "Продано", "已售", "成約済み", "Såld", "Wynajęte", "Vândut")
        ),
        *((word, "Withdrawn") for word in ("Not Active", "Unavailable", "No longer available")),
        ("Foo Bar", "Foo Bar"),
    ],
)
def test_statuses_are_resos_and_unknown_ones_stay(text: str, status: str) -> None:
    assert parse_standard_status(text) == status


def test_booleans() -> None:
    assert all(parse_boolean(value) for value in (True, "Yes", "sí", "TRUE", "1", 1, "✓", "oui", 1.0))
    assert not any(parse_boolean(value) for value in (False, "No", "false", "0", 0, "nein", "não"))
    doubtful: tuple[object, ...] = ("maybe", 2, None, [], float("nan"))
    for value in doubtful:
        with pytest.raises(ParseError):
            parse_boolean(value)


@rows(
    ("text", "country", "code"),
    [
        ("MXN", None, "MXN"),
        ("mxn", None, "MXN"),
        ("MN", None, "MXN"),
        ("M.N.", None, "MXN"),
        ("$", "MX", "MXN"),
        ("$", "US", "USD"),
        ("$", "DE", "USD"),
        ("$", None, None),
        ("US$", "MX", "USD"),
        ("dólares", "MX", "USD"),
        ("€", None, "EUR"),
        ("kr", "NO", "NOK"),
        ("kr", None, None),
        ("Rs.", "PK", "PKR"),
        ("shells", None, None),
        ("pesos", "CO", "COP"),
    ],
)
def test_currencies(text: str, country: str | None, code: str | None) -> None:
    assert parse_currency(text, country=country) == code


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0\n", "-", "—", "N/A", "n/d", "NULL", "None", "…", "Sin Información"]
)
def test_blanks(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "no", "Nada", "x" * 1000, "-1", "Na zdrowie"])
def test_texts_that_are_not_blank(text: str) -> None:
    assert not is_blank(text)
