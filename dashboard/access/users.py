"""Who uses the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["reader", "staff"]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who was let in, as `name` on the page; `claims` are those of their verified token.

    Somebody without a token has the claims that they would have, by which the database knows who decides.
    """

    name: str
    role: Role
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_staff(self) -> bool:
        """Whether decisions are theirs."""
        return self.role == "staff"


def staff(name: str) -> User:
    """Whoever sits at this machine, or has the key: staff, under a name."""
    claims = {"role": "authenticated", "sub": name, "app_metadata": {"property_manager": "staff"}}
    return User(name, "staff", claims)
