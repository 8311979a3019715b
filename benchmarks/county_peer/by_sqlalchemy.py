"""Bulk upserts of 1,000 rows by SQLAlchemy; run by `benchmarks.county_load`.

    python by_sqlalchemy.py DSN FILE TABLE

Reads JSON lines, upserts them by (source, record_id), prints {rows, seconds, cpu}. No audit, no raw rows.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from datetime import date
from pathlib import Path

from sqlalchemy import MetaData, Table, create_engine
from sqlalchemy.dialects.postgresql import insert

BATCH = 1_000


def main() -> None:
    """Upsert a file and print what it took."""
    dsn, file, name = sys.argv[1:]
    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    schema, _, table_name = name.partition(".")
    table = Table(table_name, MetaData(), schema=schema, autoload_with=engine)
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    with Path(file).open(encoding="utf-8") as lines:
        while batch := [_row(line) for line in itertools.islice(lines, BATCH)]:
            statement = insert(table).values(batch)
            update = {
                column: statement.excluded[column]
                for column in batch[0]
                if column not in ("source", "record_id")
            }
            with engine.begin() as conn:
                conn.execute(
                    statement.on_conflict_do_update(index_elements=["source", "record_id"], set_=update)
                )
            count += len(batch)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"rows": count, "seconds": seconds, "cpu": cpu}))


def _row(line: str) -> dict[str, object]:
    row: dict[str, object] = json.loads(line)
    if sold := row.get("last_sale_date"):
        row["last_sale_date"] = date.fromisoformat(str(sold))
    return row


if __name__ == "__main__":
    main()
