"""Cards are read by their shape only where that gives what the extractor gives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.source import Source
from parsing.price import parse_price
from scrapers.extract import Page, extract_index
from scrapers.scan.reading import CardReader
from scrapers.scan.shape import as_texts
from scrapers.scan.sighting import PriceReader

SOURCE = Source(name="homes", hosts=("homes.example",), currency="MXN", country="MX")


def _page(number: int, *, card: str = "ficha", price: str = "precio", cards: int = 6) -> Page:
    shown = "".join(
        f'<li class="{card}"><a href="/casa/{n}"><img src="/{n}.jpg"></a>'
        f'<h3><a href="/casa/{n}">Casa {n}</a></h3>'
        f'<div class="datos"><span class="{price}">${n},000 MXN</span><span>3 recámaras</span></div></li>'
        for n in range(number * 1000, number * 1000 + cards)
    )
    return Page(f"<html><body><ul>{shown}</ul></body></html>", f"https://homes.example/casas?page={number}")


def _in_full(page: Page) -> list[object]:
    return list(as_texts(extract_index(page, SOURCE).cards))


def test_pages_are_read_quickly_once_two_have_agreed_and_anew_when_the_layout_changes() -> None:
    reader = CardReader(SOURCE)

    for number in range(1, 7):
        assert reader.read(_page(number)) == _in_full(_page(number))
    assert reader.quick_pages == 4

    changed = {"card": "tarjeta", "price": "importe"}
    assert reader.read(_page(7, **changed)) == _in_full(_page(7, **changed))
    assert reader.read(_page(8, **changed)) == _in_full(_page(8, **changed))
    assert reader.quick_pages == 4
    reader.read(_page(9, **changed))
    assert reader.quick_pages == 5

    short = _page(10, cards=3, **changed)
    assert reader.read(short) == _in_full(short)  # fewer than usual: read in full
    assert reader.quick_pages == 5


@pytest.mark.parametrize(
    "texts",
    [
        ("$1,250,000 MXN", "$2,350,000 MXN", "$950,000 MXN"),
        ("US$ 12,000 / mes", "US$ 13,500 / mes"),
        ("$4.5 MDP", "$3.2 MDP"),
        ("Desde $1,200,000", "Desde $1,300,000"),
        ("$1,200 por m²", "$1,300 por m²"),
        ("$2,000,000 antes $2,100,000", "$2,200,000 antes $2,300,000"),
    ],
)
def test_prices_written_alike_are_read_as_each_alone(texts: tuple[str, ...]) -> None:
    reader = PriceReader(SOURCE, None)

    found = [reader.read(text)[0] for text in texts]

    assert found == [
        parse_price(text, currency="MXN", country="MX", decimal_mark=None).amount for text in texts
    ]
    assert reader.read("Precio a consultar") == (None, None)
    assert PriceReader(SOURCE, "USD").read("$1,250,000") == (Decimal(1_250_000), "USD")
