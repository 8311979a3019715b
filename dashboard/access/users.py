"""Who uses the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["reader", "staff"]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who was let in; `actor` is the name that the audit keeps, `name` the one on the page."""

    actor: str
    role: Role
    name: str = ""

    @property
    def is_staff(self) -> bool:
        """Whether decisions are theirs."""
        return self.role == "staff"
