"""Data of pages as JSON: times in ISO 8601, numbers as numbers, dataclasses by their fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson


def to_json(data: object) -> bytes:
    """One JSON document."""
    return orjson.dumps(plain(data))


def plain(value: object) -> Any:
    """A value as JSON has it; what is not finite is null."""
    if value is None or isinstance(value, bool | int | str):
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return _scalar(value)


def _scalar(value: object) -> int | float | str | None:
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
