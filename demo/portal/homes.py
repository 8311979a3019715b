"""The 67 invented homes of the sample portal, the same on every run."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

HOMES: Final = 67
RESIDENTIAL: Final = frozenset({"Casa", "Departamento", "Casa en condominio"})


class Style(StrEnum):
    """How a detail page carries its facts; the value names its template."""

    STRUCTURED = "structured"  # schema.org JSON-LD
    HYDRATED = "hydrated"  # the page's state as JSON, for a script to render
    LABELLED = "labelled"  # Spanish labels in plain HTML, OpenGraph in the head


class Wording(StrEnum):
    """How a price is written."""

    PLAIN = "plain"
    FROM = "from"
    MILLIONS = "millions"
    ON_REQUEST = "on request"


@dataclass(frozen=True, slots=True)
class Price:
    """An asking price and its wording."""

    amount: int | None
    currency: str = "MXN"
    monthly: bool = False
    wording: Wording = Wording.PLAIN

    @property
    def text(self) -> str:
        if self.amount is None:
            return "Precio a consultar"
        if self.wording is Wording.MILLIONS:
            return f"${self.amount / 1_000_000:g} MDP"
        money = f"US$ {self.amount:,}" if self.currency == "USD" else f"${self.amount:,} MXN"
        start = "Desde " if self.wording is Wording.FROM else ""
        return f"{start}{money}{' / mes' if self.monthly else ''}"


@dataclass(frozen=True, slots=True)
class Location:
    """A neighbourhood, its centre and the area code its phones have."""

    neighborhood: str
    city: str
    state: str
    postal_code: str
    latitude: float
    longitude: float
    area_code: str


@dataclass(frozen=True, slots=True)
class Agent:
    """The agent of a home. The numbers start with 000, which no Mexican exchange has."""

    name: str
    agency: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Home:
    """One listing as the portal's database would hold it."""

    id: str
    style: Style
    kind: str
    operation: str
    title: str
    description: str
    price: Price
    place: Location
    street: str
    latitude: float
    longitude: float
    bedrooms: int | None
    bathrooms: int | None
    parking: int | None
    built_m2: int | None
    lot_m2: int | None
    amenities: tuple[str, ...]
    photos: tuple[str, ...]
    agent: Agent
    sold: bool = False
    former_price: Price | None = None

    @property
    def slug(self) -> str:
        return f"{_ascii(f'{self.kind} {self.operation} {self.place.neighborhood}')}-{self.id}"

    @property
    def status(self) -> str:
        return "Vendida" if self.sold else "Disponible"


_LOCATIONS: Final = (
    Location("Temozón Norte", "Mérida", "Yucatán", "97302", 21.0641, -89.6092, "999"),
    Location("Puerta de Hierro", "Zapopan", "Jalisco", "45116", 20.7098, -103.4174, "33"),
    Location("Juriquilla", "Querétaro", "Querétaro", "76226", 20.7121, -100.4463, "442"),
    Location("Narvarte Poniente", "Benito Juárez", "Ciudad de México", "03020", 19.3965, -99.1546, "55"),
    Location("Cholul", "Mérida", "Yucatán", "97305", 21.0391, -89.5543, "999"),
    Location("Del Valle", "San Pedro Garza García", "Nuevo León", "66220", 25.6549, -100.3674, "81"),
    Location("Ejidal", "Playa del Carmen", "Quintana Roo", "77712", 20.6412, -87.0859, "984"),
    Location("Ciudad del Sol", "Zapopan", "Jalisco", "45050", 20.6497, -103.4089, "33"),
    Location("Altabrisa", "Mérida", "Yucatán", "97130", 21.0177, -89.5847, "999"),
    Location("Milenio III", "Querétaro", "Querétaro", "76060", 20.5946, -100.3471, "442"),
    Location("Del Valle Centro", "Benito Juárez", "Ciudad de México", "03100", 19.3801, -99.1683, "55"),
)
_KINDS: Final = (
    "Casa", "Departamento", "Casa en condominio", "Terreno", "Departamento", "Casa", "Oficina",
)  # fmt: skip
_STREETS: Final = (
    "Calle de los Laureles", "Avenida Tres Ceibas", "Privada Colibrí", "Calle Jacarandas",
    "Circuito del Jaguar", "Calle Barro Negro", "Avenida de la Cantera", "Cerrada Bugambilias",
)  # fmt: skip
_CHARMS: Final = (
    "con patio de naranjos", "a dos calles del parque", "con árboles grandes", "frente a la plaza",
    "en esquina", "con luz de la mañana", "con entrada amplia", "con vista abierta", "en calle cerrada",
)  # fmt: skip
_REMARKS: Final = (
    "Espacios amplios, ventilación cruzada y acabados de piedra de la región.",
    "A cinco minutos de escuelas, mercado y parada de autobús.",
    "Escrituras al corriente; se acepta crédito bancario e Infonavit.",
    "Cisterna, tinaco e instalación lista para paneles solares.",
    "La cuota de mantenimiento es de $1,850 mensuales y se paga aparte.",
)
_AMENITIES: Final = (
    "Alberca", "Cocina integral", "Cuarto de lavado", "Jardín", "Bodega", "Elevador", "Terraza",
    "Asador", "Gimnasio", "Vigilancia 24 horas", "Aire acondicionado", "Área de juegos", "Roof garden",
)  # fmt: skip
_AGENTS: Final = (
    ("Ximena Pool Ceballos", "Tres Ceibas Bienes Raíces", "tresceibas.example"),
    ("Rodrigo Arámbula Nieto", "Casa Obsidiana", "casaobsidiana.example"),
    ("Itzel Cocom Baeza", "Tres Ceibas Bienes Raíces", "tresceibas.example"),
    ("Fermín Ugalde Rosas", "Cantera y Cal", "canteraycal.example"),
    ("Paulina Olvera Luján", "Cumbre Inmuebles", "cumbreinmuebles.example"),
)


