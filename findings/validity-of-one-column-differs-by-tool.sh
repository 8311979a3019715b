#!/usr/bin/env bash
# Great Expectations 1.24.1, Soda Core 3.5.6 (DuckDB 1.0.0) and pandera 0.26.1 are asked the same of one column: what share
# of its values is valid, by the rule "a price is not negative", where 5 % may fail.
#
# Of 100 rows 90 have no price, 9 have one, and 1 has a negative one. One would expect one answer. Seen:
#   Great Expectations   10 % unexpected, of the rows that have a value: fails (mostly=0.95)
#   Soda                  1 % invalid (invalid_percent), of all rows, those without a value too: passes
#   pandera               1 failure; it has no share
# And where no row has a price, all three pass: nothing was checked, and nothing failed. Great Expectations' share is
# then None, Soda's 0 %.
# So a threshold that is carried over from one tool to the other is another threshold, the more so the emptier the column,
# and a column that went empty turns each of them green. A check of the share of nulls must stand beside each of them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check great_expectations==1.24.1 soda-core-duckdb==3.5.6 \
  duckdb==1.0.0 pandera==0.26.1 pandas==3.1.1
cd "$work"
HOME=$work GX_ANALYTICS_ENABLED=false TQDM_DISABLE=1 "$work/venv/bin/python" - <<'PY'
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import duckdb
import great_expectations as gx
import pandas as pd
import pandera.pandas as pa
from soda.scan import Scan

SOME = [None] * 90 + [100.0] * 9 + [-5.0]
NONE = [None] * 100


def by_great_expectations(prices):
    frame = pd.DataFrame({"price": pd.Series(prices, dtype="float64")})
    source = gx.get_context(mode="ephemeral").data_sources.add_pandas("listings")
    batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")
    rule = gx.expectations.ExpectColumnValuesToBeBetween(column="price", min_value=0, mostly=0.95)
    found = batch.get_batch({"dataframe": frame}).validate(rule)
    return found.result["unexpected_percent"], bool(found.success)


def by_soda(prices):
    connection = duckdb.connect()
    connection.execute("create table listings (price double)")
    connection.executemany("insert into listings values (?)", [[price] for price in prices])
    scan = Scan()
    scan.add_duckdb_connection(connection)
    scan.set_data_source_name("duckdb")
    scan.add_sodacl_yaml_str(
        "checks for listings:\n  - invalid_percent(price) < 5:\n      valid min: 0\n"
    )
    scan.execute()
    (check,) = scan._checks
    return check.check_value, str(check.outcome).lower().endswith("pass")


def by_pandera(prices):
    frame = pd.DataFrame({"price": pd.Series(prices, dtype="float64")})
    try:
        pa.DataFrameSchema({"price": pa.Column(float, pa.Check.ge(0), nullable=True)}).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return len(errors.failure_cases), False
    return 0, True


seen = {}
for name, prices in (("one of ten prices is negative", SOME), ("no price at all", NONE)):
    for tool in (by_great_expectations, by_soda, by_pandera):
        seen[name, tool.__name__] = share, passes = tool(prices)
        print(f"{name}: {tool.__name__}: {share} {'%' if tool is not by_pandera else 'failures'}, {'passes' if passes else 'fails'}")
expected = [(10.0, False), (1.0, True), (1, False), (None, True), (0.0, True), (0, True)]
if list(seen.values()) != expected:
    sys.exit("this has changed")
print("as before: one column, one rule, two shares; and nothing at all is valid")
PY
