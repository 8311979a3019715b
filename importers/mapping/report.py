"""How a mapping fits a file's columns, reported before a row is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from config.errors import RefusedError
from importers.mapping.candidates import IdCandidate

KEY_COLUMNS: Final = ("id", "partition", "file_date")
"""What a mapping names columns for besides fields: a file that lacks one of them is not read."""

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """Columns mapped, absent and unmapped; `refusals` forbid reading the file with this mapping."""

    mapped: dict[str, tuple[str, ...]]
    """Column → what it fills: fields, `id`, `partition` or `file_date`."""
    absent: dict[str, tuple[str, ...]]
    """Field → its columns, of which the file has none."""
    unmapped: tuple[str, ...]
    loosely: dict[str, str] = field(default_factory=dict)
    """Column as the mapping spells it → as the file does."""
    refusals: tuple[str, ...] = ()
    candidates: tuple[IdCandidate, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each field that no column fills."""
        return tuple(
            f"{target} stays unfilled: the file has no column {' or '.join(map(repr, columns))}"
            for target, columns in self.absent.items()
        )

    def refuse(self, origin: str) -> None:
        """Raise where the file cannot be read with this mapping."""
        if not self.refusals:
            return
        raise RefusedError(f"{origin} was not read: {'; '.join(self.refusals)}", next_step=self._next_step())

    def _next_step(self) -> str:
        if not self.candidates:
            return "correct the mapping, or let import --suggest propose one"
        names = ", ".join(f"{each.name} ({each.why})" for each in self.candidates[:_SHOWN])
        return f'name the id column in the mapping ("id"); candidates: {names}'
