"""The JSON a page was built from: found in every wrapping, read for this listing only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scrapers.extract.conftest import URL, Read, document, next_data

HOME: dict[str, Any] = {
    "id": 4711001,
    "headline": "Rosewood Cottage",
    "price": {"amount": 425000, "currency": "GBP"},
    "numBedrooms": 3,
    "bathroomCount": 2,
    "floorArea": {"unit": "SQM", "value": 142},
    "lotSqft": 5200,
    "location": {"lat": 52.671, "lng": -0.727, "address": {"line1": "4 Mill Lane", "city": "Oakham"}},
    "propertyType": "Cottage",
    "photos": [{"thumb": "/p/1-s.jpg", "size1200x800": "/p/1-l.jpg"}, {"size1200x800": "/p/2-l.jpg"}],
    "agent": {"name": "Ada Finch", "phone": "01572 000 111", "branch": "Finch & Sons"},
}
ELM: dict[str, Any] = {
    **HOME,
    "id": 4711002,
    "headline": "Elm House",
    "numBedrooms": 9,
    "photos": ["/elm.jpg"],
}


def facts(raw: dict[str, Any]) -> tuple[Any, ...]:
    return raw["property_id"], raw["title"], raw["price"], raw["bedrooms"], raw["latitude"]


MINE = ("4711001", "Rosewood Cottage", 425000, 3, 52.671)


def flight(value: Any) -> str:
    """React's flight rows, cut into two pushes in the middle of the JSON."""
    text = '1:I[12,[],"Page"]\n2:' + json.dumps(["$", "div", None, {"listing": value}]) + "\n"
    half = len(text) // 2
    return "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])})</script>" for part in (text[:half], text[half:])
    )


@pytest.mark.parametrize(
    "scripts",
    [
        next_data({"listing": HOME}),
        flight(HOME),
        f"<script>window.__STATE__ = {json.dumps({'listing': HOME})};</script>",
        f"<script>var page = {json.dumps({'listing': HOME})}; track(page);</script>",
        f"<script>window.__DATA__ = JSON.parse({json.dumps(json.dumps({'listing': HOME}))});</script>",
        f'<script type="application/json" data-props>{json.dumps({"listing": HOME})}</script>',
        next_data({"cache": json.dumps({"listing": json.dumps(HOME)})}),
    ],
    ids=["next data", "flight", "window", "var", "JSON.parse", "application/json", "double-encoded"],
)
def test_the_state_is_found_however_it_is_wrapped(read: Read, scripts: str) -> None:
    assert facts(read(document(scripts)).raw) == MINE


def test_keys_are_understood_in_their_many_spellings(read: Read) -> None:
    found = read(document(next_data({"listing": HOME})))
    assert found.raw["bathrooms"] == 2
    assert found.raw["covered_area_m2"] == "142 m²"
    assert found.raw["lot_size_m2"] == "5200 sqft"
    assert (found.raw["address"], found.raw["city"]) == ("4 Mill Lane", "Oakham")
    assert (found.raw["agent_name"], found.raw["agency_name"]) == ("Ada Finch", "Finch & Sons")
    assert found.raw["image_urls"] == ["https://homes.example/p/1-l.jpg", "https://homes.example/p/2-l.jpg"]
    assert found.evidence["bedrooms"] == "hydration __NEXT_DATA__.props.pageProps.listing.numBedrooms"


