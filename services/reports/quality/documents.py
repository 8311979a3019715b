"""The database's answer as a report: each example with the raw cells of its own field, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import ValidationError

from database.records import record
from importers.mapping.model import Mapping
from importers.mapping.raw_cells import cells_read
from services.reports.quality.model import QualityReport

_PLACE: Final = ("latitude", "longitude")


def report_of(document: dict[str, Any]) -> QualityReport:
    """The report that `api.quality_report` answered with."""
    found = dict(document)
    mapping = found.pop("mapping")
    for rule in (*found["rules"], *found["quarantine"]["rules"]):
        for example in rule["examples"]:
            example["raw"] = _cells([rule["field"]], example["raw"], mapping)
    places = found["places"]
    for example in places["examples"]:
        example["raw"] = _cells(_PLACE, example["raw"], mapping)
    places["points"] = [
        dict(zip(("longitude", "latitude", "kind", "city"), point, strict=True)) for point in places["points"]
    ]
    return record(QualityReport, found | {"unmapped": _unmapped(found["columns"], mapping)})


def _cells(fields: Iterable[str | None], raw: Any, mapping: dict[str, Any] | None) -> dict[str, Any]:
    return {
        name: cell
        for field in fields
        if field is not None
        for name, cell in cells_read(field, raw, mapping).items()
    }


def _unmapped(columns: list[str], mapping: dict[str, Any] | None) -> list[str]:
    """The columns that no field is read from; a mapping that can no longer be read leaves none."""
    try:
        parsed = None if mapping is None else Mapping.model_validate(mapping)
    except ValidationError:
        parsed = None
    if parsed is None:
        return []
    read = {name for each in parsed.fields.values() for name in each.names()} | set(parsed.id or ())
    return [name for name in columns if name not in read]
