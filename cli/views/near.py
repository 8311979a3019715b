"""What lies around a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.render import Result, table
from cli.text import counted

if TYPE_CHECKING:
    from services.county.space.near import Near, NearCase, NearLead, NearListing, NearParcel
    from services.county.space.places import Place
    from services.county.space.polygons import PlacedParcel

_FAR: Final = ("metres", "miles")
_PER_MILE: Final = 1609.344
_PARCELS: Final = ("parcel", "address", "city")


def render_parcels(place: Place, metres: float, near: Near[NearParcel]) -> Result:
    """The parcels within a radius."""
    return _render(place, metres, near, thing="parcel", columns=_PARCELS, cells=_parcel)


def render_nearest(place: Place, metres: float, found: Sequence[NearParcel]) -> Result:
    """The nearest parcels."""
    from services.county.space.near import Near

    return _render(place, metres, Near(tuple(found), False), thing="parcel", columns=_PARCELS, cells=_parcel)


def render_leads(place: Place, metres: float, near: Near[NearLead], *, tiers: Sequence[str]) -> Result:
    """The leads within a radius; none may mean that nothing is scored yet."""
    columns = ("tier", "score", "parcel", "address", "city", "open cases")
    of = f" of tier {' or '.join(tiers)}" if tiers else ""
    hint = "Leads are parcels with a score: leads score."
    return _render(place, metres, near, thing="lead", columns=columns, cells=_lead, of=of, hint=hint)


def render_cases(place: Place, metres: float, near: Near[NearCase], *, status: str | None) -> Result:
    """The code cases within a radius."""
    columns = ("case", "type", "status", "opened", "address", "where it is by")
    thing = f"{status} code case" if status else "code case"
    return _render(place, metres, near, thing=thing, columns=columns, cells=_case, key="cases")


def render_listings(place: Place, metres: float, near: Near[NearListing]) -> Result:
    """The active listings within a radius."""
    columns = ("source", "id", "title", "price", "", "beds", "m²")
    return _render(place, metres, near, thing="listing", columns=columns, cells=_listing)


def _render(
    place: Place,
    metres: float,
    near: Near[Any],
    *,
    thing: str,
    columns: tuple[str, ...],
    cells: Callable[[Any], tuple[Any, ...]],
    key: str | None = None,
    of: str = "",
    hint: str | None = None,
) -> Result:
    document = {
        "place": place,
        "radius_metres": round(metres, 3),
        "radius_miles": round(metres / _PER_MILE, 6),
        key or f"{thing}s": [_measured(each) for each in near.found],
        "more": near.more,
    }
    within = f"within {metres:,.0f} m ({metres / _PER_MILE:,.2f} miles) of {place.name}"
    if not near.found:
        return Result(document, [f"No {thing}{of} {within}.", *([hint] if hint else [])], as_stored=True)
    rows = [(f"{each.metres:,.0f}", f"{each.metres / _PER_MILE:,.2f}", *cells(each)) for each in near.found]
    amount = counted(len(near.found), thing) + of
    text: list[object] = [table((*_FAR, *columns), rows, title=f"{amount} {within}")]
    if near.more:
        text.append("… more lie within: give a smaller radius, or a larger --limit.")
    return Result(document, text, as_stored=True)


def _measured(each: Any) -> dict[str, Any]:
    """A row as JSON has it: the distance in both units, and no place, which the document names once."""
    fields = {name: getattr(each, name) for name in each.__dataclass_fields__ if name != "place"}
    return {**fields, "metres": round(each.metres, 3), "miles": round(each.metres / _PER_MILE, 6)}


def _parcel(each: NearParcel | PlacedParcel) -> tuple[Any, ...]:
    return each.parcel_id or each.parcel_id_normalized, _address(each), each.city


def _lead(each: NearLead) -> tuple[Any, ...]:
    return each.tier, each.total, each.parcel_id, _address(each), each.city, each.open_cases


def _case(each: NearCase) -> tuple[Any, ...]:
    return each.case_number, each.case_type, each.status, each.opened_on, each.address, each.located_by


def _listing(each: NearListing) -> tuple[Any, ...]:
    return (
        *(each.source, each.property_id, each.title, each.price, each.currency),
        *(each.bedrooms, each.covered_area_m2),
    )


def _address(each: NearParcel | NearLead | PlacedParcel) -> str:
    return " ".join(part for part in (each.address, each.unit) if part)


def render_placed(found: Sequence[PlacedParcel], where: str, *, limit: int) -> Result:
    """Parcels in a polygon, or around a place; one more than the limit says that there are more."""
    page = found[:limit]
    after = page[-1].parcel if len(found) > limit else None
    document = {"parcels": page, "after": after}
    if not page:
        return Result(document, [f"No parcel {where}."], as_stored=True)
    rows = [(*_parcel(each), each.latitude, each.longitude) for each in page]
    title = f"{counted(len(page), 'parcel')} {where}"
    text: list[object] = [table((*_PARCELS, "latitude", "longitude"), rows, title=title)]
    if after is not None:
        text.append(f"… more: --after {after}")
    return Result(document, text, as_stored=True)
