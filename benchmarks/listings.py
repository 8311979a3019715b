"""Invented listings: a portal's two scrapes, every row a pure function of its number.

The second scrape shows 2 % new listings, changes 5 % and misses 1 %, in another order than the first.
Values are as the catalogue keeps them, so that a client which reads no cells lands the same content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

Row = dict[str, Any]

_KINDS: Final = (
    "Casa",
    "Departamento",
    "Terreno",
    "Oficina",
    "Local comercial",
    "Bodega",
    "Villa",
    "Estudio",
)
_TOWNS: Final = (
    ("San Aurelio", "Altamar", 21.137, -101.672), ("Puerto Lindero", "Altamar", 20.656, -105.231),
    ("Villa Cedral", "Sierra Clara", 25.668, -100.309), ("Monte Alegría", "Sierra Clara", 25.421, -101.003),
    ("Río Tinto", "Llano Grande", 19.043, -98.197), ("Santa Orquídea", "Llano Grande", 19.432, -99.133),
    ("Laguna Azul", "Costa Verde", 20.968, -89.624), ("Peñón del Sur", "Costa Verde", 16.854, -99.823),
)  # fmt: skip
_AREAS: Final = ("Jardines", "Lomas", "Bosques", "Paseos", "Colinas", "Rincón", "Prados", "Mirador")
_AFTER: Final = ("del Valle", "de la Sierra", "del Lago", "San Miguel", "la Huerta", "del Parque", "Alameda")
_STREETS: Final = ("Avenida del Sol", "Calle Encino", "Privada Magnolia", "Camino Real", "Calle Obsidiana")
_GIVEN: Final = ("Inés", "Tomás", "Renata", "Bruno", "Camila", "Andrés", "Julia", "Emilio", "Nadia", "Óscar")
_FAMILY: Final = ("Arriaga", "Bermúdez", "Cisneros", "Durán", "Escamilla", "Fuentes", "Galindo", "Ibarra")
_LOOKS: Final = (
    "luminosa",
    "amplia",
    "recién remodelada",
    "tranquila",
    "con vista abierta",
    "lista para habitar",
)
_ROOMS: Final = ("una cocina integral", "dos terrazas", "un estudio", "jardín privado", "cuarto de lavado",
                 "bodega propia", "vestidor en la recámara principal")  # fmt: skip
_NEAR: Final = ("del parque central", "de dos escuelas", "del mercado", "de la estación", "de la universidad")
_AMENITIES: Final = ("alberca", "asador", "cancha", "cisterna", "elevador", "gimnasio", "jardín", "ludoteca",
                     "roof garden", "salón de usos", "vigilancia")  # fmt: skip
_FEATURES: Final = (
    "aire acondicionado",
    "calefacción",
    "chimenea",
    "clósets",
    "cocina equipada",
    "persianas",
)
_CENT: Final = Decimal("0.01")
_MICRO_DEGREE: Final = Decimal("0.000001")
_FIRST_DAY: Final = date(2026, 1, 1)


class _Dice:
    """Numbers drawn one after the other from the hash of a row's number."""

    def __init__(self, number: int) -> None:
        self._left = int.from_bytes(blake2b(number.to_bytes(8, "big")).digest(), "big")

    def roll(self, sides: int) -> int:
        self._left, drawn = divmod(self._left, sides)
        return drawn

    def pick(self, options: tuple[Any, ...]) -> Any:
        return options[self.roll(len(options))]


