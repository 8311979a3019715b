"""Amounts on the command line: how they are typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

import click


class Amount(click.ParamType[Decimal]):
    """A number as people type it: 1200000, 1,200,000.50, 1.2m, 300k."""

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The number; not finite ones and other texts fail."""
        text = str(value).strip().lower().replace(",", "").replace("_", "")
        scale = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
        try:
            number = Decimal(text.rstrip("km") if scale > 1 else text) * scale
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or number < 0:
            self.fail(f"{value!r} is not an amount; write it as 1200000, 1.2m or 300k", param, ctx)
        return number


AMOUNT: Final = Amount()
