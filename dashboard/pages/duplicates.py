"""Duplicates: pairs that wait for somebody to say whether they are one home, and what was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from config.errors import UsageError
from dashboard.page import Action, Asked, Data, Done, Form, Page
from dashboard.pages._deciding import decider, number_of, words_of
from services.duplicates import PairDetails, show_pair
from services.reports.waiting import WaitingPair, decisions_page, pair_decision, pairs_page
from services.workflows import decide

_PAIRS: Final = 20
_DECISIONS: Final = 40
_FIELDS: Final = {
    "title": "title",
    "address": "address",
    "postal_code": "postal code",
    "city": "city",
    "operation_type": "offer",
    "price": "price",
    "currency": "currency",
    "area_m2": "area, m²",
    "bedrooms": "bedrooms",
    "bathrooms": "bathrooms",
    "floor_number": "floor",
    "property_type": "type",
    "latitude": "latitude",
    "longitude": "longitude",
    "status": "status",
    "first_seen_at": "first seen",
}
"""Field of a listing → how people call it, in the order in which two are compared."""
_AMOUNTS: Final = ("price", "area_m2", "latitude", "longitude")
_SHORT: Final = ("title", "address", "city", "price", "area_m2", "bedrooms")
"""The fields of a pair in the list."""


async def duplicates(asked: Asked) -> Data:
    """Pairs that wait, the likeliest first."""
    source = asked.text("source")
    found = await pairs_page(asked.database, source=source, after=_place(asked), limit=_PAIRS + 1)
    shown = found[:_PAIRS]
    return {
        "pairs": [
            {"pair": pair, "fields": _beside(pair.left_side, pair.right_side, _SHORT)} for pair in shown
        ],
        "after": _written(shown[-1]) if len(found) > _PAIRS else None,
        "source": source,
    }


async def decisions(asked: Asked) -> Data:
    """What was merged, kept apart and taken back, the newest first."""
    before = asked.number("before", 0, most=2**62) or None
    found = await decisions_page(asked.database, before=before, limit=_DECISIONS + 1)
    shown = found[:_DECISIONS]
    return {"decisions": shown, "before": shown[-1].id if len(found) > _DECISIONS else None}


async def pair(asked: Asked) -> Data:
    """Two listings side by side, field by field, and what each comparison says."""
    found = await show_pair(asked.database, *_pair(asked))
    return {
        "pair": found,
        "fields": _beside(found.left_side, found.right_side),
        "evidence": _evidence(found),
        "said": await pair_decision(asked.database, found.left_id, found.right_id),
    }


async def merge(asked: Asked, form: Form) -> Done:
    """Say that two listings are of one home."""
    event = await decide.merge_pair(
        asked.database,
        decider(asked),
        _pair(asked),
        seen=number_of(form, "seen"),
        reason=words_of(form, "reason"),
    )
    return _decided(asked, "They are one home now.", event)


async def part(asked: Asked, form: Form) -> Done:
    """Say that two listings are of two homes."""
    event = await decide.part_pair(
        asked.database,
        decider(asked),
        _pair(asked),
        seen=number_of(form, "seen"),
        reason=words_of(form, "reason"),
    )
    return _decided(asked, "They are kept apart from now on.", event)


async def undo(asked: Asked, form: Form) -> Done:
    """Take a decision back."""
    decision: int = asked.path["decision"]
    event = await decide.undo_decision(asked.database, decider(asked), decision)
    return Done("/duplicates/decisions", f"Decision {decision} is taken back, by decision {event}.")


def _decided(asked: Asked, said: str, event: int | None) -> Done:
    left, right = _pair(asked)
    what = (
        f"{said} Decision {event} can be taken back." if event else "That was said before: nothing changed."
    )
    return Done(f"/duplicates/{left}/{right}", what)


def _pair(asked: Asked) -> tuple[UUID, UUID]:
    return asked.path["left"], asked.path["right"]


def _beside(
    left: Mapping[str, Any], right: Mapping[str, Any], names: tuple[str, ...] = tuple(_FIELDS)
) -> list[dict[str, Any]]:
    """The fields that a side has; `agrees` where both say the same, None where one says nothing."""
    found = []
    for name in names:
        one, other = left.get(name), right.get(name)
        if one is None and other is None:
            continue
        agrees = None if one is None or other is None else _folded(one) == _folded(other)
        found.append(
            {
                "field": _FIELDS[name],
                "left": _typed(name, one),
                "right": _typed(name, other),
                "agrees": agrees,
                "is_compared": name != "first_seen_at",
            }
        )
    return found


def _typed(name: str, value: Any) -> Any:
    """A value as pages write it: amounts come as text, so that no digit is lost."""
    if name in _AMOUNTS and isinstance(value, str):
        return Decimal(value)
    if name == "first_seen_at" and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def _folded(value: object) -> str:
    """A value as people compare it: neither letter case nor spaces count."""
    return " ".join(str(value).casefold().split())


def _evidence(pair: PairDetails) -> list[dict[str, Any]]:
    """What each comparison says, the strongest first, with its share of all that is said."""
    most = max((abs(each.weight) for each in pair.evidence), default=0.0) or 1.0
    return [
        {
            "comparison": each.comparison,
            "says": each.level,
            "bits": each.weight,
            "share": abs(each.weight) / most,
        }
        for each in sorted(pair.evidence, key=lambda each: -abs(each.weight))
    ]


def _written(pair: WaitingPair) -> str:
    """A place in the list, for an address."""
    return "~".join(map(str, pair.place))


def _place(asked: Asked) -> list[Any] | None:
    """The place of an address. Raises UsageError for a text that is none."""
    text = asked.text("after")
    if text is None:
        return None
    try:
        probability, left, right = text.split("~")
        place = [float(probability), str(UUID(left)), str(UUID(right))]
    except ValueError:
        raise _no_place() from None
    if not 0 <= float(probability) <= 1:
        raise _no_place()
    return place


def _no_place() -> UsageError:
    return UsageError("this is no place in the list", next_step="go back to its first page")


PAGES = (
    Page(
        "/duplicates", "duplicates.html", duplicates, title="Duplicates", menu="Duplicates", topics=("homes",)
    ),
    Page(
        "/duplicates/decisions",
        "home_decisions.html",
        decisions,
        title="Decisions on homes",
        within="Duplicates",
        topics=("homes",),
    ),
    Page(
        "/duplicates/{left:uuid}/{right:uuid}",
        "duplicate.html",
        pair,
        title="One home or two",
        within="Duplicates",
        topics=("homes",),
    ),
)
ACTIONS = (
    Action("/duplicates/{left:uuid}/{right:uuid}/merge", merge),
    Action("/duplicates/{left:uuid}/{right:uuid}/part", part),
    Action("/duplicates/decisions/{decision:int}/undo", undo),
)
