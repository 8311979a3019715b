"""Renders detail pages whose facts are JSON state for a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.portal.days import Card
from demo.portal.homes import Home
from demo.portal.templates import fill, former_price, json_text, words_of


def hydrated(home: Home, similar: Sequence[Home], base: str) -> tuple[str, str]:
    """The page's main part and head."""
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
    return fill("hydrated.html", words_of(home), state=json_text(state), former=former_price(home)), ""


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
