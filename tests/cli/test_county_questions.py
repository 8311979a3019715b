"""Questions on county records as a person asks them: tables, pages that go on, empty answers that help."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg

from tests.cli.conftest import Cli
from tests.county_rows import CountyRows


async def test_a_page_goes_on_by_the_command_that_it_prints(cli: Cli, superuser: asyncpg.Connection) -> None:
    rows = CountyRows(superuser)
    for number in (1, 2, 3):
        today = datetime.now(UTC).date() + timedelta(days=number)
        await rows.sale(f"2025-{number}", today, status="scheduled", opening_bid=Decimal("10250.5") * number)

    first = await cli("county", "sales", "--upcoming", "9", "--limit", "2")
    title, _, _, _, row, *_ = first.stdout.splitlines()
    assert title.strip() == "2 of 3 tax sales"
    assert ("2025-1" in row, "10,250.5" in row, "unreadable (waits)" in row) == (True, True, True)

    (more,) = (line for line in first.stdout.splitlines() if line.startswith("… more: "))
    again = shlex.split(more.removeprefix("… more: "))
    rest = await cli(*again[again.index("county") :], "--json")
    assert [sale["tda_number"] for sale in rest.document["tax_sales"]] == ["2025-3"]
    assert rest.document["after"] is None
    assert rest.document["tax_sales"][0]["opening_bid"] == 30751.5


async def test_empty_answers_say_what_to_do(cli: Cli, superuser: asyncpg.Connection) -> None:
    """Where no county is loaded, and where nothing matches."""
    lists = ("properties", "sales", "foreclosures", "records", "cases", "runs")
    for name in lists:
        ended = await cli("county", name)
        assert (ended.exit_code, ended.stdout.splitlines()[0]) == (0, "No county is loaded yet."), name
    unknown = await cli("county", "parcel", "1-2")
    assert (unknown.exit_code, 'there is no parcel "1-2"' in unknown.stderr) == (2, True)

    await CountyRows(superuser).parcel("P1")
    assert (await cli("county", "cases", "--open")).stdout == "No code case matches.\n"
    assert (await cli("county", "runs", "--failed")).stdout == "No load has failed.\n"
    nothing = (await cli("county", "records", "--high-equity", "50", "--json")).document
    assert nothing == {
        "property_records": [],
        "total": 0,
        "after": None,
        "equity_unknown": {"records": 0, "more": False},
    }


async def test_a_question_that_contradicts_itself_is_refused(cli: Cli) -> None:
    for words, said in (
        ("sales --upcoming 3 --from 2026-01-01", "--upcoming is a range of its own"),
        ("sales --from 2026-02-01 --to 2026-01-01", "--from is after --to"),
        ("foreclosures --min 2m --max 1m", "--min is above --max"),
        ("records --high-equity 50 --min-value 1", "--high-equity is asked alone"),
        ("properties --city Orlando --status any", "--status is for all parcels"),
    ):
        ended = await cli("county", *words.split())
        assert (ended.exit_code, said in ended.stderr) == (2, True), words


async def test_a_parcel_shows_its_values_with_their_origin_and_what_waits(
    cli: Cli, superuser: asyncpg.Connection
) -> None:
    """By its id in the other order, with dashes; its records of every kind and year."""
    key = "282229885002050"
    rows = CountyRows(superuser)
    parcel = await rows.parcel(key, address="12 Main Street", address_normalized="12 MAIN ST", city="ORLANDO")
    await rows.year(parcel, key, 2025, 250_000)
    value = await rows.year(parcel, key, 2026, 300_000, owner_name="ANA")
    await rows.sale("2025-1", None, parcel_id_normalized=key)
    await superuser.execute(
        "insert into county.changes (change_set_id, kind, record, source, record_id, change_type, field_name,"
        " old_value, new_value, change_reason, origin, actor, created_at) values"
        " (1, 'property_records', $1, 'orange-fl.values', 'r', 'created', null, null, '{}', 'new', 'sync',"
        "  'worker', '2026-01-05'),"
        " (2, 'property_records', $1, 'orange-fl.values', 'r', 'updated', 'market_value', '290000', '300000',"
        "  'changed', 'edit', 'ana', '2026-02-07')",
        value,
    )

    said = (await cli("county", "parcel", "29-22-28-8850-02-050")).stdout
    assert said.startswith(f"Parcel {key} · orange-fl (12095, FL) · 12 MAIN ST, ORLANDO\n")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    for line in (
        "Found with section and range exchanged, as counties print both orders: compare the address.",
        "market value 300,000 2026-02-07 edit by ana",
        "owner name ANA 2026-01-05 orange-fl.property_records",
        "Equity is unknown: nobody says what is owed on it.",
        "2 appraiser records",
        "1 record with its key not matched with it yet.",
        "Nothing is known of: tax certificates, foreclosures, code cases.",
    ):
        assert line in lines, said

    document = (await cli("county", "parcel", key, "--json")).document
    assert document["property_records"][0]["provenance"]["market_value"]["was"] == 290000
    assert (document["waiting"], document["found_by"]) == (1, "id")

    await CountyRows(superuser, "lake-fl", "12069").parcel(key)
    several = await cli("county", "parcel", key)
    assert (several.exit_code, "is one in each of lake-fl, orange-fl" in several.stderr) == (2, True)
    chosen = await cli("county", "parcel", key, "--county", "lake-fl", "--json")
    assert chosen.document["county_fips"] == "12069"

    await rows.sale("2025-2", None, parcel_id_normalized="W7")
    waited = (await cli("county", "parcel", "w-7")).stdout
    assert "orange-fl has no such parcel yet: its records wait for it." in waited


async def test_a_check_that_fails_ends_with_a_code_of_its_own(
    cli: Cli, superuser: asyncpg.Connection
) -> None:
    """3: nothing broke, and another attempt would find the same. Only what is not well is shown."""
    assert (await cli("county", "check-data")).stdout.startswith("No county is loaded yet.")
    rows = CountyRows(superuser)
    place = {"latitude": Decimal("28.5"), "longitude": Decimal("-81.3")}
    await rows.parcel("P1", address="1 MAIN ST", **place)
    await superuser.execute(
        "insert into county.data_ingestion_runs (county, layer, source_type, status, completed_at)"
        " values ('orange-fl', 'properties', 'arcgis', 'success', now())"
    )
    well = await cli("county", "check-data")
    assert (well.exit_code, "failed" in well.stdout, "orange-fl: " in well.stdout) == (0, False, True)

    await rows.parcel("P2", address="2 MAIN ST")
    await rows.parcel("P3", address="3 MAIN ST")
    ended = await cli("county", "check-data")
    assert (ended.exit_code, "properties, coordinates: orange-fl.properties P2" in ended.stdout) == (3, True)
    document = (await cli("county", "check-data", "--county", "orange-fl", "--json")).document
    assert (document["success"], document["counts"]["fail"]) == (False, 1)
    assert document["checks"][0]["examples"][0]["record_id"] == "P2"
