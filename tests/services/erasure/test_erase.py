"""What somebody asked to be erased is nowhere any more, and does not come back."""

from __future__ import annotations

from services.erasure import erase_contact, erase_listing
from tests.catalogue import Catalogue, home, homes
from tests.services.erasure.everything import places_of

PHONE = "+529991234567"
EMAIL = "juan.perez@example.com"


def of_juan(number: int, **fields: object) -> dict[str, object]:
    return home(
        number,
        **{
            "agent_name": "Juan Pérez",
            "agent_phone": "999 123 4567",
            "agent_email": EMAIL,
            "message_url": "https://wa.me/529991234567",
            "description": f"Casa amplia.\nLlame al (999) 123-45-67 o a {EMAIL.upper()} hoy",
            **fields,
        },
    )


async def test_a_phone_number_is_nowhere_after_it_was_erased(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]], day=0)
    await acme.run([of_juan(1, agent_phone="+52 1 999 123 4567 "), *homes(3)[1:]], day=1)
    assert len(await places_of(acme.superuser, "9991234567")) > 4

    await erase_contact(acme.database, PHONE, actor="ana")

    assert await places_of(acme.superuser, "9991234567") == []
    assert await acme.complaints() == []
    listing = await acme.live(1)
    assert listing["agent_phone"] is None
    assert listing["agent_email"] == EMAIL
    assert "[erased]" in listing["description"]


async def test_an_address_is_nowhere_after_it_was_erased(acme: Catalogue) -> None:
    await acme.run([of_juan(1), *homes(3)[1:]])
    await erase_contact(acme.database, EMAIL, actor="ana")
    assert await places_of(acme.superuser, EMAIL) == []
    assert await acme.complaints() == []


async def test_what_was_erased_does_not_come_back(acme: Catalogue) -> None:
    rows = [of_juan(1), *homes(3)[1:]]
    await acme.run(rows, day=0)
    await erase_contact(acme.database, PHONE, actor="ana")
    await erase_contact(acme.database, EMAIL, actor="ana")
    for day in (1, 2):
        result = await acme.run(rows, day=day)
        assert result.metrics is not None
        assert result.metrics.unchanged_properties == 3
    assert await places_of(acme.superuser, "9991234567", EMAIL) == []


async def test_a_listings_personal_fields_are_erased_and_kept_out(acme: Catalogue) -> None:
    rows = [of_juan(1), of_juan(2)]
    await acme.run(rows, day=0)
    await erase_listing(acme.database, "acme", "A-1", actor="ana")
    listing = await acme.live(1)
    assert (listing["agent_name"], listing["agent_phone"], listing["agent_email"]) == (None, None, None)
    assert "4567" not in listing["description"].replace("-", "")
    assert (await acme.live(2))["agent_phone"] == PHONE
    result = await acme.run(rows, day=1)
    assert result.metrics is not None
    assert result.metrics.unchanged_properties == 2
    assert await acme.complaints() == []