@cache
def homes() -> tuple[Home, ...]:
    """Return every home as it is first offered, oldest first."""
    return tuple(_home(number) for number in range(HOMES))


def _home(n: int) -> Home:
    # The strides share no factor with the tables' lengths, so styles, places and kinds mix.
    place = _LOCATIONS[n % len(_LOCATIONS)]
    kind = _KINDS[(n * 3 + n // 7) % len(_KINDS)]
    rent = n % 4 == 3 and kind != "Terreno"
    built = None if kind == "Terreno" else 62 + (n * 37) % 211
    bedrooms = max(1, built // 60) if built and kind in RESIDENTIAL else None
    identity = f"TK-{1001 + n}"
    return Home(
        id=identity,
        style=tuple(Style)[n % 3],
        kind=kind,
        operation="Renta" if rent else "Venta",
        title=f"{kind} en {'renta' if rent else 'venta'} {_CHARMS[n % len(_CHARMS)]}, {place.neighborhood}",
        description=" ".join(_REMARKS[(n + step) % len(_REMARKS)] for step in range(3)),
        price=_price(n, kind, rent=rent),
        place=place,
        street=f"{_STREETS[(n * 3) % len(_STREETS)]} {100 + n * 7}",
        latitude=round(place.latitude + (n % 13 - 6) * 0.0011, 6),
        longitude=round(place.longitude + (n % 17 - 8) * 0.0013, 6),
        bedrooms=bedrooms,
        bathrooms=None if kind == "Terreno" else 1 + (bedrooms or n % 3) // 2,
        parking=None if kind == "Terreno" else 1 + n % 3,
        built_m2=built,
        lot_m2=240 + (n * 53) % 409 if kind in {"Casa", "Casa en condominio", "Terreno"} else None,
        amenities=tuple(sorted({_AMENITIES[(n * 2 + step * 5) % len(_AMENITIES)] for step in range(4)})),
        photos=tuple(f"/fotos/{identity}/{shot}.jpg" for shot in range(1, 4 + n % 3)),
        agent=_agent(n, place),
    )


def _price(n: int, kind: str, *, rent: bool) -> Price:
    step = n * 41 % 97  # no two homes ask the same
    if n % 16 == 9:
        return Price(None, monthly=rent, wording=Wording.ON_REQUEST)
    if rent and kind == "Oficina":
        return Price(900 + step * 60, "USD", monthly=True)
    if rent:
        return Price(9_500 + step * 350, monthly=True)
    if kind == "Terreno":
        return Price(650_000 + step * 18_000, wording=Wording.FROM)
    return Price(1_850_000 + step * 65_000, wording=Wording.MILLIONS if n % 9 == 4 else Wording.PLAIN)


def _agent(n: int, place: Location) -> Agent:
    name, agency, host = _AGENTS[n % len(_AGENTS)]
    exchange = "000" if len(place.area_code) == 3 else "0000"
    phone = f"{place.area_code} {exchange} {2000 + n % len(_AGENTS) * 111}"
    return Agent(name, agency, phone, f"{_ascii(name.split()[0])}@{host}")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
