"""Renders detail pages with schema.org JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from demo.portal.days import Card
from demo.portal.homes import Agent, Home
from demo.portal.templates import fill, json_text, lists_of, words_of

_SCHEMA_TYPES: Final = {
    "Casa": "SingleFamilyResidence",
    "Casa en condominio": "House",
    "Departamento": "Apartment",
}


def structured(home: Home, similar: Sequence[Home], base: str) -> tuple[str, str]:
    """The page's main part and head."""
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
    main = fill(
        "structured.html",
        words_of(home) | {"address": f"{home.street}, {home.place.neighborhood}, {home.place.city}"},
        **lists_of(home),
    )
    return main, _json_ld(graph) + _json_ld(others)


def _schema(home: Home, base: str) -> dict[str, Any]:
    return {
        "@type": "RealEstateListing",
        "identifier": home.id,
        "url": base + Card(home).path,
        "name": home.title,
        "description": home.description,
        "image": [base + photo for photo in home.photos],
        "mainEntity": _residence(home),
        "offers": _offer(home),
        "provider": _agent(home.agent),
    }


def _residence(home: Home) -> dict[str, Any]:
    facts = {
        "@type": _SCHEMA_TYPES.get(home.kind, "Place"),
        "accommodationCategory": home.kind,
        "address": _address(home),
        "geo": {"@type": "GeoCoordinates", "latitude": home.latitude, "longitude": home.longitude},
        "numberOfBedrooms": home.bedrooms,
        "numberOfBathroomsTotal": home.bathrooms,
        "floorSize": _square_metres(home.built_m2),
        "lotSize": _square_metres(home.lot_m2),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": name, "value": True} for name in home.amenities
        ],
    }
    return {key: value for key, value in facts.items() if value is not None}


def _address(home: Home) -> dict[str, Any]:
    return {
        "@type": "PostalAddress",
        "streetAddress": home.street,
        "addressLocality": home.place.city,
        "addressRegion": home.place.state,
        "postalCode": home.place.postal_code,
        "addressCountry": "MX",
    }


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "@type": "RealEstateAgent",
        "name": agent.name,
        "telephone": agent.phone,
        "email": agent.email,
        "parentOrganization": {"@type": "Organization", "name": agent.agency},
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


def _json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json_text(value)}</script>\n'
