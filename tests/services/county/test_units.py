"""Miles and metres, boxes and points, by the names that users know."""

from __future__ import annotations

import pytest

from services.county.space.units import (
    calculate_bounding_box,
    create_geography_point,
    meters_to_miles,
    miles_to_meters,
)


def test_miles_are_statute_miles() -> None:
    assert (miles_to_meters(1), meters_to_miles(1609.344)) == (1609.344, 1)


def test_a_box_holds_its_circle_and_crosses_the_180th_meridian() -> None:
    box = calculate_bounding_box(28.5384, -81.3789, 1_000)
    assert box == pytest.approx((28.529356, -81.389126, 28.547444, -81.368674), abs=2e-6)
    across = calculate_bounding_box(51.9, 179.999, 1_000)
    assert across.west > 0 > across.east


def test_a_point_has_its_longitude_first() -> None:
    assert create_geography_point(28.5384, -81.3789) == "SRID=4326;POINT(-81.3789 28.5384)"


@pytest.mark.parametrize(
    "place", [(91, 0, 1), (0, 181, 1), (float("nan"), 0, 1), (86, 0, 1), (0, 0, 0), (0, 0, 1e6)]
)
def test_what_is_no_place_or_radius_is_refused(place: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"no place|beyond 85|radius"):
        calculate_bounding_box(*place)
