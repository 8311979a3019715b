"""Ways in which sites write the page of a home, some of them hostile."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any, Final

from tests.homes_for_sale import Home

_CARDS: Final = '<h2>Similar homes</h2><ul class="similar">{}</ul>'


def _document(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def _house(home: Home, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "House",
        "name": home.title,
        "numberOfBedrooms": home.beds,
        "address": {"@type": "PostalAddress", "streetAddress": home.address, "postalCode": home.zip_code},
        "offers": {"@type": "Offer", "price": str(home.price), "priceCurrency": "USD"},
        **more,
    }


def _block(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def _labels(home: Home) -> str:
    return (
        f'<p class="price">${home.price:,}</p><ul><li>{home.beds} bedrooms</li><li>2 bathrooms</li>'
        f"<li>Floor area: 1,{100 + home.number} sq ft</li></ul><p>Address: {home.address}</p>"
    )


def _json_ld(home: Home) -> str:
    return _document(home.title, f"<h1>{home.title}</h1>", _block(json.dumps(_house(home))))


def _two_objects(home: Home) -> str:
    text = json.dumps({"@type": "Organization", "name": "Agency"}) + json.dumps(_house(home))
    return _document(home.title, f"<h1>{home.title}</h1>", _block(text))


def _escaped(home: Home) -> str:
    return _document(home.title, f"<h1>{home.title}</h1>", _block(html.escape(json.dumps(_house(home)))))


def _price_of_zero(home: Home) -> str:
    offer = {"@type": "Offer", "price": "0", "priceCurrency": "USD"}
    body = f'<h1>{home.title}</h1><p class="price">${home.price:,}</p>'
    return _document(home.title, body, _block(json.dumps(_house(home, offers=offer))))


def _definition_list(home: Home) -> str:
    terms = {"Price": f"${home.price:,}", "Bedrooms": home.beds, "Bathrooms": 2, "Address": home.address}
    entries = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in terms.items())
    return _document(home.title, f"<h1>{home.title}</h1><dl>{entries}</dl>")


def _table(home: Home) -> str:
    rows = {
        "Price:": f"${home.price:,}",
        "Bedrooms:": home.beds,
        "Square Feet:": 1100,
        "Address:": home.address,
    }
    cells = "".join(f"<tr><td><b>{term}</b></td><td>{text}</td></tr>" for term, text in rows.items())
    picture = f'<img src="/photos/{home.number}.jpg" width="400">'
    return _document(home.title, f"<font size=5>{home.title}</font><table>{cells}</table>{picture}")


def _microdata(home: Home) -> str:
    body = (
        '<div itemscope itemtype="https://schema.org/House">'
        f'<h1 itemprop="name">{home.title}</h1><span itemprop="numberOfBedrooms">{home.beds}</span>'
        '<div itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
        f'<meta itemprop="price" content="{home.price}">'
        '<meta itemprop="priceCurrency" content="USD"></div></div>'
    )
    return _document(home.title, body)


def _state(home: Home) -> str:
    listing = {"title": home.title, "price": home.price, "bedrooms": home.beds, "address": home.address}
    others = [{"title": f"Other {n}", "price": 1_000 + n, "bedrooms": 1} for n in range(3)]
    state = {"props": {"pageProps": {"listing": listing, "similar": others}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    return _document(home.title, f"<h1>{home.title}</h1><p>${home.price:,}</p>{script}")


def _shadow_root(home: Home) -> str:
    inside = f"<h1>{home.title}</h1>{_labels(home)}"
    return _document(
        home.title, f'<home-page><template shadowrootmode="open">{inside}</template></home-page>'
    )


def _similar_below(home: Home) -> str:
    others = "".join(
        f'<li><a href="/other/house-{n}5001"><img src="/photos/o{n}.jpg">House {n}</a>'
        f" <b>${n}99,000</b> 9 beds</li>"
        for n in range(1, 7)
    )
    return _document(home.title, f"<h1>{home.title}</h1>{_labels(home)}{_CARDS.format(others)}")


def _values_above_labels(home: Home) -> str:
    facts = {"Bedrooms": home.beds, "Bathrooms": 2, "Property Type": "Condo", "Year Built": home.year}
    boxes = "".join(f"<ul><li><b>{value}</b></li><li>{label}</li></ul>" for label, value in facts.items())
    return _document(
        home.title, f'<h1>{home.title}</h1><p class="item-price">${home.price:,}</p><div>{boxes}</div>'
    )


def _generic_heading(home: Home) -> str:
    script = f"<script>var lat = 39.7{home.number:02d}1; var lng = -89.6{home.number:02d}1;</script>"
    return _document(home.title, f"<h1>Property Details</h1>{_labels(home)}{script}")


def _others_above(home: Home) -> str:
    others = "".join(
        f'<li><a href="/other/house-{n}5001"><img src="/photos/o{n}.jpg">House {n}</a>'
        f" <b>${n}99,000</b> 9 beds</li>"
        for n in range(1, 7)
    )
    return _document(home.title, f"<aside><ul>{others}</ul></aside><h1>{home.title}</h1>{_labels(home)}")


def _old_and_monthly_prices(home: Home) -> str:
    money = (
        f'<p class="price"><del>${home.price + 25_000:,}</del> <ins>${home.price:,}</ins></p>'
        "<div><h3>Mortgage</h3><p>$1,950 per month</p></div><p>HOA fee: $250</p>"
    )
    return _document(home.title, f"<h1>{home.title}</h1>{money}<p>{home.beds} bedrooms</p><p>2 bathrooms</p>")


STYLES: Final[dict[str, Callable[[Home], str]]] = {
    "JSON-LD": _json_ld,
    "two JSON-LD objects in a block": _two_objects,
    "JSON-LD escaped as text": _escaped,
    "JSON-LD with a price of 0": _price_of_zero,
    "definition list": _definition_list,
    "old table": _table,
    "microdata": _microdata,
    "state of a script": _state,
    "shadow root": _shadow_root,
    "similar homes below": _similar_below,
    "similar homes above": _others_above,
    "values above their labels": _values_above_labels,
    "a heading of every page": _generic_heading,
    "old and monthly prices": _old_and_monthly_prices,
}
