"""Listings are searched by a function: it finds what plain SQL finds and shows what its caller may see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from tests.catalogue import Catalogue, home, homes, without
from tests.sql.asking import ask, call, pages
from tests.sql.test_search import SPELLINGS, spelled
from tests.tables import rows as each_of

FILL = """
insert into public.sources (name, language, facts)
values ('acme', 'spanish', '{}'), ('homes', 'english', '{}');
insert into public.properties_live (source, property_id, title, city, neighborhood, property_type,
  operation_type, bedrooms, price, currency, latitude, longitude, source_url, change_set_id, status,
  first_seen_at, search_vector)
select f.name, 'A-' || n, 'Casa ' || n, k.city, 'Área ' || n % 700, (array['house', 'flat'])[1 + n % 2],
  (array['sale', 'rent'])[1 + n % 3 % 2], n % 6, case when n % 11 > 0 then 100000 + n * 7919 % 900000 end,
  (array['MXN', 'USD'])[1 + (n % 5) / 4], 15 + n * 31 % 1000 / 100.0, -100 + n * 17 % 997 / 100.0,
  'https://acme.example/' || n, 1, case when n % 4 > 0 then 'active' else 'removed' end,
  timestamptz '2026-01-01' - n / 50 * interval '1 minute',
  property_manager.search_words(f.language::regconfig, concat_ws(' ', 'casa', 'Área ' || n % 700, k.city,
    case when n % 30 = 0 then 'jardines' end, case when n % 300 = 1 then 'albercas' end,
    case when n > 8700 then 'antigua' end, case when n in (11, 8999) then 'única' end))
from generate_series(1, 9000) n
join public.sources f on f.name = case when n % 7 > 0 then 'acme' else 'homes' end
cross join lateral (select case when n % 3 = 0 then 'Mérida' when n % 3 = 1 then 'MERIDA'
  else 'Pueblo ' || n % 900 end as city) k;
analyze;
"""
PLAIN = """
select l.id from public.properties_live l join public.sources f on f.name = l.source
where l.status = 'active' and {condition} order by {order}
"""
NEWEST = "l.first_seen_at desc, l.id desc"


def words(text: str) -> str:
    return f"l.search_vector @@ property_manager.search_query(f.language::regconfig, '{text}')"


QUESTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "everything": ({}, "true", NEWEST),
    "a word of all": ({"words": "casas"}, words("casas"), NEWEST),
    "a word of some": ({"words": "jardin"}, words("jardin"), NEWEST),
    "a word of few": ({"words": "alberca"}, words("alberca"), NEWEST),
    "a word of old ones": ({"words": "antigua"}, words("antigua"), NEWEST),
    "a word of two": ({"words": "única"}, words("única"), NEWEST),
    "a word of none": ({"words": "castillo"}, words("castillo"), NEWEST),
    "words to leave out": ({"words": "casa -jardin"}, words("casa -jardin"), NEWEST),
    "nothing but a word to leave out": ({"words": "-jardin"}, words("-jardin"), NEWEST),
    "a city in each spelling": ({"city": "merida"}, "l.city in ('Mérida', 'MERIDA')", NEWEST),
    "a village": ({"city": "Pueblo 5"}, "l.city = 'Pueblo 5'", NEWEST),
    "a neighbourhood": ({"neighborhood": "area 77"}, "l.neighborhood = 'Área 77'", NEWEST),
    "a word in a city": (
        {"words": "alberca", "city": "Mérida"},
        f"l.city in ('Mérida', 'MERIDA') and {words('alberca')}",
        NEWEST,
    ),
    "the cheapest": (
        {"currency": "MXN", "sort": "cheapest"},
        "l.currency = 'MXN' and l.price > 0",
        "l.price, l.id",
    ),
    "the dearest in a range": (
        {"currency": "usd", "price_min": Decimal(200_000), "price_max": Decimal(700_000), "sort": "dearest"},
        "l.currency = 'USD' and l.price between 200000 and 700000",
        "l.price desc, l.id desc",
    ),
    "the newest in a range": (
        {"currency": "MXN", "price_min": Decimal(100_000), "price_max": Decimal(101_000)},
        "l.currency = 'MXN' and l.price between 100000 and 101000",
        NEWEST,
    ),
    "a kind": (
        {"property_type": "House", "operation_type": "rent", "bedrooms_min": 4, "source": "homes"},
        "l.property_type = 'house' and l.operation_type = 'rent' and l.bedrooms >= 4 and l.source = 'homes'",
        NEWEST,
    ),
    "a part of the map": (
        {"south": Decimal("20.01"), "north": Decimal("20.5"), "west": Decimal(-99), "east": Decimal(-97)},
        "l.latitude between 20.01 and 20.5 and l.longitude between -99 and -97",
        NEWEST,
    ),
}


@pytest.fixture
async def filled(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Listings of two sources in two languages, many seen first at one moment."""
    await superuser.execute(FILL)
    return superuser


@each_of("question", QUESTIONS)
async def test_a_search_finds_what_plain_sql_finds_page_by_page(
    filled: asyncpg.Connection, question: str
) -> None:
    """The first five pages have each listing once, in order; a page that is not full is the last."""
    arguments, condition, order = QUESTIONS[question]
    right = [row["id"] for row in await filled.fetch(PLAIN.format(condition=condition, order=order))]
    found: list[Any] = []
    after = None
    for _ in range(5):
        page = await call(filled, "search_listings", page_size=7, after=after, **arguments)
        found += [row["id"] for row in page]
        if len(page) < 7:
            break
        after = page[-1]["cursor"]

    assert found == right[:35]


