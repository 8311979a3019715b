"""Pages that were asked whether their listing is gone: what they said, and what was removed by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.text import counted, red, short
from cli.views.sync import decision_lines

if TYPE_CHECKING:
    from services.workflows.proofs import Verification


def is_doubtful(verified: Verification | None) -> bool:
    """Whether nothing counts that was found gone, or its removal waits for a person."""
    if verified is None:
        return False
    return verified.suspect is not None or (verified.sync is not None and verified.sync.status == "held")


def verification_lines(verified: Verification) -> Iterator[str]:
    """What pages answered, and what was removed by it; nothing where none was asked."""
    if verified.session_id is None:
        return
    signs = ", ".join(f"{sign} × {count}" for sign, count in verified.unknown_signs.items())
    unknown = f"{verified.unknown:,} unknown{f' ({signs})' if signs else ''}"
    yield (
        f"{verified.source} removal: {counted(verified.asked, 'page')} asked: {verified.alive:,} alive, "
        f"{verified.gone:,} gone, {unknown}; {counted(verified.canaries, 'page')} known to be there"
        f"{' did not all answer' if verified.suspect else ' answered'}"
    )
    if verified.suspect is not None:
        yield red(f"  nothing counts: {verified.suspect}")
    if verified.sync is not None:
        if verified.sync.status == "applied":
            removed = verified.sync.metrics.removed_properties or 0
            yield f"  {counted(removed, 'listing')} removed: their pages said twice that they are gone"
        else:
            plan = short(verified.sync.plan_id)
            yield red(f"  REFUSED plan {plan}: nothing was removed")
            yield from (f"  - {reason.sentence}" for reason in verified.sync.reasons)
            yield from decision_lines(plan, "to remove them all the same")


def verification_document(verified: Verification | None) -> dict[str, Any] | None:
    """The same as JSON."""
    if verified is None:
        return None
    names = (
        "session_id",
        "asked",
        "alive",
        "gone",
        "unknown",
        "unknown_signs",
        "canaries",
        "proven",
        "suspect",
    )
    sync = verified.sync
    return {
        **{name: getattr(verified, name) for name in names},
        "sign": None if verified.sign is None else verified.sign.model_dump(mode="json"),
        "sync": None
        if sync is None
        else {"status": sync.status, "plan_id": sync.plan_id, "error": sync.error},
    }
