"""Promise 2 is monitored: doctor names what was written without the functions.

So does `promises_hold`, which every other fault test trusts.
"""

from __future__ import annotations

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.faults.promises import promises_hold

LIVE = "live is the fold of its audit"
BUCKETS = "every row of a synced session has one outcome"
GAP = "the feed has no gap"
OUTSIDE = "every change belongs to a change set"

PLANTED = {
    "a value in live": ("update public.properties_live set price = 1 where property_id = 'A-2'", LIVE),
    "a value lost from live": (
        "update public.properties_live set city = null where property_id = 'A-2'",
        LIVE,
    ),
    "a status in live": (
        "update public.properties_live set status = 'removed' where property_id = 'A-2'",
        LIVE,
    ),
    "JSON in live": (
        """update public.properties_live set features = '["pool"]' where property_id = 'A-2'""",
        LIVE,
    ),
    "a row gone from live": ("delete from public.properties_live where property_id = 'A-2'", LIVE),
    "a row too many in live": (
        "insert into public.properties_live (source, property_id, title, source_url, change_set_id)"
        " values ('acme', 'A-99', 'Casa', 'https://acme.example/99', 1)",
        LIVE,
    ),
    "a value in the audit": (
        "update public.property_changes set new_value = '1' where field_name = 'price'",
        LIVE,
    ),
    "an image in the audit": (
        """update public.property_changes set new_value = new_value || '{"bedrooms": 9}'
           where change_type = 'created' and property_id = 'A-2'""",
        LIVE,
    ),
    "a change gone from the audit": ("delete from public.property_changes where field_name = 'price'", LIVE),
    "a listing gone from the audit": ("delete from public.property_changes where property_id = 'A-2'", LIVE),
    "a change of no change set": (
        "update public.property_changes set change_set_id = 99 where field_name = 'price'",
        OUTSIDE,
    ),
    "a change set gone": ("delete from property_manager.change_sets where position = 1", GAP),
    "a position skipped": ("update property_manager.change_sets set position = 9 where position = 2", GAP),
    "a position nobody has": ("update property_manager.feed set position = 3", GAP),
    "a bucket's figure": ("update public.sync_metadata set new_properties = new_properties + 1", BUCKETS),
}


@pytest.mark.parametrize(("planted", "check"), PLANTED.values(), ids=PLANTED)
async def test_doctor_names_what_was_written_past_the_functions(
    catalogue: Catalogue, planted: str, check: str
) -> None:
    await catalogue.run(homes(4))
    await catalogue.run([home(1, price=900_000), *homes(4)[1:]], day=1)
    await promises_hold(catalogue)
    # a superuser may silence the triggers that guard the audit
    await catalogue.superuser.execute(f"set session_replication_role = replica; {planted}")

    complaints = await catalogue.complaints()

    assert any(complaint.startswith(check) for complaint in complaints), complaints
    with pytest.raises(AssertionError):
        await promises_hold(catalogue)
