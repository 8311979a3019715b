#!/usr/bin/env bash
# pyshp 3.1.6: a number with more digits than its field in the .dbf loses its last digits when it is written, without a
# warning: an assessed value of 123,456,789 in a field of eight digits is read back as 12,345,678, a tenth of it.
#
# The same version says PossibleDataLoss where a text or the name of a field is cut, so that a run without warnings seems
# to have lost nothing. A negative number loses one digit more, to its sign; decimals go first, then whole digits.
# Fields of a parcel layer are as wide as its author thought values would get, and a rewritten file keeps those widths.
# Seen: N(8) 123456789 -> 12345678; N(8) -12345678 -> -1234567; F(8,2) 123456789.5 -> 12345678.0; C(5) warns.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyshp==3.1.6
"$work/venv/bin/python" - <<'PY'
import io
import sys
import warnings

import shapefile


def written_and_read(kind: str, size: int, decimals: int, value: object) -> tuple[object, list[str]]:
    """The value as it comes back from a .dbf with one field, and the kinds of warnings on the way."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with shapefile.Writer(shp=shp, shx=shx, dbf=dbf) as writer:
            writer.field("VALUE", kind, size, decimals)
            writer.point(-81.4, 28.5)
            writer.record(value)
    dbf.seek(0)
    return shapefile.Reader(dbf=dbf).record(0)[0], [each.category.__name__ for each in caught]


EXPECTED = {
    ("N", 9, 0, 123456789): (123456789, []),
    ("N", 8, 0, 123456789): (12345678, []),
    ("N", 8, 0, -12345678): (-1234567, []),
    ("N", 8, 2, 1234567.89): (1234567.0, []),
    ("F", 8, 2, 123456789.5): (12345678.0, []),
    ("C", 5, 0, "123456"): ("12345", ["PossibleDataLoss"]),
}
seen = {each: written_and_read(*each) for each in EXPECTED}
print("pyshp", shapefile.__version__)
for (kind, size, decimals, value), read in seen.items():
    print(f"{kind}({size},{decimals}) {value!r:12} -> {read}")
sys.exit(seen != EXPECTED)
PY
