"""What a correct sync of each of the demo's days counts.

Every row is exactly one of new … superseded; missing and removed listings have no row. On the day of the
outage these are the figures of the plan that is held.
"""

from __future__ import annotations

from typing import Final

from demo.portal.days import Day
from services.results import Metrics

HELD: Final = Day.WED
EXPECTED: Final[dict[Day, Metrics]] = {
    Day.MON: Metrics(64, new_properties=61, quarantined_properties=2, superseded_rows=1),
    Day.TUE: Metrics(
        67,
        new_properties=4,
        updated_properties=5,
        unchanged_properties=55,
        quarantined_properties=2,
        superseded_rows=1,
        missing_properties=1,
    ),
    Day.WED: Metrics(6, unchanged_properties=6, missing_properties=57),
    Day.THU: Metrics(
        67,
        unchanged_properties=63,
        reactivated_properties=1,
        quarantined_properties=2,
        superseded_rows=1,
    ),
}
