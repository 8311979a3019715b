"""The radius of a search, as commands take it: in miles or in metres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from config.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_FURTHEST_MILES: Final = 62.0

_miles = click.option("--miles", type=float, metavar="N", help="Within so many miles; 1 by default.")
_metres = click.option(
    "--metres", "--meters", "metres", type=float, metavar="N", help="Within so many metres."
)


def radius_options(command: F) -> F:
    """--miles and --metres, of which one may be given."""
    return _miles(_metres(command))


def radius_of(miles: float | None, metres: float | None, *, default: float | None) -> float:
    """The radius in metres; `default` is in miles, or none: as far as is searched. Raises UsageError."""
    from services.county.space.units import MOST_METRES, miles_to_meters

    if miles is not None and metres is not None:
        raise UsageError("--miles and --metres are two radii", next_step="give one of them")
    if metres is None and miles is None:
        return MOST_METRES if default is None else miles_to_meters(default)
    found = metres if metres is not None else miles_to_meters(miles or 0)
    if not 0 < found <= MOST_METRES:
        given = f"{metres:g} metres" if metres is not None else f"{miles:g} miles"
        raise UsageError(
            f"a radius of {given} cannot be searched",
            next_step=f"give more than 0 and at most {MOST_METRES:,.0f} metres ({_FURTHEST_MILES:g} miles)",
        )
    return found
