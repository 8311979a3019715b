"""Search finds a listing by its words in the singular and plural, typed with or without accents."""

from __future__ import annotations

import itertools

import asyncpg
import pytest

from database import migrate as migrating
from database.migrate import migrate
from tests.catalogue import Catalogue, home, homes
from tests.servers import Server

SPELLINGS = {
    "spanish": [
        ("habitación", "habitaciones", "habitacion", "HABITACIONES"),
        ("México", "Mexico", "MEXICO"),
        ("baño", "baños", "bano", "banos"),
        ("garantía", "garantías", "garantia", "garantias"),
        ("almacén", "almacenes", "almacen"),
        ("recámara", "recámaras", "recamara", "recamaras"),
    ],
    "portuguese": [
        ("habitação", "habitações", "habitacao", "habitacoes"),
        ("imóvel", "imóveis", "imovel", "imoveis"),
        ("área", "áreas", "area", "areas"),
        ("jardim", "jardins"),
    ],
    "catalan": [("habitació", "habitacions", "habitacio"), ("jardí", "jardins", "jardi")],
    "french": [("propriété", "propriétés", "propriete", "proprietes"), ("étage", "étages", "etage")],
    "german": [("Küche", "Küchen", "kuche", "kuchen"), ("Haus", "Häuser", "hauser")],
    "italian": [("città", "citta"), ("comodità", "comodita")],
    "english": [("house", "houses"), ("café", "cafés", "cafe", "cafes")],
    "simple": [("Ñandú", "nandu"), ("čtvrť", "ctvrt")],
}


BY_VECTOR = """
select count(*) from public.properties_live
where search_vector @@ websearch_to_tsquery($1::text::regconfig, property_manager.plain($2))
"""


async def found(catalogue: Catalogue, words: str) -> list[str]:
    """The ids of the listings that `search` finds."""
    rows = await catalogue.superuser.fetch(
        "select property_id from api.search_listings(jsonb_build_object('text', $1::text)) order by 1", words
    )
    return [row["property_id"] for row in rows]


async def spelled(catalogue: Catalogue, language: str) -> list[tuple[tuple[str, ...], list[str]]]:
    """A listing for each spelling, in a source of this language: the words, and the ids of their listings."""
    await catalogue.register(language=language)
    numbers = itertools.count(1)
    numbered = [[(next(numbers), word) for word in words] for words in SPELLINGS[language]]
    await catalogue.run(
        [home(n, title=f"X {word} x", description=None) for words in numbered for n, word in words]
    )
    return [(tuple(word for _, word in words), sorted(f"A-{n}" for n, _ in words)) for words in numbered]


@pytest.mark.parametrize("language", SPELLINGS)
async def test_each_spelling_of_a_word_finds_every_other(catalogue: Catalogue, language: str) -> None:
    """With accents, without them, singular and plural: each typed form finds all listings.

    The search vector alone answers plain words in the source's language, as the HTTP API asks it.
    """
    for spellings, listings in await spelled(catalogue, language):
        for word in spellings:
            assert await found(catalogue, word) == listings, word
            number = await catalogue.superuser.fetchval(BY_VECTOR, language, word)
            assert number == len(spellings), word


async def test_a_phrase_and_a_word_to_leave_out_work_in_both_spellings(catalogue: Catalogue) -> None:
    await catalogue.run(
        [home(1, title="Casa con baño"), home(2, title="Casa con bano"), home(3, title="Casa sin más")]
    )

    assert await found(catalogue, '"con baño"') == await found(catalogue, '"con bano"') == ["A-1", "A-2"]
    assert await found(catalogue, "casa -baño") == await found(catalogue, "casa -bano") == ["A-3"]


async def test_a_migration_makes_search_vectors_anew_batch_by_batch(
    catalogue: Catalogue, server: Server, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listings from before are found by their other spelling after `db migrate`, which commits each batch."""
    await catalogue.run(homes(7, title="Casa con habitación"))
    conn = catalogue.superuser
    await conn.execute("update public.properties_live set search_vector = to_tsvector('spanish', title)")
    await conn.execute(
        "insert into property_manager.search_rebuild (after) values ('00000000-0000-0000-0000-000000000000')"
    )
    assert await found(catalogue, "habitacion") == []

    assert await conn.fetchval("select property_manager.rebuild_search(2)")
    assert len(await found(catalogue, "habitacion")) == 2

    monkeypatch.setattr(migrating, "SEARCH_BATCH", 2)
    login = await asyncpg.connect(server.login_dsn(database_name))
    try:
        await migrate(login)
        assert len(await found(catalogue, "habitacion")) == 7
    finally:
        await login.close()
    assert await conn.fetchval("select count(*) from property_manager.search_rebuild") == 0


async def test_a_long_text_of_any_letters_has_a_search_vector(catalogue: Catalogue) -> None:
    """However long a description is and whatever it is written in, it is applied."""
    words = (
        " ".join(f"{n}\u00e9-{n}\u00f1ion" for n in range(30_000)),
        " ".join(f"{chr(0xAC00 + n % 11000)}{chr(0x4E00 + n % 20000)}{n}" for n in range(30_000)),
        " ".join(f"{chr(0x1F300 + n % 200)}{n}" for n in range(30_000)),
    )
    result = await catalogue.run([home(n, description=text) for n, text in enumerate(words, 1)])

    assert result.status == "applied"
    assert await catalogue.statuses() == {"A-1": "active", "A-2": "active", "A-3": "active"}