def test_spanish_keys_labelled_features_and_nested_places(read: Read) -> None:
    anuncio = {
        "idAnuncio": "4711001",
        "titulo": "Casa en Oakham",
        "precios": [
            {"tipoOperacion": "renta", "precio": {"amount": 12000, "currency": "USD"}},
            {"tipoOperacion": "venta", "precio": {"amount": 4250000, "currency": "MN"}},
        ],
        "caracteristicas": {
            "X1": {"label": "rec.", "value": "3"},
            "X2": {"label": "terreno", "value": "300", "measure": "m²"},
        },
        "ubicacion": {
            "name": "Centro",
            "label": "COLONIA",
            "parent": {
                "name": "San Pedro",
                "label": "CIUDAD",
                "parent": {"name": "Nuevo León", "label": "ESTADO"},
            },
        },
        "mapLat": "MjUuNjU3OQ==",
        "mapLng": "LTEwMC40MDIx",
    }
    found = read(document(f"<script>const anuncio = {json.dumps(anuncio)};</script>")).raw
    assert (found["price"], found["currency"], found["operation_type"]) == (4250000, "MN", "sale")
    assert len(found["offers"]) == 2
    assert (found["bedrooms"], found["lot_size_m2"]) == ("3", "300 m²")
    assert (found["neighborhood"], found["city"], found["state"]) == ("Centro", "San Pedro", "Nuevo León")
    assert (found["latitude"], found["longitude"]) == ("25.6579", "-100.4021")


@pytest.mark.parametrize(
    "props",
    [
        {"listing": HOME, "similarListings": [ELM, {**ELM, "id": 4711003}]},
        {"recommended": [ELM], "listing": HOME},
        {"results": [ELM, HOME, {**ELM, "id": 4711004}]},
        {"listing": {**HOME, "relatedProperties": [ELM], "nearby": {"homes": [ELM]}}},
        {"hero": {**ELM, "url": "/for-sale/oakham/elm-house-4711002"}, "listing": HOME},
    ],
    ids=["similar beside it", "recommended first", "one of a list", "similar inside it", "another's url"],
)
def test_another_listing_in_the_state_is_never_mixed_in(read: Read, props: Any) -> None:
    found = read(document(next_data(props))).raw
    assert facts(found) == MINE
    assert not any("elm" in link for link in found["image_urls"])


def test_a_state_of_other_listings_is_ignored(read: Read) -> None:
    found = read(
        document("<h1>Cottage</h1><p>Bedrooms: 3</p>" + next_data({"similar": [ELM], "ads": {"home": ELM}}))
    )
    assert found.raw["bedrooms"] == "3"
    assert "price" not in found.raw


def test_unnamed_listings_in_a_list_are_somebody_elses(read: Read) -> None:
    unnamed = {key: value for key, value in ELM.items() if key != "id"}
    found = read(document("<h1>Cottage</h1><p>Bedrooms: 3</p>" + next_data({"results": [unnamed] * 2})))
    assert found.raw["bedrooms"] == "3"


def test_coordinates_of_agents_and_schools_are_ignored(read: Read) -> None:
    home = {key: value for key, value in HOME.items() if key != "location"}
    home["agent"] = {"name": "Ada Finch", "location": {"lat": 1.5, "lng": 2.5}}
    home["schools"] = [{"name": "Oak School", "lat": 3.5, "lng": 4.5}]
    home["station"] = {"name": "Oakham", "lat": 5.5, "lng": 6.5}
    assert "latitude" not in read(document(next_data({"listing": home}))).raw


def test_an_own_url_identifies_as_well_as_an_id(read: Read) -> None:
    home = {**HOME, "id": "a-0f3c", "url": URL}
    elm = {**ELM, "id": "b-77aa", "url": "/for-sale/oakham/elm-house-4711002", "description": "Rich " * 20}
    assert read(document(next_data({"a": {"home": elm}, "b": {"home": home}}))).raw["bedrooms"] == 3


def test_scripts_are_read_but_never_executed(read: Read) -> None:
    script = """<script>
      let kind = "sale";
      const info = { 'listingId': "4711001", 'price': "425000", 'online': kind === "sale" ? "yes" : boom(),
                     'bedrooms': 3, 'city': "Oakham" };
      launch(info);
    </script>"""
    found = read(document(script)).raw
    assert (found["price"], found["bedrooms"], found["city"]) == ("425000", 3, "Oakham")
