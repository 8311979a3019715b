"""Saved pages: what each must give, from its HTML to typed values.

The pages in tests/pages are invented; each has the structure of a kind of page that real portals serve.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.listing import FIELDS
from config.source import Source
from parsing.rows import CellReader
from scrapers.extract import Page, extract_index, extract_listing, page_kind
from scrapers.fetch.blocks import is_challenge

PAGES = Path(__file__).parent.parent / "pages"

US = Source(name="us", hosts=("www.harborfinch.example",), currency="USD", country="US")
UK = Source(name="uk", currency="GBP", country="GB")
IRELAND = Source(name="ireland", currency="EUR", country="IE")
GERMANY = Source(name="germany", currency="EUR", country="DE")
MEXICO = Source(name="mexico", currency="MXN", country="MX")


@dataclass(frozen=True)
class Saved:
    """A detail page, the cells it must give, and words of other listings that must not come out."""

    url: str
    source: Source
    cells: dict[str, Any]
    foreign: tuple[str, ...] = ()


DETAILS: dict[str, Saved] = {
    "detail_jsonld": Saved(
        "https://www.greenlatch.example/home/48-sorrel-hill-rd-pinewater-vt/881204417",
        US,
        {
            "property_id": "881204417",
            "title": "48 Sorrel Hill Rd",
            "operation_type": "sale",
            "address": "48 Sorrel Hill Rd",
            "city": "Pinewater",
            "state": "VT",
            "postal_code": "05999",
            "latitude": Decimal("44.019283"),
            "longitude": Decimal("-72.551907"),
            "price": 648_500,
            "currency": "USD",
            "price_period": None,
            "bedrooms": 4,
            "bathrooms": 2,
            "half_bathrooms": 1,
            "parking_spaces": None,
            "covered_area_m2": Decimal("214.61"),
            "lot_size_m2": Decimal("27518.62"),
            "construction_year": 1874,
            "main_image_url": "https://cdn.greenlatch.example/881204417/full/01.jpg",
            "image_urls": [f"https://cdn.greenlatch.example/881204417/full/0{n}.jpg" for n in (1, 2, 3)],
            "agent_name": "Odette Marlow",
            "agent_phone": "+18025550142",
            "agency_name": "Covered Bridge Realty",
            "listing_date": date(2026, 3, 14),
        },
        foreign=("Vesper", "Mill St", "881207733", "712", "4,112", "3,276"),
    ),
    "detail_microdata": Saved(
        "https://www.oakmerepike.example/properties/6620417",
        UK,
        {
            "property_id": "6620417",
            "title": "3 bedroom terraced house for sale",
            "description": "A terraced house by the old ferry stage with a walled garden and gas heating.",
            "property_type": "House",
            "operation_type": "sale",
            "address": "22 Ferry Row",
            "city": "Netherby",
            "state": "Cumbria",
            "postal_code": "CA99 4ZZ",
            "latitude": Decimal("54.987612"),
            "longitude": Decimal("-3.061284"),
            "price": 285_000,
            "currency": "GBP",
            "price_period": None,
            "bedrooms": 3,
            "bathrooms": 1,
            "parking_spaces": None,
            "covered_area_m2": 94,
            "lot_size_m2": None,
            "main_image_url": "https://www.oakmerepike.example/media/6620417/01.jpg",
            "image_urls": [f"https://www.oakmerepike.example/media/6620417/0{n}.jpg" for n in (1, 2)],
            "agent_phone": "+441632960147",
            "agent_email": "netherby@oakmerepike.example",
        },
        foreign=("410,000", "6620988", "6621203", "1,210", "1,904"),
    ),
    "detail_next_data": Saved(
        "https://www.nestbury.example/for-sale/semi-detached-house-14-wren-close-ballynoe-co-mayfield/5120093",
        IRELAND,
        {
            "property_id": "5120093",
            "title": "14 Wren Close, Ballynoe, Co. Mayfield",
            "description": "Bright three bed semi at the end of a close, south-west garden, C1 rating.",
            "property_type": "Semi-D",
            "operation_type": "sale",
            "latitude": Decimal("53.771905"),
            "longitude": Decimal("-9.118264"),
            "price": 395_000,
            "currency": "EUR",
            "price_period": None,
            "bedrooms": 3,
            "bathrooms": 2,
            "covered_area_m2": 108,
            "main_image_url": "https://photos.nestbury.example/5120093/1-1440x960.jpg",
            "image_urls": [f"https://photos.nestbury.example/5120093/{n}-1440x960.jpg" for n in (1, 2)],
            "agent_name": "Niamh Corrigan",
            "agent_phone": "+35391555018",
            "agency_name": "Corrigan Auctioneers",
            "listing_date": date(2026, 3, 3),
        },
        foreign=("Mill Rise", "5120451", "450", "1540", "39500"),
    ),
    "detail_labels_es": Saved(
        "https://www.casascolibri.example/inmueble/casa-en-venta-en-lomas-del-sauce-CC-4471",
        MEXICO,
        {
            "property_id": "CC-4471",
            "title": "Casa en Venta en Lomas del Sauce",
            "description": "Casa de dos plantas con terraza, cuarto de servicio y jardín al fondo."
            " Se acepta crédito Infonavit.",
            "property_type": "Casa en condominio",
            "operation_type": "sale",
            "neighborhood": "Lomas del Sauce",
            "city": "Puerto Jacal",
            "state": "Nayarit",
            "postal_code": "06390",
            "bedrooms": 3,
            "bathrooms": 2,
            "half_bathrooms": 1,
            "parking_spaces": 2,
            "covered_area_m2": Decimal("186.5"),
            "lot_size_m2": 240,
            "total_floors": 2,
            "age_years": 8,
            "price": 4_980_000,
            "currency": "MXN",
            "price_period": None,
            "main_image_url": "https://fotos.casascolibri.example/p/CC-4471/a.jpg",
            "image_urls": [f"https://fotos.casascolibri.example/p/CC-4471/{n}.jpg" for n in "ab"],
            "agent_name": "Ramiro Escobedo Tun",
            "agent_phone": "+523115550147",
            "agent_email": "ramiro@trespalmas.example",
        },
        foreign=("El Roble", "La Punta", "CC-4490", "6,100,000", "5,350,000", "1,850"),
    ),
    "detail_table_de": Saved(
        "https://www.hausfinder-nord.example/expose/90173344",
        GERMANY,
        {
            "property_id": "90173344",
            "title": "Gepflegte Doppelhaushälfte mit Garten",
            "description": "Ruhige Lage am Rand der Siedlung, Kamin im Wohnzimmer,"
            " neue Heizung aus dem Jahr 2021.",
            "property_type": "Doppelhaushälfte",
            "operation_type": "sale",
            "price": 459_000,
            "currency": "EUR",
            "price_period": None,
            "bedrooms": 3,
            "bathrooms": 2,
            "parking_spaces": 1,
            "covered_area_m2": Decimal("128.5"),
            "lot_size_m2": 1_240,
            "construction_year": 1996,
            "agent_phone": "+4951455501",
        },
        foreign=("3,57", "3,4", "180 €"),
    ),
}


def saved(name: str, url: str) -> Page:
    return Page((PAGES / f"{name}.html").read_text(encoding="utf-8"), url)


@pytest.mark.parametrize("name", DETAILS)
def test_a_saved_detail_page_gives_its_cells(name: str) -> None:
    page, source = saved(name, DETAILS[name].url), DETAILS[name].source
    assert page_kind(page) == "detail"
    found = extract_listing(page, source)
    row = CellReader(source).read(
        found.raw, url=page.url, page_number=None, fetched_at=datetime(2026, 6, 1, tzinfo=UTC)
    )
    values = {field.name: value for field, value in zip(FIELDS, row.values, strict=True)}
    values["image_urls"] = json.loads(values["image_urls"] or "null")
    expected = {"image_urls": values["image_urls"], **DETAILS[name].cells}
    assert {field: values[field] for field in expected} == expected
    assert (row.problem, row.issues) == (None, [])


@pytest.mark.parametrize("name", DETAILS)
def test_a_saved_detail_page_gives_nothing_of_other_listings(name: str) -> None:
    found = extract_listing(saved(name, DETAILS[name].url), DETAILS[name].source)
    text = json.dumps(found.raw, ensure_ascii=False)
    assert [word for word in DETAILS[name].foreign if word in text] == []


@dataclass(frozen=True)
class SavedIndex:
    """A page of search results, where it leads and what its cards say."""

    url: str
    source: Source
    links: tuple[str, ...]
    next_url: str | None
    total: int | None
    is_last: bool | None
    prices: tuple[str, ...] = ()


INDEXES: dict[str, SavedIndex] = {
    "index_cards": SavedIndex(
        "https://www.harborfinch.example/for-sale/alderbrook-or/page-2",
        US,
        (
            "/homes/118-quarry-ln-alderbrook-or-97999/40718821",
            "/homes/7-tern-ct-alderbrook-or-97999/40719305",
            "/homes/lot-12-cinder-rd-alderbrook-or-97999/40720044",
            "/homes/2210-heron-way-unit-4-alderbrook-or-97999/40720571",
        ),
        next_url="https://www.harborfinch.example/for-sale/alderbrook-or/page-3",
        total=61,
        is_last=False,
        prices=("$412,500", "$96,000", "$334,900"),
    ),
    "index_state": SavedIndex(
        "https://www.portalmezquite.example/casas-en-venta-en-villa-tecuan.html",
        MEXICO,
        (
            "/propiedades/clasificado/casa-en-venta-con-patio-en-las-norias-70418825.html",
            "/propiedades/clasificado/casa-nueva-en-privada-alamo-70419960.html",
        ),
        next_url=None,
        total=2,
        is_last=True,
        prices=("MN 3,480,000", "USD 265,000"),
    ),
    "index_scroll": SavedIndex(
        "https://www.lettingslane.example/rent/quayhampton",
        UK,
        (
            "/flat/saltings-court-quayhampton-331802",
            "/flat/rope-walk-quayhampton-331877",
            "/flat/north-slip-quayhampton-331990",
        ),
        next_url=None,
        total=None,
        is_last=None,
        prices=("£1,150 pcm", "£925 pcm", "£1,480 pcm"),
    ),
}


@pytest.mark.parametrize("name", INDEXES)
def test_a_saved_index_page_leads_to_its_listings(name: str) -> None:
    expected = INDEXES[name]
    page = saved(name, expected.url)
    assert page_kind(page) == "index"
    index = extract_index(page, expected.source)
    assert index.links == [page.absolute(link) for link in expected.links]
    assert (index.next_url, index.total, index.is_last) == (
        expected.next_url,
        expected.total,
        expected.is_last,
    )
    assert set(expected.prices) <= {card.get("price") for card in index.cards}


@pytest.mark.parametrize(("name", "kind"), [("no_results", "empty"), ("challenge", "blocked")])
def test_a_saved_page_without_listings_is_recognised(name: str, kind: str) -> None:
    page = saved(name, "https://www.harborfinch.example/for-sale/alderbrook-or")
    assert page_kind(page) == kind
    assert extract_index(page, US).links == []


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_only_the_saved_challenge_counts_as_a_block(path: Path) -> None:
    assert is_challenge({}, path.read_text(encoding="utf-8")) == (path.stem == "challenge")


def test_every_saved_page_has_its_expectations() -> None:
    named = {*DETAILS, *INDEXES, "no_results", "challenge"}
    assert {path.stem for path in PAGES.glob("*.html")} == named
