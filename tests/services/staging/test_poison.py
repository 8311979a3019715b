"""Rows no database should have to take: kept in staging, reported, and the rest goes on."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from tests.catalogue import Catalogue, Row, home, homes

MEGABYTE = 1_000_000


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = value
    return value


POISON: dict[str, Row] = {
    "NUL in a text": {"title": "Casa\x00azul"},
    "NUL in an id": {"property_id": "A\x00-1"},
    "NUL in JSON": {"features": {"a\x00": "b\x00"}},
    "half a character": {"description": "Casa \ud83d azul", "city": "\udfff"},
    "half a price": {"price": "Precio\x00 a consultar \ud83d"},
    "half a character in JSON": {"amenities": ["\ud800"], "features": {"\udc00": "\udbff"}},
    "not a number": {"price": math.nan, "latitude": math.nan, "features": {"a": math.nan}},
    "without end": {"price": math.inf, "bedrooms": -math.inf, "total_area_m2": math.inf},
    "decimal NaN": {"price": Decimal("NaN"), "latitude": Decimal("sNaN")},
    "huge numbers": {"price": 10**4000, "bedrooms": 2**80, "total_area_m2": 1e308, "latitude": 1e30},
    "a huge exponent": {"price": "1e999999999", "lot_size_m2": Decimal("1e999999")},
    "tiny numbers": {"price": 5e-324, "price_per_m2": Decimal("1e-999999")},
    "year 9999": {"listing_date": "9999-12-31", "scraped_at": "9999-12-31T23:59:59Z"},
    "year 0 and beyond": {"listing_date": "0000-00-00", "scraped_at": "+12026-01-01"},
    "1 MB texts": {"title": "t" * MEGABYTE, "description": "d " * MEGABYTE, "agent_name": "n" * MEGABYTE},
    "1 MB of other words": {"description": " ".join(f"{n:x}é-漢{n:x}" for n in range(90_000))},
    "1 MB of wide words": {"description": " ".join(f"漢{chr(0x4E00 + n % 20_000)}-{chr(0x20000 + n)}字"
                                                   for n in range(40_000))},
    "a 1 MB city": {"city": "Mérida " * (MEGABYTE // 7)},
    "a 1 MB id": {"property_id": "A" * MEGABYTE},
    "1 MB urls": {"source_url": "https://x.example/" + "a" * MEGABYTE,
                  "image_urls": ["https://x.example/" + "b" * MEGABYTE]},
    "20,000 deep": {"features": nested(20_000)},
    "20,000 deep elsewhere": {"unmapped": nested(20_000)},
    "20,000 deep in a text": {"features": "[" * 20_000 + "]" * 20_000},
    "a cycle": {"features": cyclic()},
    "keys that are no texts": {"features": {1: "a", None: "b", (1, 2): "c"}},
    "bytes": {"title": b"Casa \xff\xfe", "property_id": b"\xff"},
    "objects": {"title": object(), "price": [object()], "amenities": {1, "a"}},
    "COPY's own marks": {"title": "\\N", "description": "\\.", "city": "a\tb", "address": "c\\nd\r\n\\"},
    "nothing at all": {"property_id": None, "title": None},
}  # fmt: skip


async def test_poison_is_kept_and_reported_and_the_rest_goes_on(catalogue: Catalogue) -> None:
    rows = [{**home(number), **row} for number, row in enumerate(POISON.values(), 100)]

    result = await catalogue.run([*homes(40), *rows])

    assert (result.status, result.reasons) == ("applied", ())
    figures = result.metrics
    assert figures.total_scraped == 40 + len(POISON)
    assert figures.new_properties + figures.quarantined_properties == figures.total_scraped
    staged = await catalogue.superuser.fetch(
        "select row_no, num_nonnulls(raw, raw_bytes) = 1 as kept, problem, issues is not null as noted"
        " from public.property_scrapes_staging where session_id = $1 and row_no > 40 order by row_no",
        result.session_id,
    )
    assert all(row["kept"] for row in staged)
    unsaid = [what for what, row in zip(POISON, staged, strict=True) if not (row["problem"] or row["noted"])]
    assert set(unsaid) <= {
        "year 9999", "1 MB texts", "1 MB of other words", "1 MB of wide words", "20,000 deep elsewhere",
        "COPY's own marks", "keys that are no texts", "NUL in an id",
    }  # fmt: skip
    assert await catalogue.complaints() == []


async def test_a_poisonous_listing_can_change_and_come_again(catalogue: Catalogue) -> None:
    rows = [{**home(number), **row} for number, row in enumerate(POISON.values(), 100)]
    await catalogue.run([*homes(60), *rows])

    same = await catalogue.run([*homes(60), *rows], day=1)
    assert same.metrics.changed_fields == 0
    changed = await catalogue.run([*homes(60), *(row | {"bedrooms": 9} for row in rows)], day=2)

    assert changed.status == "applied", changed.reasons
    assert await catalogue.complaints() == []


@pytest.mark.parametrize(
    ("field", "poison", "kept"),
    [
        ("title", "Casa\x00azul", "Casaazul"),
        ("city", "\udfff", None),
        ("listing_date", "9999-12-31", "None"),  # what databases write for "no day"
    ],
)
async def test_what_can_be_repaired_goes_live_repaired(
    catalogue: Catalogue, field: str, poison: str, kept: str | None
) -> None:
    await catalogue.run([home(1, **{field: poison})])

    value = (await catalogue.live())[field]
    if kept is None:
        assert "\udfff" not in str(value)
    else:
        assert str(value) == kept


async def test_the_raw_row_keeps_what_came(catalogue: Catalogue) -> None:
    session_id = await catalogue.stage([home(1, title="Casa\x00 \ud83d"), home(2, features=nested(20_000))])

    first, second = await catalogue.superuser.fetch(
        "select raw::text, raw_bytes from public.property_scrapes_staging"
        " where session_id = $1 order by row_no",
        session_id,
    )
    assert '"title":"Casa\\u0000 \\ud83d"' in first["raw"]
    assert second["raw"] is None
    assert b'"features":' + b"[" * 20_001 in second["raw_bytes"]
