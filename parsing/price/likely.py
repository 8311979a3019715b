"""Whether an amount is a likely one for what is on offer."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from config.errors import DoubtError
from parsing.price.model import Price
from parsing.vocabulary.money import CHEAP

_LEAST: Final = {"sale": Decimal(500), None: Decimal(50), "rent": Decimal(5)}
"""By operation, what no home is offered below, in dollars, euros and the like."""
MOST: Final = Decimal(2 * 10**9)
"""No home is offered above, in the same money; a phone number is."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SMALL: Final = Decimal(10_000)
"""Below it, an unknown word after the amount of a sale may be its multiplier."""
_FACTORS: Final = (Decimal(10**3), Decimal(10**5), Decimal(10**6), Decimal(10**7))
_USUAL: Final = (Decimal(20_000), Decimal(20_000_000))


@lru_cache(maxsize=500)
def least_price(operation: str | None, currency: str | None) -> Decimal:
    """The amount below which a price is doubtful."""
    return _LEAST.get(operation, _LEAST[None]) * CHEAP.get(currency or "", 1)


def doubt_unlikely(text: object, price: Price, operation: str | None) -> None:
    """Raise DoubtError for an amount that is hardly the price of a home: a sale at 1.45, a flat at 54.005."""
    if price.amount is None:
        return
    offered = price.operation or operation or ("rent" if price.period is not None else None)
    if price.amount < least_price(offered, price.currency):
        what = {"sale": "a sale", "rent": "a rent"}.get(offered or "", "a price")
        raise DoubtError(text, f"{what} below what homes cost", _readings(price))
    if offered == "sale" and isinstance(text, str) and _YEAR.fullmatch(text.strip()):
        raise DoubtError(text, "a year, or a price", [price.amount])
    if price.amount >= MOST * CHEAP.get(price.currency or "", 1):
        raise DoubtError(text, "more than homes cost", [price.amount])
    small = _SMALL * CHEAP.get(price.currency or "", 1)
    if price.beside is not None and offered == "sale" and price.amount < small:
        raise DoubtError(text, f"{price.beside!r} after the amount is not known", _readings(price))


def _readings(price: Price) -> list[str]:
    """The amount, and what it is in thousands, lakhs, millions or crores where that is usual for a home."""
    amount = price.amount or Decimal(0)
    least, most = (limit * CHEAP.get(price.currency or "", 1) for limit in _USUAL)
    larger = [amount * factor for factor in _FACTORS if least <= amount * factor <= most]
    return [f"{reading.normalize():f}" for reading in (amount, *larger)]
