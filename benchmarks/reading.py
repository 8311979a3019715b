"""`python -m benchmarks.reading`: rows a second and memory of every file reader, each in its own process."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

BOUND_MB: Final = 250
FORMATS: Final = ("csv", "tsv", "csv.gz", "jsonl", "json", "nested.json", "parquet", "xlsx")
_UNBOUNDED: Final = frozenset({"xlsx"})  # a sheet is held in memory
_XLSX_ROWS: Final = 100_000
_REMARKS: Final = 'A "lovely" house near the park with a large garden, two garages and a pool. '


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Listings of about 360 bytes."""
    for number in range(count):
        yield {
            "id": f"A{number:08d}",
            "title": f"House number {number}, with view",
            "url": f"https://example.com/listing/{number}",
            "price": 50_000 + number * 37 % 5_000_000,
            "currency": "USD",
            "address": f"{number % 9999 + 1} Main St",
            "city": ("Asheville", "Malmö", "Riverside")[number % 3],
            "state": "NC",
            "zip": f"{10_000 + number % 90_000}",
            "beds": number % 8 + 1,
            "baths": 1 + number % 6 / 2,
            "sqft": 400 + number * 7 % 5_600,
            "lot": 1_000 + number * 13 % 49_000,
            "year": 1900 + number % 125,
            "lat": 30 + number % 100_000 / 10_000,
            "lon": -90 + number % 99_999 / 10_000,
            "status": "Active",
            "agent": "Jane Doe",
            "description": _REMARKS * 2,
            "updated": "2026-06-01T12:00:00Z",
        }


def write(path: Path, count: int) -> None:
    """A file of `count` rows in the format that the name says."""
    _WRITERS[path.name.partition(".")[2]](path, count)


def _delimited(path: Path, count: int) -> None:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        first = next(rows(1))
        writer = csv.DictWriter(file, list(first), delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writeheader()
        writer.writerows(rows(count))


def _json_lines(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(count))


def _json(path: Path, count: int) -> None:
    nested = path.name.endswith("nested.json")
    with path.open("w", encoding="utf-8") as file:
        file.write('{"meta": {"count": 1}, "data": {"listings": [' if nested else "[")
        for number, row in enumerate(rows(count)):
            file.write((",\n" if number else "\n") + json.dumps(row, ensure_ascii=False))
        file.write("]}}" if nested else "]")


def _parquet(path: Path, count: int) -> None:
    """One row group, as the libraries write it by default."""
    import pyarrow as pa  # noqa: PLC0415  (the children must not load it)
    import pyarrow.parquet as pq  # noqa: PLC0415

    batch = pa.Table.from_pylist(list(rows(min(count, 50_000))))
    table = pa.concat_tables([batch] * max(count // batch.num_rows, 1))
    pq.write_table(table, path, row_group_size=max(count, 1))


def _xlsx(path: Path, count: int) -> None:
    from benchmarks.workbook import write_workbook  # noqa: PLC0415

    write_workbook(path, rows(count))


_WRITERS: Final[dict[str, Callable[[Path, int], None]]] = {
    "csv": _delimited,
    "tsv": _delimited,
    "csv.gz": _delimited,
    "jsonl": _json_lines,
    "json": _json,
    "nested.json": _json,
    "parquet": _parquet,
    "xlsx": _xlsx,
}


def read(path: Path) -> dict[str, Any]:
    """Read the file in this process and measure its cost."""
    from importers import open_input  # noqa: PLC0415

    begun = time.perf_counter()
    with open_input(path) as reading:
        problems = sum(record.problem is not None for record in reading)
        count = reading.rows_read
    seconds = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // (1 << 20)
    return {"rows": count, "problems": problems, "seconds": seconds, "mb": peak}


def measure(path: Path) -> dict[str, Any]:
    """As `read`, in a process of its own, so that memory is measured alone."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", "--child", str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    measured: dict[str, Any] = json.loads(child.stdout)
    return measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="*", default=FORMATS, choices=FORMATS)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(read(options.child)))
        return 0
    too_much = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.formats:
            path = Path(folder) / f"listings.{kind}"
            count = min(options.rows, _XLSX_ROWS) if kind in _UNBOUNDED else options.rows
            write(path, count)
            cost = measure(path)
            size = path.stat().st_size / 1e6
            path.unlink()
            speed = cost["rows"] / cost["seconds"]
            print(
                f"{kind:12} {cost['rows']:>9,} rows {size:5.0f} MB {speed:9,.0f} rows/s {cost['mb']:5} MB RSS"
            )
            heavy = kind not in _UNBOUNDED and cost["mb"] > BOUND_MB
            if heavy or cost["rows"] != count or cost["problems"]:
                too_much.append(kind)
    if too_much:
        print(f"beyond {BOUND_MB} MB, or not all rows: {', '.join(too_much)}")
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main())
