"""Duplicates: pairs, one pair side by side, homes and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted
from config.text import format_time

if TYPE_CHECKING:
    from services.duplicates import Found, HomeEvent, HomeField, Pair, PairDetails

_SIDE_BY_SIDE: Final = (
    *("title", "address", "postal_code", "city", "operation_type", "property_type", "price", "currency"),
    *("area_m2", "bedrooms", "bathrooms", "floor_number", "latitude", "longitude", "main_image_url"),
    *("source_url", "status", "first_seen_at"),
)
_CROWDS: Final = 5
_LONGEST: Final = 40
"""How many characters of a value are shown in a table."""
_KINDS: Final = {"merge": "merged", "apart": "kept apart", "undo": "undone"}


def render_found(found: Found, review_at: float) -> Result:
    """What was compared, and what came of it."""
    text: list[object] = [
        f"{counted(found.listings, 'listing')} compared in {counted(found.pairs, 'pair')}: "
        f"{counted(found.merged, 'home')} merged into others, "
        f"{counted(found.review, 'pair')} to review."
    ]
    text += [
        f"{crowd.name} is shared by {counted(crowd.listings, 'listing')}: not compared by it."
        for crowd in found.crowds[:_CROWDS]
    ]
    if more := found.crowded - sum(crowd.cells for crowd in found.crowds[:_CROWDS]):
        text.append(f"… and {counted(more, 'more cell')} of too many listings.")
    if found.bare:
        text.append(
            f"{counted(found.bare, 'listing')} could not be compared: no address, pin, picture, agent or "
            "title in a city, and no price with a size."
        )
    if found.review:
        text.append(next_line(f"duplicates list --least {review_at:g}"))
    elif found.merged:
        text.append(next_line("duplicates list --state merged"))
    return Result(found, text)


def render_pairs(pairs: Sequence[Pair], state: str, *, more: bool) -> Result:
    """Pairs, a line each."""
    rows = [
        (
            f"{each.probability:.1%}",
            _name(each.left_side),
            _name(each.right_side),
            each.left_side["address"] or each.left_side["title"],
            each.vetoed,
        )
        for each in pairs
    ]
    if not rows:
        nothing = {
            "review": "No pair waits for a decision.",
            "merged": "No home has several listings.",
            "apart": "No listings were kept apart.",
        }
        return Result({"pairs": pairs}, [nothing[state]])
    columns = ["likely", "listing", "listing", "address or title", "why it waits"]
    text: list[object] = [
        table(columns, rows) if state == "review" else table(columns[:4], [r[:4] for r in rows])
    ]
    if more:
        text.append("… more: give a larger --limit")
    first = pairs[0]
    text.append(next_line(f"duplicates show {_name(first.left_side)} {_name(first.right_side)}"))
    return Result({"pairs": pairs}, text)


def render_pair(pair: PairDetails) -> Result:
    """Two listings side by side, then what each comparison says."""
    left, right = pair.left_side, pair.right_side
    rows = [
        (name.replace("_", " "), left[name], right[name])
        for name in _SIDE_BY_SIDE
        if left[name] is not None or right[name] is not None
    ]
    evidence = [(each.comparison, each.level, f"{each.weight:+.1f}") for each in pair.evidence]
    text: list[object] = [
        table(["field", _name(left), _name(right)], rows),
        table(["comparison", "what it says", "bits"], evidence),
    ]
    if pair.probability is not None:
        text.append(f"One home with a probability of {pair.probability:.1%}, {pair.weight:+.1f} bits.")
    text.append(_standing(pair))
    if not pair.same_home and pair.decided is None:
        names = f"{_name(left)} {_name(right)}"
        text.append(next_line(f"duplicates merge {names}"))
        text.append(f"or: {command(f'duplicates split {_name(left)} --from {_name(right)}')}")
    return Result(pair, text)


def _standing(pair: PairDetails) -> str:
    if pair.same_home:
        return "They are of one home." if pair.decided is None else "A person said that they are of one home."
    if pair.decided is False:
        return "A person said that they are not of one home."
    return f"It waits for a decision: {pair.vetoed}." if pair.vetoed else "It waits for a decision."


def render_home(
    home_id: UUID, sides: Sequence[Mapping[str, Any]], fields: Sequence[HomeField] = ()
) -> Result:
    """The listings of a home, and its fields: each value, where it comes from and why."""
    rows = [
        (_name(each), each["status"], each["price"], each["currency"], each["address"] or each["title"])
        for each in sides
    ]
    head = f"Home {home_id}: {counted(len(sides), 'listing')}."
    text: list[object] = [head, table(["listing", "status", "price", "currency", "address or title"], rows)]
    if len(sides) > 1 and fields:
        text.append(
            table(
                ["field", "value", "from", "why"],
                [
                    (
                        each.field_name.replace("_", " "),
                        _short(each.value),
                        f"{each.source}/{each.property_id}",
                        _why(each),
                    )
                    for each in fields
                ],
            )
        )
    document = {"home_id": home_id, "listings": sides}
    return Result(document | {"fields": fields} if fields else document, text)


def _short(value: Any) -> str:
    """A value in one line; an offer as amount, currency and period."""
    if isinstance(value, dict) and "amount" in value:
        amount = None if value["amount"] is None else f"{value['amount']:,.2f}".removesuffix(".00")
        price = value["note"] if amount is None else f"{amount} {value['currency'] or ''}"
        return " a ".join(str(part).strip() for part in (price, value["period"]) if part) or "no price"
    if isinstance(value, dict | list):
        return counted(len(value), "entry" if isinstance(value, dict) else "item")
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _why(each: HomeField) -> str:
    """Why that value counts, by what tells it from the next that differs."""
    differing = [other for other in each.others if other.value != each.value]
    if not differing:
        return "only value" if each.why == "only" else f"all {len(each.others) + 1} agree"
    other = differing[0]
    name = f"{other.source}/{other.property_id}"
    reasons = {
        "pinned": "pinned",
        "shown": f"on the market, {name} is not",
        "priced": f"{name} names no price",
        "trusted": f"{each.source} is trusted more than {other.source}: {each.trust:g} to {other.trust:g}",
        "newer": f"seen later than {name}",
    }
    return reasons.get(each.why, f"as good as {name}, and known for longer")


def render_merged(event: int | None, home_id: UUID, sides: Sequence[Mapping[str, Any]]) -> Result:
    """What a person merged."""
    shown = render_home(home_id, sides)
    said = "That was said before: nothing changed." if event is None else f"Merged, decision {event}."
    undo = [] if event is None else [f"Take it back: {command(f'duplicates undo {event}')}"]
    return Result({"decision": event, "home_id": home_id, "listings": sides}, [said, *shown.text, *undo])


def render_kept_apart(event: int | None, listing: str) -> Result:
    """What a person kept apart."""
    if event is None:
        return Result({"decision": None}, [f"{listing} is alone, or that was said before: nothing changed."])
    return Result(
        {"decision": event},
        [f"Kept apart, decision {event}.", f"Take it back: {command(f'duplicates undo {event}')}"],
    )


def render_undone(decision: int, event: int) -> Result:
    """A decision that was taken back."""
    return Result(
        {"undone": decision, "decision": event}, [f"Decision {decision} is undone by decision {event}."]
    )


def render_events(events: Sequence[HomeEvent], *, more: bool) -> Result:
    """Decisions, a line each."""
    before = events[-1].id if more else None
    rows = [
        (
            each.id,
            _KINDS[each.kind] if each.undoes is None else f"undoes {each.undoes}",
            each.listings,
            None if each.probability is None else f"{each.probability:.1%}",
            each.actor,
            each.reason,
            format_time(each.created_at),
            each.undone_by,
        )
        for each in events
    ]
    columns = ["decision", "what", "listings moved", "likely", "by", "reason", "when", "undone by"]
    text: list[object] = [table(columns, rows) if rows else "Nothing was merged or kept apart yet."]
    if more:
        text.append(f"… more: {command(f'duplicates log --before {before}')}")
    return Result({"decisions": events, "before": before}, text)


def _name(side: Mapping[str, Any]) -> str:
    return f"{side['source']}/{side['property_id']}"
