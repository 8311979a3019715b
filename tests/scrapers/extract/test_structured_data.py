"""JSON-LD, microdata and meta tags: facts of this page's listing, and of no other."""

from __future__ import annotations

import pytest

from config.errors import ExtractionError
from tests.scrapers.extract.conftest import URL, Read, document, jsonld

HOUSE = {
    "@type": "House",
    "numberOfBedrooms": 3,
    "numberOfBathroomsTotal": 2,
    "floorSize": {"@type": "QuantitativeValue", "value": 142, "unitCode": "MTK"},
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "4 Mill Lane",
        "addressLocality": "Oakham",
        "addressRegion": "Rutland",
        "postalCode": "LE15 6AA",
    },
    "geo": {"@type": "GeoCoordinates", "latitude": 52.671, "longitude": -0.727},
}
LISTING = {
    "@context": "https://schema.org",
    "@type": "RealEstateListing",
    "name": "Rosewood Cottage",
    "url": URL,
    "datePosted": "2026-02-01",
    "about": HOUSE,
    "offers": {
        "@type": "Offer",
        "businessFunction": "http://purl.org/goodrelations/v1#Sell",
        "priceSpecification": {"@type": "UnitPriceSpecification", "price": "425000", "priceCurrency": "GBP"},
        "offeredBy": {
            "@type": "Person",
            "name": "Ada Finch",
            "worksFor": {"@type": "RealEstateAgent", "name": "Finch & Sons"},
        },
    },
}


def test_a_listing_is_read_with_its_dwelling_offer_and_people(read: Read) -> None:
    found = read(document(head=jsonld(LISTING)))
    assert found.raw == {
        "property_id": "4711001",
        "title": "Rosewood Cottage",
        "property_type": "House",
        "operation_type": "sale",
        "address": "4 Mill Lane",
        "city": "Oakham",
        "state": "Rutland",
        "postal_code": "LE15 6AA",
        "latitude": 52.671,
        "longitude": -0.727,
        "price": "425000",
        "currency": "GBP",
        "bedrooms": 3,
        "bathrooms": 2,
        "covered_area_m2": "142 m²",
        "listing_date": "2026-02-01",
        "agent_name": "Ada Finch",
        "agency_name": "Finch & Sons",
        "source_url": URL,
    }


def test_every_value_has_its_evidence(read: Read) -> None:
    found = read(document(head=jsonld(LISTING)))
    assert found.evidence.keys() == found.raw.keys()
    assert found.evidence["price"] == "json-ld RealEstateListing.offers.price"
    assert found.evidence["property_id"] == "the last number in the last part of the address"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Homes"}, LISTING]},
        [{"@type": "Organization", "name": "Homes"}, LISTING],
        {"@type": "WebPage", "mainEntity": LISTING},
        {**LISTING, "@type": ["Product", "RealEstateListing"]},
    ],
    ids=["graph", "list", "mainEntity", "list of types"],
)
def test_wrapping_does_not_matter(read: Read, wrapped: object) -> None:
    assert read(document(head=jsonld(wrapped))).raw["price"] == "425000"


def test_json_ld_that_is_only_nearly_json_is_repaired(read: Read) -> None:
    script = """<script type="application/ld+json">
      {"@type": "House", "name": 'Rosewood Cottage', "numberOfBedrooms": 3,
       "address": {"addressLocality": "Oakham",},}
    </script>"""
    found = read(document(head=script))
    assert (found.raw["bedrooms"], found.raw["city"]) == (3, "Oakham")


def test_items_offered_for_sale_and_for_rent_give_the_sale_price(read: Read) -> None:
    offers = [
        {"@type": "Offer", "businessFunction": "LeaseOut", "price": 1500, "priceCurrency": "GBP"},
        {"@type": "Offer", "businessFunction": "Sell", "price": 425000, "priceCurrency": "GBP"},
    ]
    found = read(document(head=jsonld({**LISTING, "offers": offers})))
    assert (found.raw["price"], found.raw["operation_type"]) == (425000, "sale")


