#!/usr/bin/env bash
# pyshp 3.1.6 and pyogrio 0.13.0 (GDAL): a yes-or-no that nobody answered becomes a "no" on the way from one to the
# other. pyshp writes None into a logical field of a shapefile as a blank; GDAL reads that blank as false, also through
# Arrow, where a column can hold nulls. A number without a value, which pyshp fills with asterisks, GDAL reads as null.
#
# GDAL itself writes "?" for a null, which both read as unknown. A parcel layer of a county has such fields: homestead,
# vacant, owner occupied. Counted over a file of pyshp, parcels of which nothing is known join those known not to be.
# Seen, for written true, false, None: pyogrio [True, False, False]; pyshp [True, False, None]; and with "?" instead of
# the blank: pyogrio [True, False, None].
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyshp==3.1.6 pyogrio==0.13.0 pyarrow==26.0.1
WORK="$work" "$work/venv/bin/python" - <<'PY'
import os
import sys
from pathlib import Path

import pyogrio
import shapefile

folder = Path(os.environ["WORK"])


def layer(name: str, unknown: bytes) -> Path:
    """A shapefile of three points with the answers yes, no and none, and a number that the third has not."""
    path = folder / name
    with shapefile.Writer(path) as writer:
        writer.field("HOMESTEAD", "L")
        writer.field("YEAR_BUILT", "N", 4)
        for answer, year in ((True, 1990), (False, 1991), (None, None)):
            writer.point(-81.4, 28.5)
            writer.record(answer, year)
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    start = int.from_bytes(content[8:10], "little")  # of the rows, each " ", the answer, four digits
    rows = content[start:]
    assert rows[:18] == b" T1990 F1991  ****", rows
    table.write_bytes(content[:start] + rows[:13] + unknown + rows[14:])
    return path.with_suffix(".shp")


def gdal(path: Path, field: str) -> list[object]:
    """A field as GDAL gives it to Arrow."""
    return pyogrio.raw.read_arrow(path)[1].column(field).to_pylist()


def plain(path: Path) -> list[object]:
    """The answers as pyshp reads them."""
    with shapefile.Reader(path) as reader:
        return [record[0] for record in reader.iterRecords()]


blank, question = layer("blank", b" "), layer("question", b"?")
seen = {
    "blank, pyshp": plain(blank),
    "blank, pyogrio": gdal(blank, "HOMESTEAD"),
    "number, pyogrio": gdal(blank, "YEAR_BUILT"),
    "?, pyshp": plain(question),
    "?, pyogrio": gdal(question, "HOMESTEAD"),
}
EXPECTED = {
    "blank, pyshp": [True, False, None],
    "blank, pyogrio": [True, False, False],
    "number, pyogrio": [1990, 1991, None],
    "?, pyshp": [True, False, None],
    "?, pyogrio": [True, False, None],
}
print("pyshp", shapefile.__version__, "pyogrio", pyogrio.__version__, "GDAL", pyogrio.__gdal_version_string__)
for name, answers in seen.items():
    print(f"{name:24} {answers}")
sys.exit(seen != EXPECTED)
PY
