"""Draws the portal's pages: homes in, HTML out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Any

from demo.portal.days import Card
from demo.portal.homes import Home, Style

_SCHEMA_TYPES = {"Casa": "SingleFamilyResidence", "Casa en condominio": "House", "Departamento": "Apartment"}


def index_page(cards: Sequence[Card], *, page: int, size: int, base: str) -> str:
    """One page of the portal's index, `page` counted from 1."""
    pages = max(1, -(-len(cards) // size))
    shown = cards[(page - 1) * size : page * size]
    main = _fill(
        "index.html",
        {
            "total": len(cards),
            "first": (page - 1) * size + 1,
            "last": (page - 1) * size + len(shown),
        },
        cards="\n".join(_card(card) for card in shown),
        pages=_page_links(page, pages),
    )
    head = f'<link rel="next" href="{index_path(page + 1)}">' if page < pages else ""
    return _page("Inmuebles en venta y renta", base + index_path(page), main, head)


def detail_page(home: Home, similar: Sequence[Home], *, base: str) -> str:
    """A home's own page in its style, with other homes beside it."""
    draw = {Style.STRUCTURED: _structured, Style.HYDRATED: _hydrated, Style.LABELLED: _labelled}[home.style]
    main, head = draw(home, similar, base)
    aside = _fill("similar.html", {}, cards="\n".join(_card(Card(other)) for other in similar))
    return _page(home.title, base + Card(home).path, f"{main}\n{aside}", head)


def about_page(base: str) -> str:
    """A page that offers nothing."""
    return _page("Nosotros", f"{base}/nosotros", page_text("about.html"))


def index_path(page: int) -> str:
    """Where page `page` of the index lives."""
    return "/inmuebles" if page == 1 else f"/inmuebles?pagina={page}"


@cache
def page_text(name: str) -> str:
    """A file of the `pages` folder."""
    return (resources.files(__package__) / "pages" / name).read_text(encoding="utf-8")


def _structured(home: Home, similar: Sequence[Home], base: str) -> tuple[str, str]:
    others = {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": "Propiedades similares",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _schema(other, base)}
            for position, other in enumerate(similar, 1)
        ],
    }
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name}
            for position, name in enumerate(("Inmuebles", home.place.state, home.place.city), 1)
        ],
    }
    site = {"@type": "WebSite", "name": "Tecolote Inmuebles", "url": base}
    graph = {"@context": "https://schema.org", "@graph": [site, crumbs, _schema(home, base)]}
    main = _fill(
        "structured.html",
        _words(home) | {"address": f"{home.street}, {home.place.neighborhood}, {home.place.city}"},
        **_lists(home),
    )
    return main, _json_ld(graph) + _json_ld(others)


def _schema(home: Home, base: str) -> dict[str, Any]:
    building = {
        "@type": _SCHEMA_TYPES.get(home.kind, "Place"),
        "accommodationCategory": home.kind,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": home.street,
            "addressLocality": home.place.city,
            "addressRegion": home.place.state,
            "postalCode": home.place.postal_code,
            "addressCountry": "MX",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": home.latitude, "longitude": home.longitude},
        "numberOfBedrooms": home.bedrooms,
        "numberOfBathroomsTotal": home.bathrooms,
        "floorSize": _square_metres(home.built_m2),
        "lotSize": _square_metres(home.lot_m2),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": name, "value": True} for name in home.amenities
        ],
    }
    return {
        "@type": "RealEstateListing",
        "identifier": home.id,
        "url": base + Card(home).path,
        "name": home.title,
        "description": home.description,
        "image": [base + photo for photo in home.photos],
        "mainEntity": {key: value for key, value in building.items() if value is not None},
        "offers": _offer(home),
        "provider": {
            "@type": "RealEstateAgent",
            "name": home.agent.name,
            "telephone": home.agent.phone,
            "email": home.agent.email,
            "parentOrganization": {"@type": "Organization", "name": home.agent.agency},
        },
    }


def _offer(home: Home) -> dict[str, Any]:
    price = home.price
    action = "LeaseOut" if home.operation == "Renta" else "Sell"
    offer: dict[str, Any] = {
        "@type": "Offer",
        "businessFunction": f"http://purl.org/goodrelations/v1#{action}",
        "availability": f"https://schema.org/{'SoldOut' if home.sold else 'InStock'}",
    }
    if price.amount is None:
        return offer | {"description": price.text}
    if price.text.startswith("Desde"):
        return offer | {"@type": "AggregateOffer", "lowPrice": price.amount, "priceCurrency": price.currency}
    if price.monthly:
        rate = {"@type": "UnitPriceSpecification", "price": price.amount, "priceCurrency": price.currency}
        return offer | {"priceSpecification": rate | {"unitCode": "MON"}}
    return offer | {"price": price.amount, "priceCurrency": price.currency}


def _square_metres(area: int | None) -> dict[str, Any] | None:
    return None if area is None else {"@type": "QuantitativeValue", "value": area, "unitCode": "MTK"}


