"""A COPY line can be read back: rows that wait to be sent are cleaned again when something is erased."""

from __future__ import annotations

from uuid import UUID

from parsing.rows import CellReader
from services.staging.copy import RowEncoder
from tests.catalogue import ACME, Row, at, home
from tests.services.staging.test_poison import POISON
from tests.tables import rows

SPELLED: dict[str, Row] = {
    "usual": home(1),
    "absent and blank": {"property_id": "A-1", "title": "Casa", "price": "", "city": "N/A"},
    "escapes": home(1, title="a\\tb\tc\\\\d\ne\r\\N", description="\\", features={"a\\b": ["\n", "\\n"]}),
    "numbers": home(1, price="1.50", latitude=1e-07, total_area_m2="1,234.5", listing_date="2026-11-01"),
}


@rows("row", [*SPELLED.values(), *POISON.values()], ids=[*SPELLED, *POISON])
def test_a_decoded_line_is_encoded_as_it_was(row: Row) -> None:
    encoder = RowEncoder(UUID(int=7), volatile=("price",))
    read = CellReader(ACME).read(row, url="https://acme.example/1", page_number=3, fetched_at=at(0))
    line = encoder.encode(12, read)

    row_no, decoded = encoder.decode(line)

    assert row_no == 12
    assert encoder.encode(row_no, decoded) == line
    assert (decoded.absent, decoded.issues, decoded.problem) == (read.absent, read.issues, read.problem)
    assert (decoded.raw, decoded.raw_bytes, decoded.evidence) == (read.raw, read.raw_bytes, read.evidence)
    assert [*map(type, texts(decoded.values))] == [*map(type, texts(read.values))]


def texts(values: list[object]) -> list[object]:
    return [value for value in values if value.__class__ is str]
