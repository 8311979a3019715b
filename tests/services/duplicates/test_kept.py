"""What searches keep of pairs, changed by what changed, is what counting all of them anew gives."""

from __future__ import annotations

from typing import Any, Final

import pytest

from services.duplicates import keep_apart, list_events, merge_listings, undo
from tests.catalogue import Catalogue, Row, home, homes
from tests.services.duplicates.test_find import ANA, REPOSTED, find, flat, listing

KEPT: Final = homes(9)[3:]

COUNTED: Final = """
select pattern, count(*) filter (where together) as together, count(*) filter (where not together) as apart
from property_manager.linkage_pairs group by pattern
"""
WAITING: Final = """
select p.left_id, p.right_id, w.probability, property_manager.veto(p.pattern, a, b) is null as sure
from property_manager.linkage_pairs p join property_manager.linkage_patterns w using (pattern)
join public.properties_live a on a.id = p.left_id join public.properties_live b on b.id = p.right_id
where w.probability >= 0.5 and property_manager.standing(a, b) = 'review'
"""


async def table(catalogue: Catalogue, query: str) -> list[Any]:
    return sorted(tuple(row) for row in await catalogue.superuser.fetch(query))


async def waiting(catalogue: Catalogue) -> list[Any]:
    """The pairs that wait as they are kept, which is as they are found anew; so are the counts."""
    counts = "select * from property_manager.linkage_counts where together + apart > 0"
    assert await table(catalogue, counts) == await table(catalogue, COUNTED)
    kept = await table(catalogue, "select * from property_manager.linkage_waiting")
    assert kept == await table(catalogue, WAITING)
    assert await table(catalogue, "select * from property_manager.linkage_touched") == []
    return kept


async def test_what_is_kept_of_pairs_is_what_counting_them_anew_gives(
    acme: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model stays, so that nothing is looked at again but what changed."""
    monkeypatch.setattr("services.duplicates.find.MANY_PAIRS", 1)
    monkeypatch.setattr("services.duplicates.find.MOVED_SHARE", 1e9)
    other, third = await acme.beside("other"), await acme.beside("third")
    tower = [flat(number, address=f"Calle Reforma 123 Int. {3 + number}") for number in (1, 2, 3)]

    async def shown(rows: list[Row], *, day: int) -> list[Any]:
        held = await other.run([*rows, *KEPT], day=day)
        if held.status == "held":
            await other.approve(held, day=day)
        await find(acme, merge_at=1.0)
        return await waiting(acme)

    await acme.run(tower)
    again = flat("x", **REPOSTED)
    assert [pair[-1] for pair in await shown([again], day=1)] == [True], "one flat, and surely"

    rival = flat("y", **REPOSTED | {"title": "Otra vez el mismo departamento", "main_image_url": None})
    assert not any(pair[-1] for pair in await shown([again, rival], day=2)), "each is the other's rival"
    moved = rival | {"address": "Calle Lejana 9", "latitude": 21.5}
    assert sum(pair[-1] for pair in await shown([again, moved], day=3)) == 1, "a rival that is none any more"
    await shown([again, rival], day=4)
    assert sum(pair[-1] for pair in await left(other, acme, [again], day=5)) == 3, "nobody shows the rival"

    one, two = await listing(acme), await listing(other, "x")
    await keep_apart(acme.database, one, [two], actor=ANA)
    await find(acme, merge_at=1.0)
    assert not any({one, two} == set(pair[:2]) for pair in await waiting(acme))
    await undo(acme.database, (await list_events(acme.database))[0].id, actor=ANA)
    await find(acme)
    assert not any({one, two} == set(pair[:2]) for pair in await waiting(acme)), "they are merged"

    await third.run([flat("z", **REPOSTED), home("far"), *KEPT], day=9)
    await find(acme, merge_at=1.0)
    both = [one, await listing(third, "z")]
    assert any(set(both) == set(pair[:2]) for pair in await waiting(acme))
    await merge_listings(acme.database, [one, await listing(third, "far")], actor=ANA)
    await find(acme, merge_at=1.0)
    assert not any(set(both) == set(pair[:2]) for pair in await waiting(acme)), "third shows it already"
    await left(third, acme, [flat("z", **REPOSTED)], day=10)
    assert any(set(both) == set(pair[:2]) for pair in await waiting(acme)), "third shows it no more"

    monkeypatch.setattr("services.duplicates.find.MOVED_SHARE", 0)
    await find(acme, merge_at=1.0)
    await waiting(acme)


async def left(source: Catalogue, acme: Catalogue, rows: list[Row], *, day: int) -> list[Any]:
    """A source shows these alone until the rest have left the market; what waits then."""
    for later in range(3):
        held = await source.run([*rows, *KEPT], day=day + later)
        if held.status == "held":
            await source.approve(held, day=day + later)
    await find(acme, merge_at=1.0)
    return await waiting(acme)


async def test_reading_all_cells_finds_the_pairs_that_looking_each_up_does(acme: Catalogue) -> None:
    """Many listings are compared in another way than few; both pass over what is crowded."""
    tower = [flat(n, address=f"Calle Reforma 123 Int. {n}", main_image_url=None) for n in range(5)]
    bare = [flat(f"b{n}", address=None, main_image_url=None) for n in range(2)]
    placed = [
        flat(f"p{n}", address=f"Calle Hidalgo {n}", latitude=20.99 + n, main_image_url=None) for n in (1, 2)
    ]
    await acme.run([*tower, *bare, *placed, *KEPT])
    await find(acme)
    listings = [
        row[0] for row in await acme.superuser.fetch("select id from properties_live order by property_id")
    ]
    found = set()
    for crowd in (1, 3, 6, 100):
        for some in (listings[:1], listings[::2], listings):
            each = []
            for way in ("near", "near_many"):
                transaction = acme.superuser.transaction()
                await transaction.start()
                each.append(
                    await table(
                        acme,
                        f"select * from property_manager.{way}("
                        f"array{[str(listing) for listing in some]}::uuid[], '{{}}', {crowd})",
                    )
                )
                await transaction.rollback()
            assert each[0] == each[1] == sorted(set(each[0]))
            found.add(len(each[0]))
    assert len(found) > 4, "they were of all sizes"


@pytest.fixture
def acme(catalogue: Catalogue) -> Catalogue:
    return catalogue
