"""The normal form follows the address into live and is never a change by itself."""

from __future__ import annotations

from tests.catalogue import Catalogue, home


async def test_it_follows_the_address_and_stays_with_it(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, address="Calle Encino No. 5")], day=1)
    assert (await catalogue.live(1))["address_normalized"] == "C ENCINO 5"

    await catalogue.run([home(1, address="Calle Roble 7", bedrooms=7)], day=2)
    assert (await catalogue.live(1))["address_normalized"] == "C ROBLE 7"

    silent = home(1, bedrooms=9)
    silent.pop("address", None)
    await catalogue.run([silent], day=3)
    live = await catalogue.live(1)
    assert (live["address"], live["address_normalized"]) == ("Calle Roble 7", "C ROBLE 7")


async def test_it_goes_when_the_address_is_cleared(catalogue: Catalogue) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run([home(1, address="Calle Encino 5")], day=1)
    await catalogue.run([home(1, address="", bedrooms=8)], day=2)
    live = await catalogue.live(1)
    assert (live["address"], live["address_normalized"]) == (None, None)