@pytest.mark.parametrize("language", SPELLINGS)
async def test_a_visitor_finds_each_spelling_of_a_word_by_every_other(
    catalogue: Catalogue, language: str
) -> None:
    """With accents, without them, singular and plural."""
    for spellings, listings in await spelled(catalogue, language):
        for word in spellings:
            rows = await call(catalogue.superuser, "search_listings", words=word)
            assert sorted(row["property_id"] for row in rows) == listings, word


async def test_words_are_read_in_the_language_of_each_source(catalogue: Catalogue) -> None:
    """In Spanish `luminosa` finds `luminoso`; an English source knows no such forms."""
    other = await catalogue.beside("other")
    await other.register(language="english")
    await catalogue.run([home(1, title="Loft luminoso", description=None)])
    await other.run([home(2, title="Loft luminoso", description=None)])

    found = await call(catalogue.superuser, "search_listings", words="luminosa")
    assert [row["source"] for row in found] == ["acme"]


async def test_a_part_of_the_map_may_lie_across_the_180th_meridian(catalogue: Catalogue) -> None:
    """There west is greater than east."""
    await catalogue.run([home(n, longitude=east) for n, east in enumerate((179.5, -179.5, 0, 178), 1)])
    found = await call(
        catalogue.superuser,
        "search_listings",
        **{side: Decimal(at) for side, at in {"south": 20, "north": 21, "west": 179, "east": -179}.items()},
    )
    assert {row["property_id"] for row in found} == {"A-1", "A-2"}


async def test_a_listing_without_a_price_is_in_no_range_and_in_no_order_by_price(
    catalogue: Catalogue,
) -> None:
    await catalogue.run([home(1), without(home(2), "price")])
    assert len(await call(catalogue.superuser, "search_listings")) == 2
    assert len(await call(catalogue.superuser, "search_listings", currency="MXN", sort="cheapest")) == 1


async def test_visitors_find_what_is_active_and_users_the_rest_by_its_status(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.run(homes(2), day=1)
    conn = catalogue.superuser

    for role in ("anon", "authenticated", "service_role"):
        assert len(await call(conn, "search_listings", role=role)) == 2
    assert len(await call(conn, "search_listings", role="authenticated", status="inactive")) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="visitors see listings that are active"):
        await call(conn, "search_listings", status="inactive")


async def test_a_page_shows_no_contact(catalogue: Catalogue) -> None:
    """Also of a source that permits them: a page of listings has no such column."""
    await catalogue.register(public_contacts=True)
    await catalogue.run(homes(1, agent_name="Ana Planted", agent_phone="+525512345678"))
    (row,) = await call(catalogue.superuser, "search_listings")
    assert "Planted" not in str(row) and "5512345678" not in str(row)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"page_size": 0}, "a page has 1 to 100 rows"),
    ({"page_size": 101}, "a page has 1 to 100 rows"),
    ({"page_size": None}, "a page has 1 to 100 rows"),
    ({"sort": "best"}, "sort is best, not newest, cheapest or dearest"),
    ({"sort": None}, "sort is null"),
    ({"sort": "cheapest"}, "prices of different currencies are not compared"),
    ({"price_max": Decimal(5)}, "prices of different currencies are not compared"),
    ({"south": Decimal(5)}, "a part of the map has four sides"),
    ({"status": "sold"}, "status is sold, not active, inactive or removed"),
    ({"status": None}, "status is null"),
    ({"words": "x" * 201}, "at most 200 are searched for"),
    ({"after": "x"}, "after is no cursor"),
    ({"after": ""}, "after is no cursor"),
    ({"after": "WyJuZXdlc3QiXQ"}, "after is no cursor"),
    ({"after": "bnVsbA"}, "after is no cursor"),
    ({"after": "é" * 9}, "after is no cursor"),
]


@each_of(("arguments", "said"), REFUSED)
async def test_a_search_without_a_right_answer_is_refused(
    superuser: asyncpg.Connection, arguments: dict[str, Any], said: str
) -> None:
    """The error says what is wrong with it, by one code."""
    with pytest.raises(asyncpg.PostgresError, match=said) as refusal:
        await call(superuser, "search_listings", **arguments)
    assert refusal.value.sqlstate == "PMUSE"


async def test_a_cursor_of_another_order_is_refused(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    (row,) = await call(catalogue.superuser, "search_listings", page_size=1)
    for function, others in {
        "search_listings": {"sort": "cheapest", "currency": "MXN"},
        "recently_seen": {},
    }.items():
        with pytest.raises(asyncpg.PostgresError, match="after is no cursor"):
            await call(catalogue.superuser, function, after=row["cursor"], **others)


@pytest.fixture
async def two_homes(catalogue: Catalogue) -> asyncpg.Connection:
    await catalogue.run(homes(2))
    return catalogue.superuser


@each_of("value", ["' or true --", "%L", "$7", "\\'; select 1; --", "{}", "(", "<->", "a:*"])
async def test_what_a_reader_types_is_never_read_as_sql(two_homes: asyncpg.Connection, value: str) -> None:
    """Neither quotes nor what format and tsquery have as signs."""
    for name in ("city", "neighborhood", "property_type", "operation_type", "source", "words"):
        assert await call(two_homes, "search_listings", **{name: value}) == [], name
    assert await call(two_homes, "search_listings", currency=value, sort="cheapest") == []


async def test_every_page_continues_in_any_time_zone(catalogue: Catalogue) -> None:
    """A cursor means the same moment to a session that shows dates otherwise."""
    await catalogue.run(homes(5))
    (first, *rest) = await pages(catalogue.superuser, "search_listings", 5)
    await catalogue.superuser.execute("set timezone = 'Asia/Tokyo'; set datestyle = 'german'")
    after = await ask(
        catalogue.superuser, "anon", "select id from public.search_listings(after => $1)", first["cursor"]
    )
    assert [row["id"] for row in after] == [row["id"] for row in rest]
