"""A county's file: listed, shown, checked against its layers, and begun from one of them."""

from __future__ import annotations

from pathlib import Path

from config.county.guesses import guessed
from tests.arcgis import PARCEL_FIELDS, ArcGIS, parcels, serving
from tests.cli.conftest import Cli

COUNTY = """
state = "FL"
county_fips = "12095"

[layers.roll]
type = "delimited"
path = "roll.csv"

[layers.roll.kinds.property_records]
parcel_id = "PARCEL_ID"
roll_year = "ASMNT_YR"
market_value = "JV"
"""
ROLL = "PARCEL_ID,ASMNT_YR,JV\n292201000000001,2025,412000\n292201000000002,2025,n/a\n"


async def test_the_shipped_county_is_listed_and_shown(cli: Cli) -> None:
    (listed,) = (await cli("county", "list", "--json")).document["counties"]
    assert (listed["county"], listed["county_fips"]) == ("orange-fl", "12095")
    shown = await cli("county", "show", "orange-fl")
    assert "tax-deeds (arcgis): https://" in shown.stdout
    assert "ids are STR; loaded at 0 2 * * *; not checked yet against what is there" in shown.stdout
    layers = (await cli("county", "show", "orange-fl", "--json")).document["layers"]
    assert [layer["type"] for layer in layers if layer["checked"]] == []
    assert "did you mean 'orange-fl'?" in (await cli("county", "show", "orang-fl")).stderr


async def test_a_file_is_checked_on_what_its_layers_hold(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "sample-fl.toml"
    path.write_text(COUNTY)
    absent = await cli("county", "check", str(path))
    assert (absent.exit_code, "there is no file" in absent.stdout) == (1, True)
    (tmp_path / "roll.csv").write_text(ROLL)
    good = await cli("county", "check", str(path))
    assert (good.exit_code, "2 rows read, 0 of them unusable" in good.stdout) == (0, True)
    (layer,) = (await cli("county", "check", str(path), "--json")).document["layers"]
    assert layer["kinds"][0]["filled"] == {"parcel_id": 2, "roll_year": 2, "market_value": 1}
    path.write_text(COUNTY.replace('"JV"', '"JUST"'))
    other = await cli("county", "check", str(path))
    assert (other.exit_code, "no column JUST. It has PARCEL_ID, ASMNT_YR, JV." in other.stdout) == (1, True)
    path.write_text(COUNTY.replace("[layers.roll]", "[layers.roll]\ncomplet = true"))
    wrong = await cli("county", "check", str(path))
    assert (wrong.exit_code, "sample-fl.toml, line 6" in wrong.stderr) == (2, True)
    assert "layers.roll.complet: unknown key 'complet'; did you mean 'complete'?" in wrong.stderr


def test_the_columns_of_a_roll_that_tell_an_absent_owner_are_proposed() -> None:
    columns = [
        "PARCEL",
        "SITUS",
        "TOTAL_MKT",
        "HOMESTEAD",
        "MAIL_ADDR",
        "MAIL_CITY",
        "MAIL_STATE",
        "MAIL_ZIP",
    ]
    kinds = guessed(columns)
    assert (
        kinds["property_records"] | {"absentee": "SITUS", "mailing_address": "MAIL_ADDR"}
        == kinds["property_records"]
    )
    assert {column for fields in kinds.values() for column in fields.values()} == set(columns)
    assert "absentee" not in guessed(columns[:4])["property_records"]


async def test_a_county_begun_from_a_layers_url_is_one_that_holds(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "sample-fl.toml"
    county = ("--name", "sample-fl", "--state", "FL", "--fips", "12095", "--allow-private")
    async with serving(ArcGIS(PARCEL_FIELDS | {"DOG": "esriFieldTypeString"}, parcels(25), most=50)) as layer:
        drafted = await cli("county", "draft", layer.url, *county, "--out", str(path), "--json")
        assert drafted.document["kinds"]["properties"] == {"parcel_id": "PARCEL", "address": "SITUS"}
        assert (drafted.document["rows"], drafted.document["unused"]) == (25, ["OBJECTID (1)", "DOG"])
        again = await cli("county", "draft", layer.url, *county, "--out", str(path))
        assert (again.exit_code, "is there already and may have been edited" in again.stderr) == (2, True)
        idle = await cli("county", "check", str(path))
        assert (idle.exit_code, "not asked, as it is on a server; --online asks it" in idle.stdout) == (
            0,
            True,
        )
        tried = await cli("county", "check", str(path), "--online", "--allow-private", "--json")
        (trial,) = tried.document["layers"]
        assert (tried.exit_code, trial["expected"], trial["holds"]) == (0, 25, True)
        assert trial["kinds"][0]["filled"] == {"parcel_id": 25, "address": 25}
    away = await cli("county", "check", str(path), "--online", "--allow-private")
    assert (away.exit_code, "could not be reached" in away.stdout) == (1, True)
