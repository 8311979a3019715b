"""A staff edit cannot bring back what was erased."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config.errors import UsageError
from services.erasure import erase_contact, erase_listing
from services.history.edits import edit_listing
from tests.catalogue import Catalogue, homes
from tests.faults.backends import waiting
from tests.services.erasure.everything import places_of
from tests.services.erasure.juan import DIGITS, PHONE


@pytest.mark.parametrize(
    "patch",
    [
        {"agent_phone": "999 123 4567"},
        {"description": "Llame al (999) 123-45-67"},
        {"features": {"tel": 9991234567}},
        {"agent_name": "Juan Pérez"},
    ],
)
async def test_an_edit_with_what_was_erased_is_refused(acme: Catalogue, patch: dict[str, Any]) -> None:
    await acme.run(homes(3, agent_name="Juan Pérez", agent_phone="+52 999 123 4567"))
    await erase_contact(acme.database, "+529991234567", actor="ana")
    await erase_listing(acme.database, "acme", "A-1", actor="ana")

    with pytest.raises(UsageError, match="erased on request"):
        await edit_listing(acme.database, "acme", "A-1", patch, actor="ana")

    allowed = await edit_listing(acme.database, "acme", "A-1", {"description": "Amplia"}, actor="ana")
    assert [change.new for change in allowed.changes] == ["Amplia"]
    assert await acme.complaints() == []


async def test_an_edit_that_waits_while_its_value_is_erased_is_refused(acme: Catalogue) -> None:
    await acme.run(homes(3))
    async with acme.superuser.transaction():
        await acme.superuser.execute("select from property_manager.leases for update")
        editing = asyncio.create_task(
            edit_listing(acme.database, "acme", "A-1", {"agent_phone": PHONE}, actor="eva")
        )
        await waiting(acme.superuser, 1)  # the edit, which knows of no erasure
        erasing = asyncio.create_task(erase_contact(acme.database, PHONE, actor="ana"))
        await waiting(acme.superuser, 2)

    with pytest.raises(UsageError, match="erased on request"):
        await editing
    await erasing
    assert await places_of(acme.superuser, DIGITS) == []
    assert await acme.complaints() == []
