"""Fills the templates of the `pages` folder with a home's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib import resources
from string import Template

from demo.portal.homes import Home


@cache
def page_text(name: str) -> str:
    """A file of the `pages` folder."""
    return (resources.files(__package__) / "pages" / name).read_text(encoding="utf-8")


def fill(name: str, words: Mapping[str, object], **markup: str) -> str:
    """Fill a template with words, which are escaped, and markup, which is not."""
    escaped = {key: escape(str(word)) for key, word in words.items()}
    return Template(page_text(name)).substitute(escaped, **markup)


def words_of(home: Home) -> dict[str, object]:
    """What the templates call a home's facts."""
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


def lists_of(home: Home) -> dict[str, str]:
    """A home's lists as markup."""
    photos = "".join(f'<img src="{escape(photo)}" alt="">' for photo in home.photos)
    return {
        "facts": items(facts_of(home)),
        "amenities": items(home.amenities),
        "photos": photos,
        "former": former_price(home),
    }


def facts_of(home: Home) -> list[str]:
    """Rooms and areas in words, those that the home has."""
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


def former_price(home: Home) -> str:
    """The price before the last cut, struck out."""
    return (
        f'<p class="antes">Antes <del>{escape(home.former_price.text)}</del></p>' if home.former_price else ""
    )


def items(texts: Iterable[str]) -> str:
    """List items."""
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def json_text(value: object) -> str:
    """JSON that can stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", r"<\/")
