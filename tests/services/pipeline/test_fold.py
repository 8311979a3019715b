"""live = fold(property_changes), whatever the sessions bring; and a second run changes nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.pipeline import SyncResult
from tests.catalogue import Catalogue, Row, home
from tests.histories import play_histories
from tests.servers import Server


async def replay(catalogue: Catalogue, sessions: list[Any]) -> Counter[str]:
    """Play a history, checking after every step; what it was made of."""
    day, made = 0.0, Counter[str]()
    for rows, verdict, scope, days, approves in sessions:
        day += days
        result = await catalogue.run(rows, day=day, verdict=verdict, scope=scope)
        if result.status == "held" and approves:
            result = await catalogue.approve(result, day=day)
        check_sum(result)
        assert await catalogue.complaints() == []
        if result.status == "applied":
            made.update({row["change_type"]: 1 for row in await catalogue.changes(result)})
            made.update({"cleared": sum(is_cleared(row) for row in await catalogue.changes(result))})
            await check_repeats(catalogue, result, rows, (verdict, scope, day))
    return made


def is_cleared(change: Any) -> bool:
    return change["field_name"] is not None and change["new_value"] is None


def check_sum(result: SyncResult) -> None:
    figures = result.metrics
    assert figures.total_scraped == (
        figures.new_properties
        + figures.updated_properties
        + figures.unchanged_properties
        + figures.reactivated_properties
        + figures.quarantined_properties
        + figures.superseded_rows
    )


async def check_repeats(catalogue: Catalogue, result: SyncResult, rows: list[Row], how: Any) -> None:
    """The same session again does nothing; the same rows in a new one find nothing to change."""
    before = await image(catalogue)
    again = await catalogue.sync(result.session_id, day=99)
    assert (again.status, again.metrics) == ("applied", result.metrics)
    assert await image(catalogue) == before
    verdict, scope, day = how
    second = await catalogue.run(rows, day=day + 0.01, verdict=verdict, scope=scope)
    assert second.metrics.changed_fields == second.metrics.new_properties == 0
    assert (await image(catalogue))[0] == before[0]


async def image(catalogue: Catalogue) -> tuple[Any, ...]:
    return (
        await catalogue.superuser.fetchrow("select count(*), max(id) from public.property_changes"),
        await catalogue.superuser.fetchval("select position from property_manager.feed"),
        await catalogue.superuser.fetch("select * from public.properties_live order by id"),
    )


def test_any_history_folds_to_live(server: Server, template: str) -> None:
    made = Counter[str]()

    async def play(catalogue: Catalogue, sessions: list[Any]) -> None:
        made.update(await replay(catalogue, sessions))

    play_histories(server, template, play, examples=8)
    kinds = {"created", "updated", "removed", "reactivated", "cleared"}
    assert all(made[kind] > 1 for kind in kinds), f"the histories show too little: {made}"


async def test_doctor_finds_what_was_written_past_the_audit(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2)])

    await catalogue.superuser.execute("update public.properties_live set price = 7 where property_id = 'A-2'")

    (complaint,) = [each for each in await catalogue.complaints() if "fold of its audit" in each]
    assert complaint.endswith("acme A-2: price is 7.00, the audit says 1002000.00")


async def test_doctor_finds_a_listing_without_a_history(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)])

    await catalogue.superuser.execute(
        "insert into public.properties_live (source, property_id, title, source_url, change_set_id)"
        " values ('acme', 'planted', 'x', 'https://x.example', 1)"
    )

    assert any("planted" in complaint for complaint in await catalogue.complaints())


async def test_doctor_finds_a_listing_that_was_deleted(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)])

    await catalogue.superuser.execute("delete from public.properties_live")

    assert any(line.startswith("live is the fold") for line in await catalogue.complaints())