def _hydrated(home: Home, similar: Sequence[Home], base: str) -> tuple[str, str]:
    state = {
        "props": {
            "pageProps": {
                "similarListings": [_state(other, base) for other in similar],
                "listing": _state(home, base),
                "site": {"name": "Tecolote Inmuebles", "supportPhone": "800 000 0100"},
            }
        },
        "page": "/inmueble/[slug]",
        "query": {"slug": home.slug},
    }
    return _fill("hydrated.html", _words(home), state=_json(state), former=_former(home)), ""


def _state(home: Home, base: str) -> dict[str, Any]:
    return {
        "id": home.id,
        "url": base + Card(home).path,
        "title": home.title,
        "description": home.description,
        "propertyType": home.kind,
        "operation": home.operation,
        "status": "sold" if home.sold else "active",
        "price": {
            "amount": home.price.amount,
            "currency": home.price.currency,
            "period": "month" if home.price.monthly else None,
            "formatted": home.price.text,
        },
        "bedrooms": home.bedrooms,
        "bathrooms": home.bathrooms,
        "parkingSpaces": home.parking,
        "builtArea": home.built_m2,
        "lotArea": home.lot_m2,
        "location": {
            "address": home.street,
            "neighborhood": home.place.neighborhood,
            "city": home.place.city,
            "state": home.place.state,
            "postalCode": home.place.postal_code,
            "latitude": home.latitude,
            "longitude": home.longitude,
        },
        "amenities": list(home.amenities),
        "images": [{"url": base + photo} for photo in home.photos],
        "agent": {"name": home.agent.name, "phone": home.agent.phone, "email": home.agent.email},
        "agency": {"name": home.agent.agency},
    }


def _labelled(home: Home, similar: Sequence[Home], base: str) -> tuple[str, str]:
    terms = {
        "Clave": home.id,
        "Tipo de inmueble": home.kind,
        "Operación": home.operation,
        "Estatus": home.status,
        "Dirección": home.street,
        "Colonia": home.place.neighborhood,
        "Ciudad": home.place.city,
        "Estado": home.place.state,
        "Código postal": home.place.postal_code,
        "Recámaras": home.bedrooms,
        "Baños": home.bathrooms,
        "Estacionamientos": home.parking,
        "Construcción": _metres(home.built_m2),
        "Terreno": _metres(home.lot_m2),
    }
    rows = "\n".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(str(value))}</dd></div>"
        for label, value in terms.items()
        if value is not None
    )
    graph = {
        "og:type": "website",
        "og:site_name": "Tecolote Inmuebles",
        "og:title": home.title,
        "og:description": home.description,
        "og:url": base + Card(home).path,
        "og:image": base + home.photos[0],
    }
    head = "\n".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in graph.items())
    return _fill("labelled.html", _words(home), terms=rows, **_lists(home)), head


def _card(card: Card) -> str:
    home = card.home
    return _fill(
        "card.html",
        _words(home) | {"path": card.path, "photo": home.photos[0]},
        facts=_items(_facts(home)),
    )


def _words(home: Home) -> dict[str, object]:
    return {
        "id": home.id,
        "title": home.title,
        "price": home.price.text,
        "description": home.description,
        "neighborhood": home.place.neighborhood,
        "city": home.place.city,
        "latitude": home.latitude,
        "longitude": home.longitude,
        "agent": home.agent.name,
        "agency": home.agent.agency,
        "phone": home.agent.phone,
        "dial": home.agent.phone.replace(" ", ""),
        "email": home.agent.email,
    }


def _lists(home: Home) -> dict[str, str]:
    photos = "".join(f'<img src="{escape(photo)}" alt="">' for photo in home.photos)
    return {
        "facts": _items(_facts(home)),
        "amenities": _items(home.amenities),
        "photos": photos,
        "former": _former(home),
    }


def _facts(home: Home) -> list[str]:
    return [
        f"{value} {unit}"
        for value, unit in (
            (home.bedrooms, "recámara" if home.bedrooms == 1 else "recámaras"),
            (home.bathrooms, "baño" if home.bathrooms == 1 else "baños"),
            (home.parking, "estacionamiento" if home.parking == 1 else "estacionamientos"),
            (home.built_m2, "m² de construcción"),
            (home.lot_m2, "m² de terreno"),
        )
        if value is not None
    ]


def _former(home: Home) -> str:
    return (
        f'<p class="antes">Antes <del>{escape(home.former_price.text)}</del></p>' if home.former_price else ""
    )


def _metres(area: int | None) -> str | None:
    return None if area is None else f"{area:,} m²"


def _page_links(page: int, pages: int) -> str:
    links = [
        f'<span aria-current="page">{number}</span>'
        if number == page
        else f'<a href="{index_path(number)}">{number}</a>'
        for number in range(1, pages + 1)
    ]
    if page < pages:
        links.append(f'<a rel="next" href="{index_path(page + 1)}">Siguiente</a>')
    return " ".join(links)


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{_json(value)}</script>\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("</", r"<\/")


def _page(title: str, canonical: str, main: str, head: str = "") -> str:
    return _fill("layout.html", {"title": title, "canonical": canonical}, main=main, head=head)


def _fill(name: str, words: Mapping[str, object], **markup: str) -> str:
    """Fill a template with words, which are escaped, and markup, which is not."""
    escaped = {key: escape(str(word)) for key, word in words.items()}
    return Template(page_text(name)).substitute(escaped, **markup)
