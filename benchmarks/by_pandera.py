"""The checks of `benchmarks.validation` by pandera: rows read from Postgres, verdicts written back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
import psycopg
from pandera.errors import SchemaErrors

_COLUMNS = (
    *("row_no", "title", "city", "description", "operation_type", "price", "latitude", "longitude"),
    *("bedrooms", "bathrooms", "parking_spaces", "total_area_m2", "covered_area_m2", "currency"),
    *("postal_code", "agent_email", "main_image_url", "floor_number", "total_floors"),
)
_NUMBERS = (
    *("price", "latitude", "longitude", "bedrooms", "bathrooms", "parking_spaces", "total_area_m2"),
    *("covered_area_m2", "floor_number", "total_floors"),
)


def _in(name: str, least: float, most: float) -> pa.Check:
    return pa.Check.in_range(least, most, error=name)


def _of(operation: str, least: float, most: float, name: str) -> pa.Check:
    def holds(rows: pd.DataFrame) -> Any:
        return (
            (rows["operation_type"] != operation) | rows["price"].isna() | rows["price"].between(least, most)
        )

    return pa.Check(holds, error=name)


def _at_most(field: str, other: str, name: str) -> pa.Check:
    def holds(rows: pd.DataFrame) -> Any:
        return rows[field].isna() | rows[other].isna() | (rows[field] <= rows[other])

    return pa.Check(holds, error=name)


def _stated(field: str, name: str) -> pa.Check:
    def holds(rows: pd.DataFrame) -> Any:
        return rows[field].notna() & (rows[field].str.strip() != "")

    return pa.Check(holds, error=name)


def _column(*checks: pa.Check) -> pa.Column:
    return pa.Column(checks=list(checks), nullable=True)


SCHEMA = pa.DataFrameSchema(
    {
        "description": _column(pa.Check.str_length(min_value=20, error="description_long")),
        "title": _column(pa.Check.str_length(max_value=120, error="title_short")),
        "latitude": _column(_in("north", 10, 40)),
        "longitude": _column(_in("east", -120, -80)),
        "bedrooms": _column(_in("bedrooms", 0, 20)),
        "bathrooms": _column(_in("bathrooms", 0, 15)),
        "parking_spaces": _column(_in("parking", 0, 12)),
        "total_area_m2": _column(_in("total_area", 5, 100_000)),
        "covered_area_m2": _column(_in("covered_area", 5, 20_000)),
        "currency": _column(pa.Check.isin(["MXN", "USD"], error="known_currency")),
        "operation_type": _column(pa.Check.isin(["sale", "rent"], error="known_operation")),
        "postal_code": _column(pa.Check.str_matches("^[0-9]{5}$", error="five_digits")),
        "agent_email": _column(pa.Check.str_matches("^[^@ ]+@[^@ ]+$", error="an_email")),
        "main_image_url": _column(pa.Check.str_matches("^https?://", error="an_image")),
    },
    checks=[
        _stated("title", "has_title"),
        _stated("city", "has_city"),
        _of("sale", 1_000, 500_000_000, "sale_price"),
        _of("rent", 50, 2_000_000, "rent_price"),
        _at_most("floor_number", "total_floors", "below_the_roof"),
        _at_most("covered_area_m2", "total_area_m2", "covered_of_total"),
    ],
)


def check(dsn: str, session: str) -> None:
    """Read a session's rows, check them and write a row of public.verdicts for each that fails a check."""
    casts = ", ".join(f"{name}::float8" if name in _NUMBERS else name for name in _COLUMNS)
    with psycopg.connect(dsn) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"select {casts} from public.property_scrapes_staging where session_id = %s", [session]
        )
        rows = pd.DataFrame(cursor.fetchall(), columns=list(_COLUMNS)).set_index("row_no")
        try:
            SCHEMA.validate(rows, lazy=True)
        except SchemaErrors as error:
            found = error.failure_cases
            # a check of the whole row is told once for each column of the row
            verdicts = found.drop_duplicates(["index", "check"])[["index", "check", "failure_case"]]
            with cursor.copy("copy public.verdicts (row_no, rule_name, value) from stdin") as copy:
                for number, rule, value in verdicts.itertuples(index=False):
                    copy.write_row((int(number), rule, None if value is None else str(value)))
