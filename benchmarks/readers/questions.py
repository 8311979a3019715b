"""The ten questions: how each is asked by the HTTP API, and the plain SQL whose answer is the right one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Arguments = dict[str, Any]

_ACTIVE: Final = "select l.id::text from public.properties_live l where l.status = 'active' and "
_NEWEST: Final = " order by l.first_seen_at desc, l.id desc limit 20"


@dataclass(frozen=True, slots=True)
class Question:
    """A function for readers, the arguments it is called with in turn, and how its answer is checked.

    `sql` is asked with `arguments`, `{name}` being their values as literals; it gives what `answered` makes
    of the rows. With `unordered` the rows may come in another order among those of one moment.
    """

    name: str
    function: str
    calls: tuple[Arguments, ...]
    sql: str
    fields: tuple[str, ...] = ("id",)
    role: str = "anon"


QUESTIONS: Final = (
    Question(
        "words",
        "search_listings",
        tuple(
            {"words": words}
            for words in (
                "casa",
                "habitacion alberca",
                "departamento playa gimnasio",
                '"casa en venta" -alberca',
                "pinuioin OR balcon",
                "banos luminosa cancun",
                "{rare}",
                "{rare} casa",
            )
        ),
        "select l.id::text from public.properties_live l join public.sources f on f.name = l.source"
        " where l.status = 'active'"
        " and l.search_vector @@ property_manager.search_query(f.language::regconfig, {words})" + _NEWEST,
    ),
    Question(
        "place",
        "search_listings",
        tuple({"city": city} for city in ("Mérida", "ciudad de mexico", "{city}", "{village}", "nowhere")),
        _ACTIVE + "property_manager.plain(l.city) = property_manager.plain({city})" + _NEWEST,
    ),
    Question(
        "price range",
        "search_listings",
        tuple(
            {"currency": currency, "price_min": low, "price_max": high, "sort": "cheapest"}
            for currency, low, high in (
                ("MXN", 1_000_000, 5_000_000),
                ("MXN", 2_000_000, 2_010_000),
                ("USD", 100_000, 900_000),
                ("MXN", 9_000, 12_000),
            )
        ),
        _ACTIVE + "l.currency = {currency} and l.price between {price_min} and {price_max}"
        " order by l.price, l.id limit 20",
    ),
    Question(
        "newest",
        "search_listings",
        ({}, {"property_type": "casa", "operation_type": "rent"}, {"source": "homes"}),
        "select l.id::text from public.properties_live l where l.status = 'active'"
        " and ({property_type} is null or lower(l.property_type) = {property_type})"
        " and ({operation_type} is null or l.operation_type = {operation_type})"
        " and ({source} is null or l.source = {source})" + _NEWEST,
    ),
    Question(
        "changed since",
        "changed_listings",
        tuple(
            {"since": since}
            for since in ("2024-11-30", "2025-06-01", "2026-03-05", "2026-10-24", "2026-12-01")
        ),
        "select l.id::text from public.properties_live l"
        " join property_manager.change_sets s on s.id = l.change_set_id"
        " where l.status = 'active' and s.committed_at > {since} order by s.position, l.id limit 20",
    ),
    Question(
        "last seen",
        "recently_seen",
        ({}, {"source": "agencia"}, {"source": "homes", "page_size": 20}),
        "select e.seen from (select public.last_seen_at(l) as seen from public.properties_live l"
        " where l.status = 'active' and ({source} is null or l.source = {source})) e"
        " order by 1 desc limit 20",
        fields=("last_seen_at",),
    ),
    Question(
        "one listing with its history",
        "listing_with_history",
        tuple({"id": identity} for identity in ("{listing}", "{changed}", "{removed}")),
        "select l.id::text || ' ' || (select count(*) from public.property_changes c"
        " where c.listing_id = l.id) from public.properties_live l where l.id = {id}",
        role="authenticated",
    ),
    Question(
        "a part of the map",
        "search_listings",
        tuple(
            {"south": south, "west": west, "side": side}
            for south, west, side in (
                ("{south}", "{west}", 0.02),
                ("{south}", "{west}", 0.2),
                (18, -100, 2),
                (14, -118, 20),
                (40, 10, 1),
            )
        ),
        _ACTIVE
        + "l.latitude between {south} and {north} and l.longitude between {west} and {east}"
        + _NEWEST,
    ),
    Question(
        "statistics",
        "market_statistics",
        ({}, {"city": "Mérida"}, {"city": "{city}", "operation_type": "rent"}),
        "select l.property_type, l.operation_type, l.currency, count(*), count(l.price),"
        " round(avg(l.price), 2)"
        " from public.properties_live l where l.status = 'active' and ({city} is null or l.city = {city})"
        " and ({operation_type} is null or l.operation_type = {operation_type})"
        " group by 1, 2, 3 order by 4 desc, 1, 2, 3",
        fields=("property_type", "operation_type", "currency", "listings", "priced", "average_price"),
    ),
    Question(
        "count by city",
        "listings_by_city",
        ({"page_size": 20}, {"page_size": 100}),
        "select l.city, count(*) from public.properties_live l where l.status = 'active' and l.city <> ''"
        " group by 1 order by 2 desc, 1 limit {page_size}",
        fields=("city", "listings"),
    ),
)
