"""`county near`: around degrees, a parcel or an address; units stated, and what cannot be searched named."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import pytest

from tests.cli.conftest import Cli
from tests.parcels import fill


@pytest.fixture
async def street(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Fourteen parcels, 50 m apart to the north; of the seventh and the last there is a code case."""
    await fill(superuser, 14)
    await superuser.execute(
        "update county.properties set latitude = 28.5 + record_id::integer * 0.00045, longitude = -81.4,"
        " address = record_id || ' N Main St', address_normalized = record_id || ' N MAIN ST',"
        " parcel_id_normalized = '2822298850020' || lpad(record_id, 2, '0')"
    )
    return superuser


async def test_what_lies_around_degrees_a_parcel_or_an_address(street: asyncpg.Connection, cli: Cli) -> None:
    """The parcel that is asked about is not its own neighbour; an id may have the section first."""
    for where, nearest in (
        (["28.50045", "-81.4"], "1 N Main St"),
        (["28.50045,-81.4"], "1 N Main St"),
        (["29-22-28-8850-02-001"], "2 N Main St"),
        (["1 North Main Street, Orlando FL"], "2 N Main St"),
    ):
        document = (await cli("county", "near", *where, "--metres", "120", "--json")).document
        assert document["parcels"][0]["address"] == nearest, where
        assert document["radius_metres"] == 120 and not document["more"]
        assert document["parcels"][0]["miles"] == pytest.approx(document["parcels"][0]["metres"] / 1609.344)
    (only,) = (await cli("county", "near", "28.5", "-81.4", "--nearest", "1", "--json")).document["parcels"]
    assert only["address"] == "1 N Main St" and only["metres"] == pytest.approx(49.87, abs=0.01)
    shown = (await cli("county", "near", "28.5", "-81.4", "--miles", "0.1", "--limit", "2")).stdout
    assert "2 parcels within 161 m (0.10 miles) of 28.5 -81.4" in shown and "more lie within" in shown
    cases = (await cli("county", "near", "28.5", "-81.4", "--show", "cases", "--json")).document
    assert [(each["case_number"], each["located_by"]) for each in cases["cases"]] == [
        ("CE-7", "parcel"),
        ("CE-14", "parcel"),
    ]
    assert "No listing within" in (await cli("county", "near", "28.5", "-81.4", "--show", "listings")).stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("-81.4 28.5 --miles 0", 2, "a radius of 0 miles cannot be searched"),
        ("28.5 -81.4 --miles 63", 2, "at most 100,000 metres (62 miles)"),
        ("28.5 -81.4 --miles 1 --metres 1", 2, "two radii"),
        ("28.5 -181", 2, "no place; latitude is first"),
        ("86 20", 2, "beyond 85 degrees"),
        ("28.5 -81.4 --status open", 2, "--status is of code cases"),
        ("28.5 -81.4 --show cases --nearest 3", 2, "--nearest is of parcels"),
        ("99999", 2, 'no parcel is called "99999"'),
        ("7 N Main St", 2, "it is not known where parcel 7 is"),
        ("8 N Main St", 2, '"8 N Main St" is 2 parcels: 8 (8 N Main St APT 1), 9 (9 N Main St APT 2)'),
    ],
)
async def test_what_cannot_be_searched_is_named(
    street: asyncpg.Connection, cli: Cli, words: str, code: int, says: str
) -> None:
    await street.execute(
        "update county.properties set address_normalized = '8 N MAIN ST',"
        " unit = 'APT ' || record_id::integer - 7 where record_id in ('8', '9')"
    )
    await street.execute("update county.properties set latitude = null where record_id = '7'")
    place, _, options = words.partition(" --")
    degrees = (
        place.split() if place.replace(" ", "").replace(".", "").replace("-", "").isdecimal() else [place]
    )
    ended = await cli("county", "near", *degrees, *(f"--{options}".split() if options else ()))
    assert (ended.exit_code, says in ended.stderr) == (code, True), ended.stderr


async def test_polygons_are_refused_with_what_to_do_where_there_is_no_postgis(
    street: asyncpg.Connection, cli: Cli, tmp_path: Path
) -> None:
    """And a file that has no polygon before the database is asked."""
    area = tmp_path / "area.geojson"
    square = [[-81.5, 28.4], [-81.3, 28.4], [-81.3, 28.6], [-81.5, 28.4]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [square]}}
    area.write_text(json.dumps(feature))
    told = (await cli("db", "postgis", "--json")).document["postgis"]
    assert (told["version"], told["is_on"]) == (None, False)
    for words in (
        ["county", "at", "28.5", "-81.4"],
        ["county", "within", str(area)],
        ["db", "postgis", "on"],
    ):
        ended = await cli(*words)
        assert ended.exit_code == 2 and "need PostGIS" in ended.stderr, words
        assert "create extension postgis" in ended.stderr or "postgresql-15-postgis-3" in ended.stderr
    for text, says in (
        ("{", "no JSON, line 1"),
        ('{"type": "Point"}', "is no polygon"),
        ("[]", "is no polygon"),
    ):
        area.write_text(text)
        ended = await cli("county", "within", str(area))
        assert ended.exit_code == 2 and says in ended.stderr


async def test_leads_near_a_place_come_by_tier(street: asyncpg.Connection, cli: Cli) -> None:
    """The best tier first, then the nearest; each with its open cases."""
    await street.execute(
        "insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,"
        " confidence, reasons, score_version, as_of, fingerprint, scored_at)"
        " select id, 1, 1, 1, 1, 10 * record_id::integer,"
        " case when record_id in ('3', '7') then 'A' else 'C' end, 0.5, '[]', 1, '2026-11-29', 0, now()"
        " from county.properties where record_id::integer < 9"
    )
    document = (await cli("leads", "near", "28.5", "-81.4", "--metres", "360", "--json")).document
    assert [each["address"].split()[0] for each in document["leads"]] == ["3", "7", "1", "2", "4", "5", "6"]
    assert [each["open_cases"] for each in document["leads"]] == [0, 1, 0, 0, 0, 0, 0]
    some = await cli("leads", "near", "1 N Main St", "--tier", "c", "--metres", "100")
    assert "1 lead of tier C within 100 m (0.06 miles) of 1 (1 N Main St)" in some.stdout
    none = await cli("leads", "near", "28.5", "-81.4", "--metres", "100", "--tier", "A", "--tier", "B")
    assert "No lead of tier A or B within 100 m" in none.stdout
