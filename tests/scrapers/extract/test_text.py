"""Visible text: labels, icons, prices; other listings on the page never count."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import ExtractionError
from tests.scrapers.extract.conftest import Read, document

HEAD = "<h1>Rosewood Cottage for sale</h1>"


ROOMS = {"bedrooms": "4", "bathrooms": "2"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>Bedrooms: 4</p>", {"bedrooms": "4"}),
        ("<ul><li>4 beds</li><li>2 baths</li></ul>", ROOMS),
        ("<dl><dt>Recámaras</dt><dd>4</dd><dt>Baños</dt><dd>2</dd></dl>", ROOMS),
        ("<p>3 beds</p><table><tr><th>Built</th><td>1962</td></tr></table>", {"construction_year": "1962"}),
        ("<div><span>4</span><span>beds</span><span>2</span><span>baths</span></div>", ROOMS),
        ("<div><b>Beds</b><i>4</i><b>Baths</b><i>2</i></div>", ROOMS),
        ('<li title="Bedrooms"><img src="x.svg"><span>4</span></li>', {"bedrooms": "4"}),
        ('<p><i class="fa fa-bed"></i> 4</p><p><i class="icon-bath"></i> 2</p>', ROOMS),
        ("<p>110 m² construidos</p><p>90 m² de jardín</p>", {"covered_area_m2": "110 m²"}),
        ("<p>110 m² construidos</p><p>200 m² de terreno</p>", {"lot_size_m2": "200 m²"}),
        ("<p>Lot size: 1,596 m²</p>", {"lot_size_m2": "1,596 m²"}),
        ("<div><span>0.33</span><span>acre lot</span></div>", {"lot_size_m2": "0.33 acre"}),
        ("<p>Casa · 110 m² · 2 recámaras · 1 cochera</p>", {"bedrooms": "2", "parking_spaces": "1"}),
        ("<div><p>Property type</p><p>Cottage</p></div>", {"property_type": "Cottage"}),
        ("<p>4<!-- --> beds</p>", {"bedrooms": "4"}),
        (
            "<table><tr><td>Sup. terreno:</td><td>300 m2</td></tr>"
            "<tr><td>Sup. construcción:</td><td>180 m2</td></tr></table>",
            {"lot_size_m2": "300 m2", "covered_area_m2": "180 m2"},
        ),
        (
            "<ul><li><b>State/county</b> <i>IL</i></li><li><b>Zip/Postal Code</b> <i>62704</i></li></ul>"
            "<p>3 beds</p>",
            {"state": "IL", "postal_code": "62704"},
        ),
        ("<p>3 bedrooms</p><p>1 medio baño</p>", {"bedrooms": "3", "half_bathrooms": "1"}),
    ],
)
def test_a_value_is_found_beside_its_label(read: Read, body: str, expected: dict[str, Any]) -> None:
    found = read(document(HEAD + body)).raw
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("body", "price"),
    [
        ('<p class="price">£425,000</p>', "£425,000"),
        ('<div class="price"><span>$</span><span>425,000</span></div>', "$425,000"),
        ("<p>Est. mortgage</p><p>$2,100/mo</p><p>$425,000</p>", "$425,000"),
        ('<p class="price">$400,000 MXN</p><p>Mantenimiento $2,000</p>', "$400,000 MXN"),
        ('<p class="price"><del>$450,000</del></p><p class="price">$425,000</p>', "$425,000"),
        ('<p class="precio">Precio a consultar</p>', "Precio a consultar"),
        ("<p>Monthly fees $2,000</p><p>$425,000</p>", "$425,000"),
        ('<p class="price">Deposit $2,000</p><p>$425,000</p>', "$425,000"),
        ('<p class="price"><del>$450,000</del> <ins>$425,000</ins></p>', "$425,000"),
        ("<p>From 1.250.000 €</p>", "From 1.250.000 €"),
    ],
)
def test_fees_rates_and_old_prices_are_not_the_asking_price(read: Read, body: str, price: str) -> None:
    assert read(document(HEAD + body)).raw["price"] == price


CARD = """<div class="tile"><a href="/for-sale/oakham/elm-house-471100{n}">Elm House</a>
          <p class="price">£9{n}9,000</p><p>9 beds</p><p>900 m²</p><img src="/elm{n}.jpg"></div>"""
CARDS = "".join(CARD.format(n=n) for n in range(2, 6))
UNLINKED = CARDS.replace("<a ", "<b ").replace("</a>", "</b>")


@pytest.mark.parametrize(
    "page",
    [
        f'{HEAD}{{own}}<section class="similar-homes">{CARDS}</section>',
        f"{HEAD}{{own}}<h2>You may also like</h2><div>{CARDS}</div>",
        f"{HEAD}{{own}}<div><div><h3>Similar homes</h3></div><div>{UNLINKED}</div></div>",
        f"{HEAD}{{own}}<div class='grid'>{CARDS}</div>",
        f"<div class='row'>{CARDS}</div>{HEAD}{{own}}",
        f"{HEAD}{{own}}{CARD.format(n=7)}",
        f"{HEAD}<div class='carousel'>{CARDS}</div>{{own}}",
    ],
    ids=[
        "named box",
        "heading",
        "heading over cards without links",
        "plain grid",
        "before the listing",
        "a single card",
        "carousel between",
    ],
)
def test_other_listings_on_the_page_lend_it_nothing(read: Read, page: str) -> None:
    own = '<p class="price">£425,000</p><p>3 beds</p><p>Floor area: 142 m²</p>'
    found = read(document(page.replace("{own}", own))).raw
    assert (found["price"], found["bedrooms"], found["covered_area_m2"]) == ("£425,000", "3", "142 m²")
    bare = read(document(page.replace("{own}", "<p>Property type: House</p>"))).raw
    assert not bare.keys() & {"price", "bedrooms", "total_area_m2", "image_urls"}


def test_prose_and_pictures_come_from_the_listing_only(read: Read) -> None:
    body = f"""{HEAD}<p>3 beds</p>
      <div class="gallery"><img src="/p/1.jpg"><img data-src="/p/2.jpg" src="data:x"><img src="/logo.png">
      </div>
      <div class="listing-description"><p>{"A quiet lane. " * 8}</p><p>And a mill.</p></div>
      <section class="similar"><div class="gallery">{'<img src="/elm1.jpg"><img src="/elm2.jpg">' * 3}
      </div><div class="description">{"Elm House. " * 60}</div></section>"""
    found = read(document(body)).raw
    assert found["image_urls"] == ["https://homes.example/p/1.jpg", "https://homes.example/p/2.jpg"]
    assert found["description"].startswith("A quiet lane.") and found["description"].endswith("And a mill.")


def test_operation_comes_from_the_words_of_the_page(read: Read) -> None:
    url = "https://homes.example/casa-en-renta-4711001"
    body = '<h1>Casa en renta</h1><p class="price">$12,000 / mes</p>'
    assert read(document(body, title="Casas en venta y renta"), url=url).raw["operation_type"] == "rent"


def test_only_a_single_telephone_link_is_the_agents(read: Read) -> None:
    body = HEAD + '<p>3 beds</p><a href="tel:+441572000111">Call</a>'
    assert read(document(body)).raw["agent_phone"] == "+441572000111"
    assert "agent_phone" not in read(document(body + '<a href="tel:+44999">Office</a>')).raw


def test_a_page_without_a_listing_raises_with_a_next_step(read: Read) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(document("<h1>About us</h1><p>We sell homes.</p>"))
    assert "homes.example" in str(caught.value)
    assert caught.value.next_step is not None and "recipe" in caught.value.next_step


def test_labels_that_follow_their_values_name_texts_too(read: Read) -> None:
    """Themes of WordPress show "Condo" above "Property Type"; each box is a value and its label."""
    pairs = {"Condo": "Property Type", "3": "Bedrooms", "1,100": "Sq Ft", "1957": "Year Built"}
    boxes = "".join(f"<ul><li><b>{value}</b></li><li>{label}</li></ul>" for value, label in pairs.items())
    found = read(document(f"<h1>Flat</h1><div>{boxes}</div><p>$425,000</p>")).raw
    assert (found["property_type"], found["bedrooms"], found["construction_year"]) == ("Condo", "3", "1957")


def test_a_label_above_others_is_no_label_of_the_text_before_it(read: Read) -> None:
    boxes = "<div><h4>Details</h4><p>Property type</p></div><div><p>Bedrooms</p><p>3</p></div>"
    assert "property_type" not in read(document(f"<h1>Flat</h1><div>{boxes}</div><p>$425,000</p>")).raw


@pytest.mark.parametrize("word", ["Terreno", "Land", "Garage", "Piso"])
def test_a_type_that_is_a_label_too_is_a_type(read: Read, word: str) -> None:
    body = f"<h1>X</h1><table><tr><td>Tipo:</td><td>{word}</td></tr></table><p>$425,000</p>"
    assert read(document(body)).raw["property_type"] == word


def test_an_area_that_is_built_is_no_year(read: Read) -> None:
    found = read(document("<h1>Flat</h1><ul><li>273 m² built</li></ul><p>€3,600,000</p>")).raw
    assert "construction_year" not in found
    assert found["covered_area_m2"] == "273 m²"


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><span>Parking</span><span>2 WCs</span></li></ul>",
        "<p>Age: 7 - 11</p>",  # of the pupils of a school
    ],
)
def test_what_counts_something_else_is_not_counted(read: Read, body: str) -> None:
    found = read(document(f"<h1>Flat</h1>{body}<p>€3,600,000</p>")).raw
    assert not found.keys() & {"parking_spaces", "age_years"}


def test_the_name_in_an_agent_s_element_is_the_agent(read: Read) -> None:
    body = '<h1>Flat</h1><p>$425,000</p><li class="agent-name">Mary Johnson</li>'
    assert read(document(body)).raw["agent_name"] == "Mary Johnson"


@pytest.mark.parametrize("heading", ["Property Details", "Detalles del inmueble", "Exposé", "For Sale"])
def test_a_heading_of_every_page_is_no_title(read: Read, heading: str) -> None:
    page = document(f"<h1>{heading}</h1><p>$425,000</p><p>3 beds</p>", title="350 N Forest - Homes")
    assert read(page).raw["title"] == "350 N Forest"


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="data:image/gif;base64,R0=" data-src="/big.jpg">',
        '<img src="/placeholder.gif" data-lazy-src="/big.jpg">',
        '<img src="/small.jpg" srcset="/small.jpg 480w, /big.jpg 1024w">',
        '<img data-srcset="/small.jpg 1x,/big.jpg 2x" src="/blank.png">',
        '<picture><source srcset="/small.jpg 480w"><source srcset="/big.jpg 768w"><img alt=""></picture>',
    ],
)
def test_a_picture_is_read_at_its_largest(read: Read, picture: str) -> None:
    body = f'<h1>Flat</h1><p>$425,000</p><div class="gallery"><div>{picture}</div></div>'
    assert read(document(body)).raw["image_urls"] == ["https://homes.example/big.jpg"]


@pytest.mark.parametrize(
    "body",
    [
        "<dl><dt>Kaufpreis</dt><dd>315.000 €</dd><dt>Hausgeld</dt><dd>250 €</dd></dl>",
        "<dl><dt>Sonderumlage</dt><dd>250 €</dd><dt>Kaufpreis</dt><dd>315.000 €</dd></dl>",
        "<table><tr><th>Liften</th><td>€ 90</td></tr><tr><th>Vraagprijs</th><td>315.000 €</td></tr></table>",
        "<ul><li>Wasserzins: 90 €</li><li>Preis: 315.000 €</li></ul>",
        "<p>Jardinage :</p><p>90 €</p><p>315.000 €</p>",
    ],
)
def test_an_amount_with_a_label_of_its_own_is_not_the_price_beside_one_that_is(read: Read, body: str) -> None:
    """What a label explains that is no word for a price gives way to every other amount of the page."""
    assert "315.000 €" in read(document(f"<h1>Rosewood</h1>{body}<p>3 bedrooms</p>")).raw["price"]


def test_an_amount_under_a_label_of_an_unknown_language_is_the_price_where_it_is_the_only_one(
    read: Read,
) -> None:
    body = "<h1>Rosewood</h1><dl><dt>Verð</dt><dd>315.000 €</dd></dl><p>3 bedrooms</p>"
    assert read(document(body)).raw["price"] == "315.000 €"


@pytest.mark.parametrize(
    ("label", "value", "field", "raw"),
    [
        ("Wohnfläche", "ca. 57,5 m²", "covered_area_m2", "ca. 57,5 m²"),
        ("Surface habitable", "env. 57 m²", "covered_area_m2", "env. 57 m²"),
        ("Wohnfläche (m²)", "57", "covered_area_m2", "57 m²"),
        ("Land size (acres)", "2", "lot_size_m2", "2 acres"),
        ("Floor area, sq ft", "1,000", "covered_area_m2", "1,000 sq ft"),
        ("Woonoppervlakte", "57 m²", "covered_area_m2", "57 m²"),
        ("Perceel", "140 m²", "lot_size_m2", "140 m²"),
        ("Slaapkamers", "3", "bedrooms", "3"),
        ("Powierzchnia użytkowa", "57 m²", "covered_area_m2", "57 m²"),
        ("Rok budowy", "1991", "construction_year", "1991"),
        ("Užitná plocha", "57 m²", "covered_area_m2", "57 m²"),
        ("Boarea", "57 kvm", "covered_area_m2", "57 kvm"),
        ("専有面積", "57.5㎡", "covered_area_m2", "57.5㎡"),
        ("Carpet Area", "570 sq.ft.", "covered_area_m2", "570 sq.ft."),
    ],
)
def test_a_label_of_another_country_or_with_its_unit_is_read(
    read: Read, label: str, value: str, field: str, raw: str
) -> None:
    """A value that is rounded, and a unit that stands in the label, are read too."""
    body = f"<h1>Rosewood</h1><p>€ 315.000</p><table><tr><td>{label}</td><td>{value}</td></tr></table>"
    assert read(document(body)).raw[field] == raw


@pytest.mark.parametrize(("tag", "part"), [("th", "thead"), ("td", "tbody")])
def test_a_table_whose_first_row_has_the_labels_is_read_by_its_columns(
    read: Read, tag: str, part: str
) -> None:
    """Also where some of the labels are unknown, and no value is taken for one of the next column."""
    labels = ("Kaufpreis", "Zustand", "Schlafzimmer", "Wohnfläche (m²)", "Baujahr")
    head = "".join(f"<{tag}>{label}</{tag}>" for label in labels)
    cells = "".join(f"<td>{value}</td>" for value in ("315.000 €", "gut", "3", "57", "1991"))
    table = f"<table><{part}><tr>{head}</tr></{part}><tbody><tr>{cells}</tr></tbody></table>"
    raw = read(document(f"<h1>Rosewood</h1>{table}")).raw
    found = (raw["price"], raw["bedrooms"], raw["covered_area_m2"], raw["construction_year"])
    assert found == ("315.000 €", "3", "57 m²", "1991")


def test_a_table_of_two_labelled_rows_is_not_read_by_its_columns(read: Read) -> None:
    body = "<table><tr><td>Property type</td><td>Land</td></tr><tr><td>Area</td><td>5 acres</td></tr></table>"
    raw = read(document(f"<h1>Rosewood</h1><p>€ 315.000</p>{body}")).raw
    assert (raw["property_type"], raw["total_area_m2"]) == ("Land", "5 acres")
