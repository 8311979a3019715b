"""A county and columns of its layers, for tests of the rows they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.county.columns import Column
from config.county.keys import KEY_RULES, KeyRule


@dataclass(frozen=True)
class County:
    """What a reader of rows has to know of a county."""

    state: str = "FL"
    county_fips: str = "12095"
    time_zone: str = "America/New_York"
    key: KeyRule = KEY_RULES["12095"]


ORANGE = County()


def columns(**fields: Any) -> dict[str, Column]:
    """Columns as a county's file has them: a name, or a table of keys."""
    return {name: Column.model_validate(given) for name, given in fields.items()}
