"""A catalogue with every kind of value that a listing can hold, and its export."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from database.direct import DirectDatabase
from services.export import Format, export_listings
from tests.catalogue import Catalogue, home, without

Export = Callable[..., Awaitable[bytes]]

AWKWARD: list[dict[str, Any]] = [
    home(
        1,
        title='A "quoted", title; with\ttabs',
        description="Line one\nline two\r\nline three\rold Mac\n\n  “Füß” 中文 🏠 \u2028 end",
        features={"b": None, "a": [1, {"deep": [None, 1.10]}], "area": "12,5", "n": 12345678901234567890.5},
        amenities=["pool", "sauna, dry", 'a "b"'],
        image_urls=["https://acme.example/2.jpg", "https://acme.example/1.jpg"],
        latitude="20.97000001",
        longitude="-89.62000009",
        price="123456789.45",
        total_area_m2="123456789012.34",
        is_featured=True,
        is_premium=False,
        listing_date="2026-02-28",
        postal_code="01234",
        agent_phone="+52 999 123 4567",
        agent_email="ana@acme.example",
        floor_number=-1,
        half_bathrooms=0,
    ),
    home(2, price="Consultar precio"),
    home(3, price="from 4,500 USD per month", operation_type="rent"),
    home(4, price="$ 2,000,000 - 3,000,000"),
    home(5, price=None, price_per_m2="0.01", price_note="subject to change", title=",", description='"'),
    home(6, operation_type=["sale", "rent"], price="MXN 3,000,000 / MXN 15,000 per month"),
    without(home("007"), "price", "bedrooms", "bathrooms", "latitude", "longitude", "main_image_url"),
    home("ñ,\"1'", title="=1+1", address="  leading and trailing  ", city="NULL", state="true"),
    home(10, title="'=1+1", description='x;"=1+1"\n- alberca (2)\n@SUM(1)', address="＝A1", city="'quoted'"),
    home(
        11,
        title="''@A1",
        neighborhood="-5",
        state="- Yucatán",
        agent_name="+A1",
        agent_phone="+52 55 1234 5678",
    ),
    home(9, title="1.50", property_type="001", gps_coordinates="20.9, -89.6"),
]


@pytest.fixture
async def awkward(catalogue: Catalogue) -> Catalogue:
    result = await catalogue.run(AWKWARD)
    assert result.metrics.new_properties == len(AWKWARD)
    return catalogue


@pytest.fixture
def export(database: DirectDatabase) -> Export:
    async def run(form: Format, **options: Any) -> bytes:
        out = io.BytesIO()
        await export_listings(database, out, format=form, **options)
        return out.getvalue()

    return run
