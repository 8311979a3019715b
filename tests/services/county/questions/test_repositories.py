"""What is asked of county records, by the names that users know: what is found, in which order, in pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.errors import NotFoundError, UsageError
from database.handle import Database
from services.county.questions import (
    CodeViolationRepository,
    DataIngestionRunRepository,
    ForeclosureRepository,
    LeadScoreRepository,
    Page,
    PropertyRecordRepository,
    PropertyRepository,
    RecordRepository,
    TaxCertificateRepository,
    TaxSaleRepository,
    known_parcel,
)
from tests.county_rows import CountyRows

TODAY = datetime.now(UTC).date()
OTHER = "lake-fl"


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
async def rows(superuser: asyncpg.Connection) -> CountyRows:
    """A few records of each kind, of two counties."""
    orange = CountyRows(superuser)
    place = {"latitude": Decimal("28.5"), "longitude": Decimal("-81.3")}
    first = await orange.parcel("P1", city="ORLANDO", **place)
    second = await orange.parcel("P2", city="Orlando", latitude=Decimal("28.1"), longitude=Decimal(-81))
    await orange.parcel("P3", city="Apópka")
    await orange.parcel("P4", city="Orlando", record_status="removed", **place)
    await CountyRows(superuser, OTHER, "12069").parcel("P1", city="Orlando", **place)
    for number, on, status in (
        ("S1", day(-1), "scheduled"),
        ("S2", day(0), "scheduled"),
        ("S3", day(30), None),
        ("S4", day(31), "scheduled"),
        ("S5", day(3), "redeemed"),
        ("S6", None, "scheduled"),
    ):
        await orange.sale(number, on, status=status)
    await orange.add("tax_certificates", "C1", property_id=first, owner_name="ANA")
    for number, amount, on in (("F1", 90_000, None), ("F2", 250_000, day(9)), ("F3", None, day(20))):
        await orange.add(
            "foreclosures",
            number,
            default_amount=amount and Decimal(amount),
            auction_date=on,
            borrower_name="BEN",
        )
    await orange.year(first, "P1", 2025, 500_000, lien_amount=Decimal(10_000), owner_name="ANA")
    await orange.year(first, "P1", 2026, 400_000, lien_amount=Decimal(100_000), owner_name="ANA")
    await orange.year(second, "P2", 2026, 300_000)
    await orange.year(None, "P9", 2025, 200_000, lien_amount=Decimal(220_000))
    await orange.year(None, "P9", 2026, 250_000, lien_amount=Decimal(50_000))
    await orange.year(None, "P8", 2026, 0, lien_amount=Decimal(0))
    for number, status, on in (
        ("V1", "open", day(-9)),
        ("V2", "closed", day(-8)),
        ("V3", "open", None),
        ("V4", "open", day(-1)),
    ):
        await orange.add("code_violations", number, status=status, opened_on=on)
    return orange


Ask = Callable[..., Awaitable[Page]]
Question = tuple[type[RecordRepository], str, tuple[Any, ...], dict[str, Any], list[str]]
QUESTIONS: list[Question] = [
    (PropertyRepository, "get_all", (), {}, ["P1", "P1", "P2", "P3", "P4"]),
    (PropertyRepository, "get_all", (), {"status": "removed"}, ["P4"]),
    (PropertyRepository, "get_active_properties", (), {"county": OTHER}, ["P1"]),
    (PropertyRepository, "get_by_city", ("orlando",), {}, ["P1", "P1", "P2"]),
    (PropertyRepository, "get_by_city", ("APOPKA",), {}, ["P3"]),
    (PropertyRepository, "get_with_coordinates", (), {"county": "orange-fl"}, ["P2", "P1"]),
    (PropertyRepository, "get_with_coordinates", (), {"city": "Apopka"}, []),
    (TaxSaleRepository, "get_by_sale_date_range", (day(-1), day(3)), {}, ["S1", "S2", "S5"]),
    (TaxSaleRepository, "get_by_sale_date_range", (None, day(0)), {}, ["S1", "S2"]),
    (TaxSaleRepository, "get_by_sale_date_range", (day(30), None), {}, ["S3", "S4"]),
    (TaxSaleRepository, "get_upcoming_sales", (30,), {}, ["S2", "S3"]),
    (TaxCertificateRepository, "get_all", (), {}, ["C1"]),
    (ForeclosureRepository, "get_by_default_amount_range", (Decimal(0), Decimal(250_000)), {}, ["F2", "F1"]),
    (ForeclosureRepository, "get_by_default_amount_range", (None,), {"with_auction_date": True}, ["F2"]),
    (ForeclosureRepository, "get_with_auction_date", (), {}, ["F3", "F2"]),
    (
        PropertyRecordRepository,
        "get_by_market_value_range",
        (Decimal(250_000), Decimal(500_000)),
        {},
        ["P1:2026", "P2:2026", "P9:2026"],
    ),
    (CodeViolationRepository, "get_open_cases", (), {}, ["V4", "V1", "V3"]),
]


async def test_each_question_finds_its_records_in_order_and_in_pages(
    database: Database, rows: CountyRows
) -> None:
    """The pages of two together are the whole, and as many as are counted."""
    found, paged, counted = {}, {}, {}
    wanted = {}
    for kind, name, given, options, expected in QUESTIONS:
        repository = kind(database)
        ask: Ask = getattr(repository, name)
        asked = f"{name}{given}{options}"
        wanted[asked] = expected
        page = await ask(*given, **options)
        found[asked] = [record.record_id for record in page.records]
        counted[asked] = await repository.how_many(page)
        paged[asked] = []
        after = None
        while True:
            part = await ask(*given, **options, limit=2, after=after)
            paged[asked] += [record.record_id for record in part.records]
            if (after := part.after) is None:
                break
    assert found == wanted
    assert paged == wanted
    assert counted == {asked: len(expected) for asked, expected in wanted.items()}


async def test_equity_is_unknown_without_lien_data_and_never_high(
    database: Database, rows: CountyRows
) -> None:
    """Of each parcel the newest year counts; a record without debts stated, or without value, is unknown."""
    asked = PropertyRecordRepository(database)

    high = await asked.get_high_equity_properties(50)
    assert [(each.record_id, each["equity_percent"]) for each in high.page.records] == [
        ("P9:2026", Decimal("80.00")),
        ("P1:2026", Decimal("75.00")),
    ]
    assert high.unknown == 2
    assert (await asked.get_high_equity_properties(-1000)).page.records == high.page.records


async def test_owners_are_named_of_one_record_and_in_no_list(database: Database, rows: CountyRows) -> None:
    certificates = TaxCertificateRepository(database)
    (listed,) = (await certificates.get_all()).records
    one = await certificates.get_by_id(listed.id)
    assert one is not None
    assert ("owner_name" in listed.fields, one["owner_name"]) == (False, "ANA")
    assert await certificates.get_by_id(UUID(int=0)) is None


async def test_values_are_of_the_type_that_their_field_declares(database: Database, rows: CountyRows) -> None:
    await rows.sale("S7", date(2026, 1, 2), opening_bid=Decimal("12345678901.23"), raw='{"a": 1}')
    (sale,) = (await TaxSaleRepository(database).get_by_sale_date_range(None, date(2026, 1, 2))).records
    assert (sale["opening_bid"], sale["sale_date"]) == (Decimal("12345678901.23"), date(2026, 1, 2))
    assert (sale.county, sale.property_id, sale.created_at.tzinfo is not None) == ("orange-fl", None, True)
    assert "raw" not in sale.document()


async def test_a_question_that_is_none_is_refused(database: Database, rows: CountyRows) -> None:
    asked = PropertyRepository(database)
    with pytest.raises(NotFoundError, match='no records of a county "nowhere"'):
        await asked.get_all(county="nowhere")
    page = await asked.get_by_city("orlando", limit=1)
    with pytest.raises(UsageError, match="after is no cursor"):
        await asked.get_with_coordinates(after=page.after)
    with pytest.raises(UsageError, match='nothing is asked of tax_sales by "city"'):
        await database.rows("county_page", "tax_sales", {"city": "x"}, ["id"], 1, None)
    with pytest.raises(UsageError, match='has no column "nonsense"'):
        await database.rows("county_page", "tax_sales", {}, ["nonsense"], 1, None)


async def test_loads_are_told_the_newest_first_and_the_failed_alone(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        "insert into county.data_ingestion_runs (county, layer, source_type, status, processed,"
        " error_message, started_at, completed_at)"
        " select c, l, 'arcgis', s, n, case s when 'failure' then 'refused' end,"
        " timestamptz '2026-11-01' + n * interval '1 hour', timestamptz '2026-11-01' + n * interval '2 hours'"
        " from (values (1, 'orange-fl', 'parcels', 'success'), (2, 'orange-fl', 'sales', 'failure'),"
        " (3, 'lake-fl', 'parcels', 'failure'), (4, 'orange-fl', 'sales', 'partial')) r (n, c, l, s)"
    )
    asked = DataIngestionRunRepository(database)

    async def numbers(**options: Any) -> list[int]:
        return [run.processed for run in (await asked.get_recent_runs(**options)).runs]

    first = await asked.get_all(limit=3)
    rest = await asked.get_all(limit=3, after=first.after)
    assert [run.processed for run in (*first.runs, *rest.runs)] == [4, 3, 2, 1]
    assert await numbers(county="orange-fl", layer="sales") == [4, 2]
    failed = await asked.get_failed_runs()
    assert [(run.processed, run.error_message) for run in failed.runs] == [(3, "refused"), (2, "refused")]
    assert [await asked.count(status=status) for status in ("failure", None)] == [2, 4]
    assert await asked.get_by_id(first.runs[0].id) == first.runs[0]


async def test_leads_are_asked_for_by_tier_score_and_number(
    database: Database, superuser: asyncpg.Connection
) -> None:
    """And a parcel shows its own score."""
    rows = CountyRows(superuser)
    scores = {"P1": 80, "P2": 75, "P3": 60, "P4": 12}
    for key, total in scores.items():
        parcel = await rows.parcel(key)
        await superuser.execute(
            "insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,"
            " confidence, reasons, score_version, as_of, fingerprint, scored_at)"
            " select $1, 1, 1, 1, 1, $2::numeric, $3, 1, '[]', v.version, '2026-01-15', 1, now()"
            " from county.score_versions v where v.is_current",
            parcel,
            Decimal(total),
            "A" if total >= 75 else "B" if total >= 60 else "D",
        )
    await superuser.execute(
        "insert into property_manager.tier_counts (day, tier, leads, score_version)"
        " select date '2026-01-15', t.tier, t.leads, v.version from county.score_versions v,"
        " (values ('A', 2), ('B', 1), ('D', 1)) t (tier, leads) where v.is_current"
    )
    asked = LeadScoreRepository(database)

    first = await asked.get_all(limit=3)
    rest = await asked.get_all(limit=3, after=first.after)
    assert [lead.parcel_id_normalized for lead in (*first.leads, *rest.leads)] == list(scores)
    assert rest.after is None
    assert [lead.total for lead in (await asked.get_tier_a_leads()).leads] == [80, 75]
    assert [lead.total for lead in (await asked.get_by_score_range(12, 60)).leads] == [60, 12]
    assert [lead.tier for lead in await asked.get_top_n_leads(3)] == ["A", "A", "B"]
    assert (await asked.get_tier_counts(), await asked.count()) == ({"A": 2, "B": 1, "D": 1}, 4)
    one = await asked.get_by_id(first.leads[0].property_id)
    assert one is not None
    assert (await known_parcel(database, "P1")).score == one
    assert await asked.get_by_id(UUID(int=0)) is None


async def test_a_parcel_is_found_by_its_id_however_that_is_written(
    database: Database, superuser: asyncpg.Connection
) -> None:
    """As printed before anything else: an id with section and range exchanged may be another parcel's key."""
    rows = CountyRows(superuser)
    first = await rows.parcel("282229885002050", parcel_id="29-22-28-8850-02-050")
    other = await rows.parcel("292228885002050", parcel_id="28-22-29-8850-02-050")
    third = await rows.parcel("042030664500001")
    await superuser.execute(
        "insert into property_manager.county_keys values ('FL', '12095', '{\"length\": 15, \"pad\": 1}')"
    )
    found = {}
    for written in (
        *("29-22-28-8850-02-050", "28-22-29-8850-02-050", "292228885002050", "28 22 29 8850 02 050"),
        *("42030664500001", "30-20-04-6645-00-001", str(first)),
    ):
        known = await known_parcel(database, written)
        found[written] = (known.parcel.record.id if known.parcel else None, known.found_by)
    assert found == {
        "29-22-28-8850-02-050": (first, "id"),
        "28-22-29-8850-02-050": (other, "id"),
        "292228885002050": (other, "id"),
        "28 22 29 8850 02 050": (other, "id"),
        "42030664500001": (third, "key"),
        "30-20-04-6645-00-001": (third, "id in the other order"),
        str(first): (first, "id"),
    }
