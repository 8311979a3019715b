"""`county match` and `county waiting`, from a county's files to a person's word."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.conftest import Cli

COUNTY = """
state = "FL"
county_fips = "12095"
[layers.parcels]
type = "delimited"
path = "parcels.csv"
[layers.parcels.kinds.properties]
parcel_id = "PARCEL"
address = "SITUS"
[layers.sales]
type = "delimited"
path = "sales.csv"
key_order = "STR"
[layers.sales.kinds.tax_sales]
parcel_id = "PARCEL"
tda_number = "TDA"
address = "ADDRESS"
"""
PARCELS = """PARCEL,SITUS
272035664500001,1 Oak Lane
282229885002050,5 Pine Hills Rd
292228885002050,12 Main St
"""
SALES = """TDA,PARCEL,ADDRESS
2023-1,35-20-27-6645-00-001,1 OAK LN ORLANDO FL
2023-2,29-22-28-8850-02-050,12 Main Street
2023-3,TIMESHARE,
"""


async def test_a_county_is_loaded_matched_and_decided_of(cli: Cli, tmp_path: Path) -> None:
    """One sale finds its parcel, one is held back by the address, one names none; a person decides."""
    (tmp_path / "orange-fl.toml").write_text(COUNTY)
    (tmp_path / "parcels.csv").write_text(PARCELS)
    (tmp_path / "sales.csv").write_text(SALES)
    loaded = await cli("county", "load", "orange-fl.toml", "--json")
    (sales,) = loaded.document["layers"][1]["kinds"]
    assert (loaded.exit_code, sales["waiting"]) == (0, 2), loaded.stderr

    matched = (await cli("county", "match", "--county", "orange-fl.toml", "--all", "--json")).document
    assert (matched["changes"], matched["linked"], matched["unlinked"]) == (6, 0, 0)
    assert [(each["why"], each["records"]) for each in matched["waits"]] == [("no_id", 1), ("other_order", 1)]
    listed = await cli("county", "waiting", "list")
    assert "292228885002050 (0.90)" in listed.stdout

    shown = await cli("county", "waiting", "show", "orange-fl.sales/2023-2")
    assert "its id may be read in two orders" in shown.stdout
    (step,) = (line for line in shown.stdout.splitlines() if line.startswith("next: "))
    words = shlex.split(step.removeprefix("next: "))
    decided = await cli(*words[words.index("county") :], "--reason", "the list prints range first", "--json")
    assert decided.document["record"]["parcel"]["address"] == "12 Main St"
    number = decided.document["decision"]

    refused = await cli("county", "waiting", "decide", "orange-fl.sales/2023-3", "--parcel", "1")
    assert (refused.exit_code, 'no parcel "1"' in refused.stderr) == (2, True)
    neither = await cli("county", "waiting", "decide", "orange-fl.sales/2023-3")
    assert (neither.exit_code, "--parcel ID or --leave" in neither.stderr) == (2, True)
    left = await cli("county", "waiting", "decide", "orange-fl.sales/2023-3", "--leave")
    assert "It was left without a parcel" in left.stdout
    assert (await cli("county", "waiting", "list")).stdout.startswith("No record waits for its parcel.")

    assert (await cli("county", "waiting", "undo", str(number))).exit_code == 0
    again = (await cli("county", "waiting", "list", "--json")).document["records"]
    assert [each["record_id"] for each in again] == ["2023-2"]
