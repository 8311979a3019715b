#!/usr/bin/env bash
# usaddress-scourgify 0.7.1 (usaddress 0.5.16): the abbreviation of a county road, CR, becomes CRK, which is a creek, and
# that of a township road, TR, becomes TRL, a trail. The road written out is left as it is, so two spellings of one
# address stay two addresses, and the abbreviated one names a street that does not exist.
#
# The package writes addresses as Publication 28 of the United States Postal Service asks. That publication lists COUNTY
# ROAD, with CR as a spelling of it in use, and STATE ROAD with SR. SR is left alone; CR and TR are looked up among the
# suffixes of streets. A farm to market road of Texas, written out, loses its number to the line of units.
# Whoever joins parcels and listings in rural counties by this address joins none of the abbreviated ones.
# Seen: CR 46A -> CRK 46A; County Road 46A -> COUNTY RD 46A; SR 50 -> SR 50; Farm to Market Rd 2222 -> unit 2222.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check usaddress-scourgify==0.7.1 usaddress==0.5.16
"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from scourgify import normalize_address_record

EXPECTED = {
    "456 CR 46A": ("456 CRK 46A", None),
    "456 County Road 46A": ("456 COUNTY RD 46A", None),
    "456 TR 7": ("456 TRL 7", None),
    "456 Township Road 7": ("456 TOWNSHIP ROAD 7", None),
    "456 SR 50": ("456 SR 50", None),
    "456 FM 2222": ("456 FM 2222", None),
    "456 Farm to Market Rd 2222": ("456 FARM TO MARKET RD", "UNIT 2222"),
}
seen = {}
for street in EXPECTED:
    lines = normalize_address_record(f"{street}, Sanford, FL 32771")
    seen[street] = (lines["address_line_1"], lines["address_line_2"])
print("usaddress-scourgify", version("usaddress-scourgify"))
for street, lines in seen.items():
    print(f"{street:28} {lines}")
sys.exit(seen != EXPECTED)
PY
