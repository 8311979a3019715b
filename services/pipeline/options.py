"""What a sync is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.clock import Clock
from database.retrying import WAIT_SECONDS

RULE_SECONDS: Final = 30.0
"""How long one rule may take over a whole session; one that takes longer is errored, never passed."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How a session is synced."""

    dry_run: bool = False
    """Save the plan and apply nothing."""
    with_rules: bool = True
    """Validate the rows; without it the guard alone judges the plan."""
    actor: str = "sync"
    """Who the audit names."""
    clock: Clock | None = None
    """None: the database's clock, which all hosts share."""
    rule_seconds: float = RULE_SECONDS
    only_waiting: bool = False
    """Report a session that was held or discarded instead of planning it anew."""
    wait_seconds: float = WAIT_SECONDS
    """How long to wait for another worker's sync of the source."""

    catch_up: bool = True
    """Let the change feed's subscribers catch up afterwards; a batch does so once, at its end."""

    def now(self) -> datetime | None:
        """The time by the clock; None leaves it to the database."""
        return self.clock and self.clock()


DEFAULT_OPTIONS: Final = SyncOptions()
