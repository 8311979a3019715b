#!/usr/bin/env bash
# RapidFuzz 3.14.6: of two addresses the word-set score says how much of the shorter one is in the longer one, not how alike
# they are; and whether two missing texts are equal depends on the scorer.
#
# Comparing addresses by words in any order seems the safe choice. By token_set_ratio a flat and its building are a perfect match,
# and a flat is nearly the next one, while one home with its street type written out scores lower than both: no threshold
# keeps the home and drops the neighbours. House and unit numbers have to be compared by themselves. And a record without address
# equals another without one by ratio and token_sort_ratio (100), not by token_set_ratio, QRatio or WRatio (0): a missing text
# has to be left out before scoring.
# Seen: flat and building 100.0, unit 3 and unit 4 95.0, one flat spelt twice 78.0; '' and '' 100.0 100.0 0.0 0.0 0.0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check rapidfuzz==3.14.6
"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from rapidfuzz import fuzz

print("rapidfuzz", version("rapidfuzz"))
building = fuzz.token_set_ratio("25 culvern st", "25 culvern st unit 4")
neighbours = fuzz.token_set_ratio("25 culvern st unit 3", "25 culvern st unit 4")
one_home = fuzz.token_set_ratio("25 culvern st unit 4", "25 culvern street # 4")
print(f"a flat and its building {building:.1f}, the next flat {neighbours:.1f}, one flat spelt twice {one_home:.1f}")
scorers = (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio, fuzz.QRatio, fuzz.WRatio)
empty = [scorer("", "") for scorer in scorers]
print("two missing texts:", *(f"{scorer.__name__} {score:.0f}" for scorer, score in zip(scorers, empty)))
as_before = building == 100 and neighbours > one_home and empty == [100, 100, 0, 0, 0]
print("as described above" if as_before else "not as described above")
sys.exit(0 if as_before else 1)
PY
