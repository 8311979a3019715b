#!/usr/bin/env bash
# Unicode CLDR (babel 2.19.0): a country does not determine how its numbers are written. 21 countries have official
# languages with a decimal point and with a decimal comma, among them Canada, Switzerland, Ecuador and Paraguay.
#
# A parser of prices and areas that knows a source's country seems to know whether "1.250" is 1250 or 1.25. In
# Switzerland it is not enough: CLDR has a point for German and Italian, a comma for French. For Paraguay it has a point
# for Guarani, the most spoken official language, and a comma for Spanish, in which the listings are written: taking
# the most spoken language is wrong there. A source's own statement has to win over its country.
# Seen: CA en . fr ,   CH de . fr , it .   EC es , qu .   PY gn . es ,   and 21 such countries in all.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
"$work/venv/bin/python" - <<'PY'
import sys

import babel
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_territory_language_info
from babel.numbers import get_decimal_symbol

OFFICIAL = {"official", "de_facto_official"}


def marks(country: str) -> dict[str, str]:
    """The decimal mark of each official language of a country, the most spoken first, four at most."""
    info = get_territory_language_info(country)
    official = [name for name in info if info[name].get("official_status") in OFFICIAL]
    found = {}
    for name in sorted(official, key=lambda name: -info[name]["population_percent"])[:4]:
        try:
            locale = Locale.parse(f"{name}_{country}")
        except (UnknownLocaleError, ValueError):
            try:
                locale = Locale.parse(name)
            except (UnknownLocaleError, ValueError):
                continue
        found[name] = get_decimal_symbol(locale)
    return found


print("babel", babel.__version__)
for country in ("CA", "CH", "EC", "PY"):
    print(country, *(f"{name} {mark}" for name, mark in marks(country).items()))
both = [c for c in get_global("territory_languages") if len(c) == 2 and len(set(marks(c).values())) > 1]
print(len(both), "countries with both marks")
paraguay, swiss = marks("PY"), marks("CH")
as_before = len(both) == 21 and list(paraguay.items()) == [("gn", "."), ("es", ",")] and (swiss["de"], swiss["fr"]) == (".", ",")
print("as described above" if as_before else "not as described above")
sys.exit(0 if as_before else 1)
PY
