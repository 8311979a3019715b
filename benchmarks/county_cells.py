"""`python -m benchmarks.county_cells`: processor time to read a row of a county roll, beside a script."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from benchmarks.cells import least
from config.county.columns import Column
from config.county.keys import KEY_RULES, KeyRule
from config.county.kinds import KINDS
from importers.record import Record
from parsing.parcels.staged import RecordReader

_STREETS: Final = ("ORANGE AVE", "COLONIAL DR", "PINE HILLS RD", "S ORANGE BLOSSOM TRL", "MAIN ST APT 4")
_FIELDS: Final[dict[str, Any]] = {
    "parcel_id": "PARCEL_ID",
    "county_fips": {"column": "CO_NO", "words": {"58": "12095"}},
    "roll_year": "ASMNT_YR",
    "use_code": "DOR_UC",
    "market_value": "JV",
    "assessed_value": "AV_SD",
    "taxable_value": "TV_SD",
    "land_value": "LND_VAL",
    "lot_size_sqft": "LND_SQFOOT",
    "effective_year_built": "EFF_YR_BLT",
    "year_built": "ACT_YR_BLT",
    "living_area_sqft": "TOT_LVG_AREA",
    "units": "NO_RES_UNTS",
    "last_sale_price": "SALE_PRC1",
    "last_sale_date": {"year": "SALE_YR1", "month": "SALE_MO1"},
    "owner_name": "OWN_NAME",
    "mailing_address": "OWN_ADDR1",
    "mailing_city": "OWN_CITY",
    "mailing_state": "OWN_STATE",
    "mailing_postal_code": "OWN_ZIPCD",
    "absentee": "PHY_ADDR1",
    "legal_description": "S_LEGAL",
    "homestead": {"column": "JV_HMSTD", "positive": True},
}
_WHOLE: Final = ("JV", "AV_SD", "TV_SD", "LND_VAL", "LND_SQFOOT", "TOT_LVG_AREA", "SALE_PRC1", "ACT_YR_BLT")
_UNREAD: Final = 24
"""Columns that no field takes, as a roll has them too."""


@dataclass(frozen=True)
class _Orange:
    state: str = "FL"
    county_fips: str = "12095"
    time_zone: str = "America/New_York"
    key: KeyRule = KEY_RULES["12095"]


def rows(count: int) -> Iterator[Record]:
    """Lines of the state's NAL file, as text: 49 columns, of which 25 are read."""
    for n in range(count):
        cells = {f"COLUMN_{place}": "" for place in range(_UNREAD)}
        cells |= {
            "CO_NO": "58", "PARCEL_ID": f"{27 + n % 8}{20 + n % 6}{1 + n % 36:02}{n % 10**9:09}",
            "ASMNT_YR": "2025", "DOR_UC": f"{n % 90:03}", "JV": str(60_000 + n * 37),
            "AV_SD": str(50_000 + n * 31), "TV_SD": str(n * 29 % 900_000),
            "LND_VAL": str(1_000 + n * 17 % 90_000), "LND_SQFOOT": str(1_000 + n * 13 % 90_000),
            "EFF_YR_BLT": str(1950 + n % 70),
            "ACT_YR_BLT": str(1930 + n % 90), "TOT_LVG_AREA": str(500 + n * 7 % 5_000), "NO_RES_UNTS": "1",
            "SALE_PRC1": str(n % 500 * 1_000), "SALE_YR1": str(1980 + n % 45), "SALE_MO1": str(1 + n % 12),
            "OWN_NAME": f"SMITH {n}", "OWN_ADDR1": f"{1 + n * 7 % 20_000} {_STREETS[n % 5]}",
            "OWN_CITY": "ORLANDO", "OWN_STATE": "FL", "OWN_ZIPCD": "32805",
            "PHY_ADDR1": f"{1 + n * 11 % 20_000} {_STREETS[n % 5]}",
            "S_LEGAL": f"LAKESIDE SUB LOT {n}", "JV_HMSTD": "0" if n % 2 else "100000", "ALT_KEY": str(n),
        }  # fmt: skip
        yield Record(n + 1, n + 2, cells)


def reader() -> RecordReader:
    """What reads them as appraiser records."""
    columns = {name: Column.model_validate(given) for name, given in _FIELDS.items()}
    return RecordReader(KINDS["property_records"], _Orange(), columns)


def check(given: list[Record]) -> None:
    """Raise ValueError unless key, values, sale and homestead of every row are read as they were meant."""
    read = reader().read
    for n, row in enumerate(given):
        staged = read(row)
        found = [staged.content.get(name) for name in ("parcel_id_normalized", "market_value", "homestead")]
        found += [staged.content.get(name) for name in ("last_sale_date", "last_sale_price")]
        meant: list[Any] = [row.cells["PARCEL_ID"], 60_000 + n * 37, n % 2 == 0]
        meant += [f"{1980 + n % 45}-{1 + n % 12:02}-01", n % 500 * 1_000 or None]
        if found != meant or staged.issues or staged.problem:
            raise ValueError(f"row {n} is read as {found}, not {meant}")


def ours(given: list[Record]) -> None:
    """Read the rows as staged records, with keys, addresses and who lives elsewhere."""
    read = reader().read
    for row in given:
        read(row)


def peer(given: list[Record]) -> None:
    """What a short script does: `int` of each number, stripped texts, JSON of all; nothing is checked."""
    for row in given:
        cells = row.cells
        read = {name: int(cell) if name in _WHOLE else cell.strip() for name, cell in cells.items()}
        json.dumps(cells)
        json.dumps(read)


def measured(count: int, rounds: int) -> dict[str, float]:
    """Processor time in µs a row of ours and of the peer, the least of the rounds; checked first."""
    given = list(rows(count))
    check(given)
    found = least({"peer": partial(peer, given), "ours": partial(ours, given)}, rounds)
    return {name: seconds / count * 1e6 for name, seconds in found.items()}


def main() -> None:
    """Print one line for the peer and one for ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    found = measured(options.rows, options.rounds)
    for name, cost in found.items():
        print(f"{name:6} {cost:6.1f} µs a row {cost / found['peer']:6.2f} × peer")


if __name__ == "__main__":
    main()
