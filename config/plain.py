"""Values as JSON has them: what `--json` prints, and the pages of the dashboard as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any


def plain_value(value: object) -> Any:
    """A value as JSON has it: dataclasses by their fields, times in ISO 8601, intervals in seconds."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain_value(asdict(value))
    return _scalar(value)


def _scalar(value: object) -> int | float | str | None:
    """Numbers stay numbers, and what is not finite is null."""
    match value:
        case float() | Decimal() if not math.isfinite(value):
            return None
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case float() | Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
    return str(value)