def listing(number: int) -> Row:
    """The listing of that number, as the first scrape shows it."""
    dice = _Dice(number)
    kind, (town, state, north, east) = dice.pick(_KINDS), dice.pick(_TOWNS)
    area, beds = 45 + dice.roll(380), 1 + dice.roll(5)
    for_rent = dice.roll(4) == 0
    price = area * (90 + dice.roll(210)) if for_rent else area * (11_000 + dice.roll(31_000))
    place = f"{dice.pick(_AREAS)} {dice.pick(_AFTER)}"
    given, family = dice.pick(_GIVEN), dice.pick(_FAMILY)
    pictures = f"https://img.portal.example/{number:08x}"
    identity = f"PX-{number:07d}-{dice.roll(0xFFFF):04x}"
    row = {
        "property_id": identity,
        "title": f"{kind} en {'renta' if for_rent else 'venta'} en {place}, {town}: {beds} rec, {area} m²",
        "description": " ".join(_sentence(dice, kind) for _ in range(5)),
        "property_type": kind,
        "operation_type": "rent" if for_rent else "sale",
        "address": f"{dice.pick(_STREETS)} {1 + dice.roll(2400)}",
        "neighborhood": place,
        "city": town,
        "state": state,
        "postal_code": f"{10_000 + dice.roll(89_999)}",
        "latitude": Decimal(str(north)) + dice.roll(90_000) * _MICRO_DEGREE,
        "longitude": Decimal(str(east)) + dice.roll(90_000) * _MICRO_DEGREE,
        "price": Decimal(price) + dice.roll(4) * 25 * _CENT,
        "currency": "MXN",
        "bedrooms": beds,
        "bathrooms": 1 + dice.roll(4),
        "half_bathrooms": dice.roll(2),
        "parking_spaces": dice.roll(4),
        "total_area_m2": Decimal(area),
        "covered_area_m2": Decimal(area * 83) * _CENT,
        "lot_size_m2": Decimal(area * 121) * _CENT,
        "floor_number": dice.roll(18) if dice.roll(2) else None,
        "total_floors": 1 + dice.roll(24),
        "age_years": dice.roll(45),
        "construction_year": 1975 + dice.roll(50),
        "features": {dice.pick(_FEATURES): True, "orientación": dice.pick(("norte", "sur", "oriente"))},
        "amenities": sorted({dice.pick(_AMENITIES) for _ in range(4)}),
        "main_image_url": f"{pictures}/0.jpg",
        "image_urls": [f"{pictures}/{picture}.jpg" for picture in range(1, 3 + dice.roll(4))],
        "agent_name": f"{given} {family}",
        "agent_phone": f"+5233{10_000_000 + dice.roll(80_000_000)}",
        "agent_email": f"ventas{dice.roll(900)}@agencia{dice.roll(60)}.example.com",
        "agency_name": f"Inmobiliaria {family} {dice.roll(60)}",
        "is_featured": dice.roll(8) == 0,
        "is_premium": dice.roll(20) == 0,
        "source_url": f"https://www.portal.example/p/{identity}.html",
        "listing_date": _FIRST_DAY + timedelta(days=dice.roll(300)),
    }
    if dice.roll(8) == 0:
        row["virtual_tour_url"] = f"https://tour.portal.example/{number:08x}"
    return row


def _sentence(dice: _Dice, kind: str) -> str:
    look, room, minutes = dice.pick(_LOOKS), dice.pick(_ROOMS), 2 + dice.roll(18)
    return f"{kind} {look}, con {room}, a {minutes} minutos {dice.pick(_NEAR)}."


def _cut_price(row: Row) -> None:
    row["price"] = (row["price"] * Decimal("0.95")).quantize(_CENT)


_CHANGES: Final[tuple[tuple[tuple[str, ...], Callable[[Row], None]], ...]] = (
    (("price",), _cut_price),
    (("price",), _cut_price),
    (("title",), lambda row: row.update(title=row["title"] + " ¡Oportunidad!")),
    (
        ("agent_name", "agent_phone"),
        lambda row: row.update(
            agent_name=row["agent_name"] + " Luna", agent_phone="+5255" + row["agent_phone"][5:]
        ),
    ),
    (("amenities",), lambda row: row.update(amenities=[*row["amenities"], "acepta mascotas"])),
)
"""What happens to a changed listing: the fields that change, and how."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sync of the second scrape must find."""

    rows: int
    new: int
    changed: int
    changed_fields: int
    gone: int


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal of so many listings on the first day; a multiple of 100 makes the shares exact."""

    size: int

    def first_scrape(self) -> Iterator[Row]:
        return map(listing, range(self.size))

    def second_scrape(self) -> Iterator[Row]:
        """The same portal later, its rows in an order of their own."""
        total = self.size + self.new
        stride = next(step for step in (7_368_787, 7_368_791) if total % step)  # primes: every row once
        for turn in range(total):
            number = turn * stride % total
            if number >= self.size:
                yield listing(number)
            elif not _is_gone(number):
                row = listing(number)
                if (change := _change_of(number)) is not None:
                    change[1](row)
                yield row

    def later_scrape(self, turn: int) -> Iterator[Row]:
        """The first scrape's listings; each turn changes the price of another 5 %, and keeps earlier ones."""
        raises = [
            max((past for past in range(1, turn + 1) if (lot + 5 * past) % 100 < 5), default=0)
            for lot in range(100)
        ]
        for number in range(self.size):
            row = listing(number)
            row["price"] += raises[_lot(number)]
            yield row

    @property
    def new(self) -> int:
        return self.size * 2 // 100

    def expected(self) -> Expected:
        changes = [change for number in range(self.size) if (change := _change_of(number)) is not None]
        gone = sum(map(_is_gone, range(self.size)))
        return Expected(
            rows=self.size + self.new - gone,
            new=self.new,
            changed=len(changes),
            changed_fields=sum(len(fields) for fields, _ in changes),
            gone=gone,
        )


def _lot(number: int) -> int:
    """Deals every hundred listings the lots 0 … 99, scattered."""
    return number * 37 % 100


def _is_gone(number: int) -> bool:
    return _lot(number) == 0


def _change_of(number: int) -> tuple[tuple[str, ...], Callable[[Row], None]] | None:
    return _CHANGES[(number // 100) % len(_CHANGES)] if 1 <= _lot(number) <= 5 else None
