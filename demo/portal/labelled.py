"""Renders detail pages with Spanish labels, and OpenGraph in the head."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from demo.portal.days import Card
from demo.portal.homes import Home
from demo.portal.templates import fill, lists_of, words_of


def labelled(home: Home, _: Sequence[Home], base: str) -> tuple[str, str]:
    """The page's main part and head."""
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
    return fill("labelled.html", words_of(home), terms=rows, **lists_of(home)), head


def _metres(area: int | None) -> str | None:
    return None if area is None else f"{area:,} m²"
