"""Tries a county's file: each layer is opened, and its first rows are read as its kinds say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from config.county.columns import names_of
from config.county.kinds import KINDS
from config.county.layout import AnyLayer, County
from config.errors import PropertyManagerError
from importers.layers import LayerRows, open_layer
from importers.layers.rows import first_rows
from parsing.parcels.staged import RecordReader
from services.workflows.access import ANONYMOUS, Access

_SAMPLE: Final = 50
"""Rows of each layer."""
_EXAMPLES: Final = 3


@dataclass(slots=True)
class KindTrial:
    """What the first rows of a layer gave as records of one kind."""

    kind: str
    rows: int = 0
    unusable: int = 0
    """Rows that no record can be made of."""
    filled: dict[str, int] = field(default_factory=dict)
    """Field → rows in which it has a value."""
    missing: list[str] = field(default_factory=list)
    """Columns that the file names and the layer lacks."""
    findings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LayerTrial:
    """How a layer was found."""

    layer: str
    type: str
    where: str
    checked: bool
    tried: bool = False
    error: str | None = None
    next_step: str | None = None
    expected: int | None = None
    columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    kinds: list[KindTrial] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against loading it."""
        fits = all(not kind.missing and (not kind.rows or kind.unusable < kind.rows) for kind in self.kinds)
        return self.error is None and fits


async def check_county(
    county: County,
    *,
    online: bool = False,
    access: Access = ANONYMOUS,
    on_layer: Callable[[str], None] = lambda name: None,
) -> list[LayerTrial]:
    """Try each layer; those that are fetched from a server only with `online`."""
    trials = []
    for layer in county.layers:
        trial = LayerTrial(layer.name, layer.type, layer.where, layer.checked)
        trials.append(trial)
        if layer.url is not None and not online:
            continue
        on_layer(layer.name)
        trial.tried = True
        try:
            async with open_layer(layer, access, requests_per_second=county.requests_per_second) as rows:
                await _try(county, layer, rows, trial)
        except PropertyManagerError as error:
            trial.error, trial.next_step = error.message, error.next_step
    return trials


async def _try(county: County, layer: AnyLayer, rows: LayerRows, trial: LayerTrial) -> None:
    sample = await first_rows(rows, _SAMPLE)
    trial.expected, trial.columns, trial.warnings = rows.expected, list(rows.columns), list(rows.warnings)
    if len(sample) < _SAMPLE and rows.incomplete:
        trial.error = rows.incomplete
    present = set(rows.columns).union(*(record.cells for record in sample))
    for kind, columns in layer.kinds.items():
        found = KindTrial(kind, missing=[name for name in names_of(columns) if name not in present])
        reader = RecordReader(
            KINDS[kind], county, columns, key_order=layer.key_order, point=layer.point, blank=layer.blank
        )
        filled: Counter[str] = Counter()
        findings: Counter[str] = Counter()
        for record in sample:
            staged = reader.read(record)
            found.rows += 1
            found.unusable += staged.problem is not None
            filled.update(name for name, value in staged.content.items() if value is not None)
            findings.update([staged.problem] if staged.problem else [])
            findings.update(f"{issue['field']}: {issue['why']}" for issue in staged.issues)
        found.filled = {name: filled[name] for name in columns}
        found.findings = [
            f"{why} ({times} of {found.rows})" for why, times in islice(findings.most_common(), _EXAMPLES)
        ]
        trial.kinds.append(found)
