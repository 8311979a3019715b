"""Every value of a listing can be followed back to where it came from, as far as that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.errors import BeforeHistoryError, NotFoundError, UsageError
from services.erasure import erase_listing
from services.history.edits import edit_listing
from services.history.explain import explain
from services.history.explanation import Explained, Explanation
from services.history.retention import clean, compact
from services.history.rollback import rollback
from services.workflows.import_ import ListingImporter
from tests.catalogue import Catalogue, at, home, homes, on, since, without


async def why(catalogue: Catalogue, field: str, number: int = 1, **options: Any) -> Explanation:
    explained = await explain(catalogue.database, catalogue.source.name, f"A-{number}", field, **options)
    (found,) = explained.fields
    return found


async def test_an_imported_value_is_explained_by_file_and_line(catalogue: Catalogue, tmp_path: Path) -> None:
    file, mapping = tmp_path / "mine.csv", tmp_path / "mine.toml"
    file.write_text("Ref,Asking,Kind\nA-1,$4.4M,House\nA-2,900000,Flat\n")
    mapping.write_text(
        'name = "mine"\nid = "Ref"\n[fields]\nprice = "Asking"\nproperty_type = "Kind"\n'
        '[defaults]\ncity = "Mérida"\n'
    )
    await ListingImporter(catalogue.database, options=on(0)).import_and_sync(
        str(file), source="acme", mapping=str(mapping)
    )
    price = await why(catalogue, "price")
    assert price.line == '4,400,000 ← "$4.4M" ← mine.csv line 2'
    assert price.raw is not None
    assert price.raw.cells == {"Asking": "$4.4M"}
    assert price.session is not None
    assert (price.session.mapping, price.session.kind) == ("mine", "import")
    assert price.validated is True
    assert (await why(catalogue, "city", 2)).line == (
        "Mérida ← not in the row: a default, or it follows from the source ← mine.csv line 3"
    )
    title = await why(catalogue, "title")
    assert title.line == 'House, Mérida ← "House" (derived: made of type and place) ← mine.csv line 2'


async def test_a_scraped_value_is_explained_by_page_and_time(
    catalogue: Catalogue,
) -> None:
    await catalogue.run([home(1, price="$1,250,000 MXN")], kind="scrape", day=3)
    found = await why(catalogue, "price")
    assert found.line == (
        '1,250,000 ← "$1,250,000 MXN" ← https://acme.example/A-1 fetched 2025-11-04 00:00 UTC'
    )
    currency = await why(catalogue, "currency")
    assert currency.raw is not None
    assert currency.raw.cells == {"price": "$1,250,000 MXN"}


async def test_each_value_comes_from_the_session_that_set_it(
    catalogue: Catalogue,
) -> None:
    first = await catalogue.run([home(1)], day=0)
    second = await catalogue.run([home(1, price=2_000_000)], day=1)
    await catalogue.run([home(1, price=2_000_000)], day=2)
    title, price = await why(catalogue, "title"), await why(catalogue, "price")
    assert title.session is not None
    assert price.session is not None
    assert (title.session.id, price.session.id) == (first.session_id, second.session_id)
    assert title.change is not None
    assert title.change.kind == "created"
    assert [change.new for change in price.earlier] == [1_001_000]


async def test_at_an_earlier_moment_the_value_of_then_is_explained(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=1)
    await catalogue.run([home(1, price=2_000_000)], day=2)
    then = await why(catalogue, "price", at=at(1.5))
    assert (then.value, then.change and then.change.kind) == (1_001_000, "created")
    before = await explain(catalogue.database, "acme", "A-1", "price", at=at(0))
    assert before == Explained((), first_known=at(1))


async def test_a_repeated_id_is_explained_by_the_winning_row(catalogue: Catalogue) -> None:
    rows = [home(1, price=1_000_000), home(1, price=3_000_000), home(1, price=2_000_000)]
    await catalogue.run(rows, fetched=lambda number: [1, 3, 2][number], day=4)
    found = await why(catalogue, "price")
    assert found.raw is not None
    assert (found.value, found.raw.row_no, found.raw.cells) == (3_000_000, 2, {"price": 3_000_000})


async def test_a_field_never_given_is_absent_since_a_day(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    found = await why(catalogue, "agent_name")
    assert found.line.startswith(
        "– ← never given, absent since 2025-11-01 ← https://acme.example/A-1 fetched"
    )


async def test_a_cell_that_was_blank_or_unreadable_is_named(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, agent_name="-", bedrooms="many", price="a consultar")], day=0)
    name, rooms, price = [await why(catalogue, field) for field in ("agent_name", "bedrooms", "price")]
    assert name.line.startswith('– ← "-" (blank) ← ')
    assert rooms.line.startswith('– ← "many" (unparseable: ')
    assert price.line.startswith('– ← "a consultar" (stated none')


async def test_a_withdrawn_value_is_explained_by_its_cell(catalogue: Catalogue) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run([home(1, agent_name="Ana")], day=0)
    await catalogue.run([home(1, agent_name="")], day=1)
    found = await why(catalogue, "agent_name")
    assert (found.value, found.change and found.change.old) == (None, "Ana")
    assert found.line.startswith('– ← "" (blank) ← https')


async def test_a_missing_listing_names_the_session(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5), day=0)
    await catalogue.run(homes(4), day=1)
    found = await why(catalogue, "status", 5)
    assert found.line == (
        f"inactive ← {found.change and found.change.reason} ← import all, ended 2025-11-02 00:00 UTC"
    )


async def test_an_explanation_has_the_rules_findings(catalogue: Catalogue) -> None:
    await catalogue.superuser.execute(
        "insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity)"
        " values ('small_home', 'bedrooms', 'range', '{\"max\": 3}', 'warning')"
    )
    await catalogue.run([home(1, bedrooms=7)], day=0)
    (finding,) = (await why(catalogue, "bedrooms")).findings
    assert (finding.rule, finding.version, finding.outcome) == ("small_home", 1, "failed")
    assert (await why(catalogue, "price")).findings == ()


async def test_the_price_per_square_metre_is_explained_as_derived(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, total_area_m2=100), home(2, price_per_m2=7)], day=0)
    assert (await why(catalogue, "price_per_m2")).line == "10,010 ← derived: price / total_area_m2"
    assert (await why(catalogue, "price_per_m2", 2)).line.startswith("7 ← 7 ← https")


async def test_a_cleaned_session_is_still_named_with_its_day(
    catalogue: Catalogue,
) -> None:
    for day in range(7):
        await catalogue.run([home(1)], day=day)
    await clean(catalogue.database, since(30))
    found = await why(catalogue, "price")
    cleaned = await catalogue.superuser.fetchval(
        "select min(cleaned_at) from property_manager.cleaned_sessions"
    )
    assert found.line == (
        f"1,001,000 ← raw row cleaned on {cleaned:%Y-%m-%d} ← import all, ended 2025-11-01 00:00 UTC"
    )
    assert found.session is not None
    assert (found.session.cleaned_at, found.raw, found.validated) == (cleaned, None, None)
    silent = await why(catalogue, "agent_name")
    assert silent.line.startswith("– ← never given, absent since 2025-11-01 ← raw row cleaned on")


async def test_a_compacted_value_is_explained_by_its_baseline(catalogue: Catalogue) -> None:
    for day in range(3):
        await catalogue.run([home(1, price=1_000_000 + day * 50_000)], day=day)
    await compact(catalogue.database, since(1.5), actor="ana")
    assert (await why(catalogue, "title")).line == "Casa 1 en venta ← folded into the baseline of 2025-11-02"
    assert (await why(catalogue, "price")).line.startswith("1,100,000 ← 1100000 ← https")
    with pytest.raises(BeforeHistoryError):
        await why(catalogue, "price", at=at(1))


async def test_without_a_field_all_with_a_value_are_explained(catalogue: Catalogue) -> None:
    await catalogue.run([without(home(1), "description")], day=0)
    reported = {one.field for one in (await explain(catalogue.database, "acme", "A-1")).fields}
    assert {"status", "title", "price", "city"} <= reported
    assert not reported & {"description", "agent_name", "property_id"}


async def test_provenance_is_explained_as_not_audited(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    assert (await why(catalogue, "page_number")).line == "1 ← of the last row applied, not audited"


async def test_where_the_staged_row_was_erased_that_is_said(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, agent_name="Rosa")], day=0)
    await erase_listing(catalogue.database, "acme", "A-1", actor="ana", clock=lambda: at(1))
    title = await why(catalogue, "title")
    assert title.raw is not None and title.raw.erased_at is not None
    assert f"← raw row erased on {title.raw.erased_at:%Y-%m-%d} ← import all, ended" in title.line
    then = await why(catalogue, "agent_name", at=at(0.5))
    assert then.line.startswith("– ← raw row erased on")


async def test_a_status_is_explained_by_what_happened(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], kind="scrape", day=0)
    assert (await why(catalogue, "status")).line.startswith("active ← first seen ← https://acme.example/A-1")


async def test_a_listing_only_in_quarantine_is_reported_there(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2, bedrooms=400)], day=0)
    with pytest.raises(NotFoundError, match="its rows are in quarantine") as refused:
        await why(catalogue, "price", 2)
    assert refused.value.next_step == "quarantine list --source acme"


async def test_what_cannot_be_explained_is_refused_by_name(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    with pytest.raises(UsageError, match='no field "prise"') as refused:
        await why(catalogue, "prise")
    assert refused.value.next_step == "did you mean price?"
    with pytest.raises(NotFoundError, match='source acme has no listing "A-77"'):
        await why(catalogue, "price", 77)


async def test_a_value_that_staff_set_names_them_and_their_pin(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    await edit_listing(
        catalogue.database,
        "acme",
        "A-1",
        {"price": 5_000_000},
        actor="eva",
        reason="typo",
        clock=lambda: at(1),
    )
    await catalogue.run([home(1, price=2_000_000)], day=2)
    found = await why(catalogue, "price")
    assert found.line == "5,000,000 ← edited by eva on 2025-11-02"
    assert found.pin is not None
    assert (found.pin.pinned_by, found.pin.reason, found.pin.shown) == ("eva", "typo", 2_000_000)
    assert (found.session, found.raw) == (None, None)


async def test_a_rolled_back_value_names_what_was_undone(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    wrong = await catalogue.run([home(1, price=2_000_000)], day=1)
    await rollback(catalogue.database, session_id=wrong.session_id, actor="eva", clock=lambda: at(2))
    found = await why(catalogue, "price")
    assert found.value == 1_001_000
    assert found.line == (
        f"1,001,000 ← rolled back by eva on 2025-11-03 (change set 2, session {str(wrong.session_id)[:8]})"
    )
    assert [change.origin for change in found.earlier] == ["sync", "sync"]
    undoing = found.change and found.change.change_set_id
    await rollback(catalogue.database, change_set=undoing, actor="ana", clock=lambda: at(3))
    assert (await why(catalogue, "price")).line.startswith(
        f"2,000,000 ← a rollback undone by ana on 2025-11-04 (change set {undoing}, session "
    )
