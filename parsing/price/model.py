"""What a price text says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """One amount a text asks for, and for what."""

    amount: Decimal
    currency: str | None = None
    operation: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A parsed price; without `amount`, the text states that there is no price, or only a unit price."""

    amount: Decimal | None
    currency: str | None = None
    period: str | None = None
    maximum: Decimal | None = None
    is_from: bool = False
    note: str | None = None
    per_m2: Decimal | None = None
    operation: str | None = None
    offers: tuple[Offer, ...] = ()
    beside: str | None = None  # an unknown word straight after the amount, which may be its multiplier
