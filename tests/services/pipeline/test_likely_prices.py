"""A price ten times off what the source showed before is doubtful; what was applied says what is usual."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.source import Source
from database.template import expand, read_snippets
from parsing.vocabulary.money import CHEAP
from services.history.rollback import rollback
from services.pipeline import SyncResult
from services.reports.plans import show_plan
from services.workflows.reprocess import reprocess
from tests.catalogue import Catalogue, Row, home, homes
from tests.services.pipeline.test_guard import codes

NEW = 99
OFF = pytest.mark.parametrize(
    ("price", "other"), [(10_000_000, 1_000_000), (1_000, 1_000_000), (98_000, 980_000)]
)


def priced(numbers: Iterable[int], price: int = 1_000_000, **fields: Any) -> list[Row]:
    """Homes at about that price."""
    return [home(number, price=price + number * price // 1_000, **fields) for number in numbers]


async def doubts(catalogue: Catalogue, session: UUID) -> list[tuple[int, str, list[str], str]]:
    rows = await catalogue.superuser.fetch(
        "select row_no, value, readings::text, severity from property_manager.findings"
        " where session_id = $1 and outcome = 'doubtful' order by row_no",
        session,
    )
    return [(row[0], row[1], catalogue.read(row[2]), row[3]) for row in rows]


async def severity(catalogue: Catalogue, severity: str) -> None:
    await catalogue.superuser.execute(
        "update public.validation_rules set severity = $1 where rule_name = 'price_is_likely'", severity
    )


async def levels(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    """Place → homes and median, as the catalogue keeps them."""
    rows = await catalogue.superuser.fetch(
        "select place, homes, middle from property_manager.price_levels order by place"
    )
    return {row["place"]: (row["homes"], int(row["middle"])) for row in rows}


def quarantined(result: SyncResult) -> int:
    return result.metrics.quarantined_properties or 0


@OFF
async def test_a_new_price_ten_times_off_its_place_and_type_waits_with_both_readings(
    catalogue: Catalogue, price: int, other: int
) -> None:
    """As given, and with its point where the homes of that place and type have it."""
    await catalogue.run(homes(20))

    result = await catalogue.run([*homes(20), home(NEW, price=price)], day=1)

    assert await catalogue.quarantined(result) == {21: ["price_is_likely"]}
    assert await doubts(catalogue, result.session_id) == [(21, str(price), [str(price), str(other)], "error")]
    assert f"A-{NEW}" not in await catalogue.statuses()


async def test_a_known_price_whose_point_moved_waits_and_live_stays(catalogue: Catalogue) -> None:
    """Also in a source with too few homes for a median: live has shown the price of this one."""
    await catalogue.run(homes(3))

    result = await catalogue.run([home(1, price=10_010_000), *homes(3)[1:]], day=1)

    assert await catalogue.quarantined(result) == {1: ["price_is_likely"]}
    assert (await catalogue.live())["price"] == 1_001_000
    assert (await doubts(catalogue, result.session_id))[0][2] == ["10010000", "1001000"]


async def test_a_correction_of_a_price_far_off_goes_live(catalogue: Catalogue) -> None:
    """What went live wrong before there were homes to compare with can be put right."""
    await catalogue.run([home(1, price=10_010_000), *homes(20)[1:]])

    result = await catalogue.run(homes(20), day=1)

    assert (result.status, quarantined(result)) == ("applied", 0)
    assert (await catalogue.live())["price"] == 1_001_000


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"price": 4_000_000}, id="four times the median"),
        pytest.param({"price": 260_000}, id="a quarter of it"),
        pytest.param({"price": 10_000, "operation_type": "rent", "price_period": "month"}, id="a rent"),
        pytest.param({"price": 70_000, "currency": "USD"}, id="another currency"),
        pytest.param({"price": 90_000, "property_type": "Lote"}, id="another type"),
        pytest.param({"price": "a consultar"}, id="no price"),
    ],
)
async def test_a_price_is_judged_only_by_homes_like_it(catalogue: Catalogue, fields: Row) -> None:
    await catalogue.register(currency="MXN")
    await catalogue.run(homes(20))

    result = await catalogue.run([*homes(20), home(NEW, **fields)], day=1)

    assert await catalogue.quarantined(result) == {}


async def test_rents_are_judged_by_rents_of_their_period(catalogue: Catalogue) -> None:
    rent = {"operation_type": "rent", "price_period": "month"}
    await catalogue.run([*homes(20), *priced(range(21, 41), 12_000, **rent)])

    new = [
        home(51, price=120_000, **rent),
        home(52, price=1_200, operation_type="rent", price_period="night"),
    ]
    result = await catalogue.run([*new, *homes(20), *priced(range(21, 41), 12_000, **rent)], day=1)

    assert await catalogue.quarantined(result) == {1: ["price_is_likely"]}


async def test_a_new_place_is_judged_by_the_type_in_all_places(catalogue: Catalogue) -> None:
    await catalogue.run([*priced(range(1, 11), city="Mérida"), *priced(range(11, 21), city="Progreso")])

    result = await catalogue.run(
        [*homes(20), home(51, price=950_000, city="Celestún"), home(52, price=10_500_000, city="Celestún")],
        day=1,
    )

    assert await catalogue.quarantined(result) == {22: ["price_is_likely"]}


async def test_a_place_has_a_level_of_its_own(catalogue: Catalogue) -> None:
    """Ten million is usual at the beach, and doubtful in town; a million the other way round."""
    known = [*priced(range(1, 21), city="Mérida"), *priced(range(21, 41), 12_000_000, city="Playa")]
    await catalogue.run(known)

    fine = [home(51, price=11_000_000, city="Playa"), home(52, price=1_100_000, city="Mérida")]
    off = [home(53, price=1_100_000, city="Playa"), home(54, price=11_000_000, city="Mérida")]
    result = await catalogue.run([*fine, *off, *known], day=1)

    assert sorted(await catalogue.quarantined(result)) == [3, 4]


async def test_a_source_whose_prices_differ_widely_doubts_less(catalogue: Catalogue) -> None:
    """A price within three times the range of nine of ten homes of the kind is no outlier."""
    spread = [home(number, price=100_000 * 2 ** (number % 8)) for number in range(1, 41)]
    await catalogue.run(spread)

    result = await catalogue.run([*spread, home(NEW, price=20_000_000)], day=1)

    assert await catalogue.quarantined(result) == {}


async def test_a_large_house_at_the_usual_price_per_area_is_no_doubt(catalogue: Catalogue) -> None:
    known = priced(range(1, 21), covered_area_m2=100)
    await catalogue.run(known)

    estate = home(51, price=15_000_000, covered_area_m2=1_400)
    slip = home(52, price=15_000_000, covered_area_m2=150)
    result = await catalogue.run([estate, slip, *known], day=1)

    assert await catalogue.quarantined(result) == {2: ["price_is_likely"]}


async def test_a_luxury_home_goes_live_once_a_person_takes_its_price_as_right(catalogue: Catalogue) -> None:
    """It then has a price of its own: later changes of it are judged by that."""
    await catalogue.run(homes(20))
    villa = home(NEW, price=25_000_000)
    await catalogue.run([*homes(20), villa], day=1)
    waiting = await catalogue.superuser.fetchval("select id from property_manager.quarantine")

    again = await reprocess(catalogue.database, "acme", ids=[waiting])
    assert quarantined(again) == 1, "reading it again changes no mind"
    waiting = await catalogue.superuser.fetchval("select max(id) from property_manager.quarantine")
    taken = await reprocess(catalogue.database, "acme", ids=[waiting], accept_prices=True)

    assert (taken.status, taken.metrics.new_properties) == ("applied", 1)
    assert (await catalogue.live(NEW))["price"] == 25_000_000
    for day, price in ((2, 25_000_000), (3, 23_500_000)):
        result = await catalogue.run([*homes(20), {**villa, "price": price}], day=day)
        assert quarantined(result) == 0
    assert (await catalogue.live(NEW))["price"] == 23_500_000


async def test_a_rule_that_warns_keeps_the_cell_and_takes_the_rest(catalogue: Catalogue) -> None:
    await severity(catalogue, "warning")
    await catalogue.run(homes(20))

    changed = [home(1, price=10_010_000, bedrooms=5), *homes(20)[1:], home(NEW, price=10_000_000)]
    result = await catalogue.run(changed, day=1)

    old, new = await catalogue.live(), await catalogue.live(NEW)
    assert quarantined(result) == 0
    assert (old["price"], old["bedrooms"], old["verification_status"]) == (1_001_000, 5, "flagged")
    assert (new["price"], new["bedrooms"], new["verification_status"]) == (None, 3, "flagged")
    assert float(new["data_completeness_score"]) == 0.8
    assert await catalogue.complaints() == []


async def test_a_rule_that_informs_lets_the_price_go_live(catalogue: Catalogue) -> None:
    await severity(catalogue, "info")
    await catalogue.run(homes(20))

    result = await catalogue.run([*homes(20), home(NEW, price=10_000_000)], day=1)

    assert (result.status, (await catalogue.live(NEW))["price"]) == ("applied", 10_000_000)
    assert result.unread[0].doubtful == 1


@pytest.mark.parametrize("factor", [100, 0.05], ids=["another unit", "another currency"])
async def test_a_whole_shift_is_held_and_goes_live_when_approved(catalogue: Catalogue, factor: float) -> None:
    """It sets no row aside: it is no matter of single cells."""
    await catalogue.run(homes(20))

    shifted = [{**row, "price": int(row["price"] * factor)} for row in homes(20)]
    held = await catalogue.run(shifted, day=1)

    assert (held.status, quarantined(held)) == ("held", 0)
    assert "prices_shift" in codes(held)
    sentence = next(reason.sentence for reason in held.reasons if reason.code == "prices_shift")
    assert "in 20 rows" in sentence
    assert "check the units and the currency, then approve the plan" in sentence

    await catalogue.approve(held, day=1)
    assert (await catalogue.live())["price"] == int(1_001_000 * factor)
    assert (await catalogue.run(shifted, day=2)).status == "applied"


async def test_doubts_are_reported_where_people_look(catalogue: Catalogue) -> None:
    """The sync itself, its plan, and a warning: with the text of the cell and both readings."""
    await catalogue.run(homes(20))

    result = await catalogue.run([*homes(20), home(NEW, price="10,000,000")], day=1, dry_run=True)
    assert result.plan_id is not None

    (field,) = result.unread
    assert (field.field, field.doubtful, field.unreadable) == ("price", 1, 0)
    (example,) = field.examples
    assert (example.text, example.readings) == ("10,000,000", ("10000000", "1000000"))
    assert "10 times the median of 20 homes like it (sale, casa, mérida" in example.why
    assert field.sentence in result.warnings
    assert (await show_plan(catalogue.database, result.plan_id)).unread == result.unread


async def test_a_row_that_does_not_state_what_it_is_is_judged_as_live_has_it(catalogue: Catalogue) -> None:
    """A price list: an id and a price."""
    await catalogue.run(homes(20))

    prices = [{"property_id": "A-1", "price": 10_010_000}, {"property_id": "A-2", "price": 999_000}]
    result = await catalogue.run(prices, day=1, scope="price list", verdict="partial")

    assert await catalogue.quarantined(result) == {1: ["price_is_likely"]}
    assert (await catalogue.live(2))["price"] == 999_000


async def test_a_hostile_session_cannot_teach_what_is_usual(catalogue: Catalogue) -> None:
    """Neither many wrong rows at once, nor the same again and again, nor a plan never approved."""
    await catalogue.run(homes(20))
    wrong = priced(range(101, 161), 10_000_000)

    for day in (1, 3, 5):
        held = await catalogue.run([*homes(20), *wrong], day=day)
        assert held.status == "held"
        some = await catalogue.run([*homes(20), *wrong[:4]], day=day + 1)
        assert quarantined(some) == 4
    assert await levels(catalogue) == {"ALL": (20, 1_010_000), "mérida, ": (20, 1_010_000)}

    last = await catalogue.run([*homes(20), home(NEW, price=10_000_000)], day=30)
    assert quarantined(last) == 1


async def test_one_source_teaches_no_other(catalogue: Catalogue) -> None:
    await catalogue.run(homes(20))
    luxury = await Catalogue(catalogue.database, catalogue.superuser, Source(name="luxury")).register()
    await luxury.run(priced(range(1, 31), 30_000_000))

    fine = await luxury.run([*priced(range(1, 31), 30_000_000), home(NEW, price=28_000_000)], day=1)
    off = await catalogue.run([*homes(20), home(NEW, price=28_000_000)], day=1)

    assert (quarantined(fine), quarantined(off)) == (0, 1)


async def test_a_rollback_takes_back_what_was_learnt(catalogue: Catalogue) -> None:
    await catalogue.run(homes(20))
    await catalogue.run([*homes(20), home(50)], day=1)
    bad = await catalogue.approve(
        await catalogue.run([{**row, "price": row["price"] * 100} for row in homes(20)], day=2), day=2
    )
    await rollback(catalogue.database, session_id=bad.session_id, actor="ana")

    result = await catalogue.run([*homes(20), home(NEW, price=100_000_000)], day=3)

    assert quarantined(result) == 1
    assert (await levels(catalogue))["mérida, "] == (21, 1_011_000)


async def test_levels_are_counted_anew_only_after_a_tenth_has_changed(catalogue: Catalogue) -> None:
    """And never by a session that changes nothing: the cost follows the changes."""
    rows, moments = homes(40), []
    for day, changed in enumerate((0, 0, 1, 3, 2, 1)):
        rows = [{**row, "price": row["price"] + day} if n < changed else row for n, row in enumerate(rows)]
        await catalogue.run(rows, day=day)
        moments.append(
            await catalogue.superuser.fetchval("select change_set_id from property_manager.price_counts")
        )

    assert moments[0] == moments[1] == moments[2] == moments[3], "1 + 3 of 40 are a tenth"
    assert moments[3] < moments[4] == moments[5], "1 + 3 + 2 are more, and 1 is again less"


@pytest.mark.parametrize("words", ["ALL", "*", "x" * 9_000, "'; drop table x", "\\N"])
async def test_words_of_a_source_are_data(catalogue: Catalogue, words: str) -> None:
    """A city or type of any name or length makes a level or none, and never an error."""
    rows = [{**row, "city": words, "property_type": words} for row in homes(20)]
    await catalogue.run(rows)

    result = await catalogue.run([*rows, home(NEW, city=words, property_type=words, price=10_000_000)], day=1)

    assert quarantined(result) == 1


async def test_the_worth_of_currencies_is_that_of_the_parser(superuser: asyncpg.Connection) -> None:
    worth = expand("select /*use currency_scale $1::text*/", snippets=read_snippets(files("sql")))
    scales = {
        currency: await superuser.fetchval(worth, currency) for currency in (*CHEAP, "EUR", "MXN", None)
    }
    assert scales == {**CHEAP, "EUR": 1, "MXN": 1, None: 1}