def test_a_node_about_another_page_is_ignored(read: Read) -> None:
    other = {**LISTING, "url": URL.replace("4711001", "4711002"), "offers": {"@type": "Offer", "price": 1}}
    found = read(document("<h1>Rosewood Cottage</h1><p>Bedrooms: 5</p>", head=jsonld(other)))
    assert found.raw["bedrooms"] == "5"
    assert "price" not in found.raw


def test_of_several_nodes_without_url_only_the_headed_one_counts(read: Read) -> None:
    peers = [
        {"@type": "Product", "name": name, "offers": {"@type": "Offer", "price": price}}
        for name, price in (("Rosewood Cottage", 425000), ("Elm House", 390000), ("The Barn", 610000))
    ]
    assert read(document("<h1>Rosewood Cottage</h1>", head=jsonld(*peers))).raw["price"] == 425000
    with pytest.raises(ExtractionError):
        read(document("<h1>Homes in Oakham</h1>", head=jsonld(*peers)), url="https://homes.example/oakham")


def test_similar_listings_named_inside_a_node_are_left_alone(read: Read) -> None:
    similar = [
        {"@type": "House", "name": "Elm House", "numberOfBedrooms": 9, "image": "https://x.example/elm.jpg"}
    ]
    found = read(document(head=jsonld({**LISTING, "isSimilarTo": similar})))
    assert found.raw["bedrooms"] == 3
    assert "image_urls" not in found.raw


def test_misplaced_place_names_lose_to_labelled_ones(read: Read) -> None:
    muddled = {"addressLocality": "Oakham, Rutland, England, ", "addressRegion": "Old Town"}
    body = "<h1>Cottage</h1><dl><dt>City</dt><dd>Oakham</dd><dt>County</dt><dd>x</dd></dl>"
    found = read(document(body, head=jsonld({"@type": "House", "numberOfBedrooms": 3, "address": muddled})))
    assert found.raw["city"] == "Oakham"


def test_microdata_is_read_like_json_ld(read: Read) -> None:
    body = """
      <div itemscope itemtype="https://schema.org/Product">
        <h1 itemprop="name">Rosewood Cottage</h1>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
          <meta itemprop="priceCurrency" content="GBP"><span itemprop="price" content="425000">£425k</span>
        </div>
        <div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
          <span itemprop="addressLocality">Oakham</span>
        </div>
      </div>"""
    found = read(document(body))
    assert (found.raw["price"], found.raw["currency"], found.raw["city"]) == ("425000", "GBP", "Oakham")
    assert found.evidence["price"] == "microdata Product.offers.price"


def test_meta_tags_are_read_where_nothing_better_is(read: Read) -> None:
    tags = {
        "og:title": "Rosewood Cottage | Homes",
        "og:site_name": "Homes",
        "product:price:amount": "425000",
        "product:price:currency": "GBP",
        "place:location:latitude": "52.671",
        "place:location:longitude": "-0.727",
        "og:image": "/a/1.jpg",
    }
    head = "".join(f'<meta property="{name}" content="{value}">' for name, value in tags.items())
    found = read(document(head=head))
    assert found.raw["title"] == "Rosewood Cottage"
    assert found.raw["price"] == "425000"
    assert (found.raw["latitude"], found.raw["longitude"]) == ("52.671", "-0.727")
    assert found.raw["main_image_url"] == "https://homes.example/a/1.jpg"


def test_the_majority_wins_and_what_it_overrules_is_kept(read: Read) -> None:
    body = '<h1>Cottage</h1><p class="price">£425,000</p><ul><li>3 bedrooms</li></ul>'
    head = jsonld({**LISTING, "about": {**HOUSE, "numberOfBedrooms": 30}})
    head += '<meta property="homes:bedrooms" content="3"><meta name="x:beds" content="3">'
    found = read(document(body, head=head))
    assert found.certain["bedrooms"] == "3"
    (issue,) = [issue for issue in found.issues if issue["field"] == "bedrooms"]
    assert (issue["kind"], issue["text"]) == ("overruled", "30")
