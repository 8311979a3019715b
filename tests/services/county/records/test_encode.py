"""Records as COPY lines: what goes in comes out, and the fingerprint is of what is compared alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from config.county.kinds import PROPERTIES
from services.county.records.encode import RecordEncoder
from tests.services.county.records.county import parcel

ENCODER = RecordEncoder(UUID(int=1), PROPERTIES, ("subdivision",))


def fingerprint(**fields: Any) -> bytes:
    return ENCODER.encode(1, parcel(1, **fields)).split(b"\t")[3]


def test_a_line_is_decoded_to_what_it_was_made_of() -> None:
    row = parcel(1, address="1 Main\tSt\nC:\\x", latitude=Decimal("28.50"), city=None)
    row.note("city", "unparseable", "a\\b\tc", "cannot be read")
    row.evidence = b'{"line":7}'
    number, decoded = ENCODER.decode(ENCODER.encode(12, row))

    assert number == 12
    assert decoded.content == row.content | {"latitude": 28.5}
    assert (decoded.record_id, decoded.issues, decoded.evidence) == (row.record_id, row.issues, row.evidence)
    assert (decoded.raw, decoded.problem) == (row.raw, None)


@pytest.mark.parametrize(
    ("fields", "is_same"),
    [
        ({}, True),
        ({"address_normalized": "1 MAIN ST"}, True),  # where a value came from
        ({"subdivision": "Cypress Point"}, True),  # volatile
        ({"city": "Apopka"}, False),
        ({"city": None}, False),
        ({"unit": None}, True),
        ({"property_name": None}, False),  # none is stated, which is not nothing
    ],
)
def test_a_fingerprint_is_of_what_is_compared(fields: dict[str, Any], is_same: bool) -> None:
    assert (fingerprint(**fields) == fingerprint()) is is_same


@pytest.mark.parametrize("raw", [rb'{"a":"\u0000"}', rb'{"a":"\ud83d"}', b'{"a":1e99999}'])
def test_raw_rows_that_jsonb_refuses_are_kept_as_bytes(raw: bytes) -> None:
    row = parcel(1)
    row.raw = raw
    _, decoded = ENCODER.decode(ENCODER.encode(1, row))

    assert (decoded.raw, decoded.raw_bytes) == (None, raw)
