"""Staff edits and pins: no sync overwrites them, and what the source shows instead is told."""

from __future__ import annotations

from tests.catalogue import Catalogue, home, homes


async def test_an_edited_field_keeps_its_value_whatever_the_source_shows(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.edit(1, day=1, price="950000")

    synced = await catalogue.run([home(1, price=900_000), *homes(3)[1:]], day=2)

    assert (await catalogue.live())["price"] == 950_000
    assert (synced.metrics.updated_properties, synced.metrics.unchanged_properties) == (0, 3)
    assert synced.warnings == ("1 pinned field differs from what the source shows: see pin --list",)
    assert await catalogue.complaints() == []
