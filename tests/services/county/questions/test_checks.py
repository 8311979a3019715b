"""Checks of county records: each finds its bad records, and no other does; shares decide what fails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from config.errors import NotFoundError
from database.handle import Database
from services.county.questions import check_data
from services.county.questions.checks import LayerState
from tests.county_rows import CountyRows

NOW = datetime.now(UTC)
TODAY = NOW.date()
WEEKS_AGO = NOW - timedelta(days=15)
FAR = date(9999, 1, 1)

BAD: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("tax_sales", "dates"): ("S1", {"sale_date": None}),
    ("tax_sales", "dates in range"): ("S2", {"sale_date": FAR}),
    ("tax_sales", "amounts"): ("S3", {"opening_bid": Decimal(-1)}),
    ("tax_sales", "statuses"): ("S4", {"status": "scheduled", "sale_date": TODAY - timedelta(days=31)}),
    ("tax_sales", "parcels"): ("S5", {"property_id": None}),
    ("tax_certificates", "years"): ("C1", {"tax_year": 1899}),
    ("tax_certificates", "amounts"): ("C2", {"face_value": Decimal(2_000_000_000)}),
    ("tax_certificates", "order of dates"): (
        "C3",
        {"issued_on": TODAY, "paid_on": TODAY - timedelta(days=1)},
    ),
    ("foreclosures", "amounts stated"): ("F1", {"default_amount": None}),
    ("foreclosures", "dates in range"): ("F2", {"auction_date": date(1899, 12, 31)}),
    ("foreclosures", "amounts"): ("F3", {"opening_bid": Decimal(-5)}),
    ("foreclosures", "statuses"): ("F4", {"status": "scheduled", "auction_date": date(2020, 1, 1)}),
    ("property_records", "market values"): ("R1", {"market_value": None}),
    ("property_records", "amounts"): ("R2", {"taxable_value": Decimal(-1)}),
    ("property_records", "assessed value"): ("R3", {"assessed_value": Decimal(102)}),
    ("property_records", "taxable value"): (
        "R4",
        {"assessed_value": Decimal(50), "taxable_value": Decimal(60)},
    ),
    ("property_records", "years"): ("R5", {"year_built": 1066}),
    ("property_records", "dates in range"): ("R6", {"last_sale_date": FAR}),
    ("code_violations", "dates in range"): ("V1", {"opened_on": date(1899, 1, 1)}),
    ("code_violations", "order of dates"): (
        "V2",
        {"status": "open", "opened_on": TODAY, "closed_on": TODAY},
    ),
}
GOOD: dict[str, dict[str, Any]] = {
    "tax_sales": {"sale_date": TODAY, "opening_bid": Decimal(1), "status": "sold"},
    "tax_certificates": {"tax_year": 2025, "face_value": Decimal(1)},
    "foreclosures": {"default_amount": Decimal(1), "auction_date": TODAY, "status": "sold"},
    "property_records": {"market_value": Decimal(100), "roll_year": 2026, "parcel_id_normalized": "P1"},
    "code_violations": {"opened_on": TODAY, "status": "closed"},
}


async def test_each_check_finds_its_bad_record_and_no_other(
    database: Database, superuser: asyncpg.Connection
) -> None:
    rows = CountyRows(superuser)
    place = {"address": "1 MAIN ST", "latitude": Decimal("28.5"), "longitude": Decimal("-81.3")}
    parcel = await rows.parcel("P1", **place)
    await rows.parcel("P2", **{**place, "address": None})
    await rows.parcel("P3", **{**place, "latitude": None})
    await rows.parcel("P4", **{**place, "latitude": Decimal(0), "longitude": Decimal(0)})
    await rows.parcel("P5", record_status="removed")
    for number, (kind, good) in enumerate(GOOD.items()):
        await rows.add(kind, f"G{number}", property_id=parcel, **good)
    for (kind, _), (record, fields) in BAD.items():
        await rows.add(kind, record, **{"property_id": parcel, **GOOD[kind], **fields})
    await rows.add("foreclosures", "F5", **GOOD["foreclosures"], created_at=WEEKS_AGO)
    await superuser.execute(
        "insert into public.sources (name, language, facts)"
        " values ('orange-fl.clerk.code_violations', 'english', '{\"records\": \"code_violations\"}');"
        "insert into county.code_violations (source, record_id, case_number, property_id, state, county_fips,"
        " change_set_id) select 'orange-fl.clerk.code_violations', record_id, 'x', property_id, state,"
        " county_fips, 1 from county.code_violations where record_id = 'V1'"
    )

    checks = await check_data(database)
    found = {
        (check.kind, check.name): [each.record_id for each in check.examples]
        for check in checks
        if check.bad and check.kind != "layers"
    }
    assert found == {
        **{named: [record] for named, (record, _) in BAD.items()},
        ("properties", "address"): ["P2"],
        ("properties", "coordinates"): ["P3"],
        ("properties", "places"): ["P4"],
        ("properties", "values"): ["P2", "P3", "P4"],
        ("foreclosures", "parcels"): ["F5"],
        ("foreclosures", "long waiting"): ["F5"],
        ("code_violations", "keys"): ["V1", "V1"],
    }
    by_name = {(check.kind, check.name): check for check in checks}
    values = by_name["properties", "values"]
    assert (values.bad, values.judged, values.share, values.verdict) == (3, 4, 0.75, "fail")
    assert by_name["properties", "address"].verdict == "warn"
    assert by_name["tax_certificates", "parcels"].verdict == "pass"
    said = by_name["property_records", "assessed value"].examples[0].says
    assert said == "assessed 102.00, market 100.00"
    assert {check.county for check in checks} == {"orange-fl"}
    with pytest.raises(NotFoundError, match='no records of a county "lake-fl"'):
        await check_data(database, county="lake-fl")


@pytest.mark.parametrize(
    ("schedule", "good", "verdict"),
    [
        ("0 2 * * *", "2026-11-29T02:05", "pass"),
        ("0 2 * * *", "2026-11-28T07:05", "pass"),  # it was due five hours ago
        ("0 2 * * *", "2026-11-28T06:55", "warn"),
        ("0 2 * * *", "2026-11-27T06:55", "fail"),
        ("0 2 * * 1", "2026-11-23T08:00", "pass"),
        ("0 2 * * 1", "2026-11-20T00:00", "warn"),
        (None, "2026-11-10T00:00", "pass"),
        (None, "2026-10-20T00:00", "warn"),
        (None, "2026-08-20T00:00", "fail"),
        ("0 2 * * *", None, "fail"),
    ],
)
def test_a_layer_is_late_by_its_own_schedule(schedule: str | None, good: str | None, verdict: str) -> None:
    """In the county's time: 02:00 in New York is 07:00 UTC. It has six hours to come."""
    layer = LayerState(
        county="orange-fl",
        layer="parcels",
        schedule=schedule,
        time_zone="America/New_York",
        last_good_at=None if good is None else datetime.fromisoformat(f"{good}+00:00"),
        last_status="failure",
        last_at=None,
        processed=None,
        failed=None,
        error_message=None,
    )
    assert layer.lateness(datetime(2026, 11, 29, 12, 55, tzinfo=UTC))[0] == verdict


async def test_a_layer_is_judged_by_its_runs(database: Database, superuser: asyncpg.Connection) -> None:
    """One of its two layers set aside too many rows; the other never went live."""
    await CountyRows(superuser).parcel("P1")
    await superuser.execute(
        "insert into county.data_ingestion_runs (county, layer, source_type, status, processed, failed,"
        " error_message, completed_at) values"
        " ('orange-fl', 'properties', 'arcgis', 'partial', 1000, 50, null, now()),"
        " ('orange-fl', 'sales', 'arcgis', 'failure', 0, 0, 'no answer', now())"
    )
    checks = {check.name: check for check in await check_data(database) if check.kind == "layers"}
    loads, aside = checks["loads"], checks["rows set aside"]
    assert (loads.verdict, loads.bad, loads.judged) == ("fail", 1, 2)
    assert (loads.examples[0].source, loads.examples[0].says) == (
        "orange-fl.sales",
        "never went live: no answer",
    )
    assert (aside.verdict, aside.examples[0].says) == ("warn", "50 of 1,000 rows set aside")
