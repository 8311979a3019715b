"""The account of an import: every row read is skipped or staged, every column mapped or kept raw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from importers import Rows, Skipped
from importers.intake.stage import Tally
from importers.mapping import ColumnReport, Mapping
from importers.mapping.report import KEY_COLUMNS


@dataclass(frozen=True, slots=True)
class ColumnAccount:
    """The columns of a file, compared with its mapping and the previous import."""

    mapped: dict[str, tuple[str, ...]]
    unmapped: tuple[str, ...]
    never_filled: tuple[str, ...]
    absent: dict[str, tuple[str, ...]]
    """Field → the columns that the mapping names for it and the file does not have."""
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounting:
    """The account of one import; rows_read = skipped + staged."""

    file: str
    mapping: str
    format: str
    encoding: str | None
    dialect: dict[str, Any]
    rows_read: int
    skipped: tuple[Skipped, ...]
    staged: int
    unreadable: int
    repeated_ids: int | None
    """Rows that repeat the id of another row; known after the sync."""
    columns: ColumnAccount
    incomplete: str | None
    warnings: tuple[str, ...]

    @property
    def rows_skipped(self) -> int:
        return sum(entry.rows for entry in self.skipped)

    def with_repeated(self, repeated_ids: int | None) -> Accounting:
        return replace(self, repeated_ids=repeated_ids)

    def session_facts(self, mapping: Mapping) -> dict[str, Any]:
        """Return what a session keeps of its input, for the guard, the next import and reprocessing."""
        absent = {
            target: " or ".join(map(repr, columns))
            for target, columns in self.columns.absent.items()
            if target not in KEY_COLUMNS
        }
        return {
            "columns": list(self.columns.mapped) + list(self.columns.unmapped),
            "fields_without_column": absent,
            "mapping": mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        }


def account(
    rows: Rows,
    tally: Tally,
    report: ColumnReport,
    *,
    file: str,
    mapping: str,
    staged: int,
    before: list[str] | None,
) -> Accounting:
    """Account for an input that was read to its end; `before` are the columns of the last import."""
    skipped = tuple(rows.skipped)
    columns = list(rows.columns)
    return Accounting(
        file=file,
        mapping=mapping,
        format=rows.format,
        encoding=rows.encoding,
        dialect=rows.dialect,
        rows_read=tally.rows + sum(entry.rows for entry in skipped),
        skipped=skipped,
        staged=staged,
        unreadable=tally.unreadable,
        repeated_ids=None,
        columns=ColumnAccount(
            mapped=report.mapped,
            unmapped=report.unmapped,
            never_filled=tuple(tally.never_filled),
            absent=report.absent,
            appeared=() if before is None else tuple(name for name in columns if name not in before),
            vanished=() if before is None else tuple(name for name in before if name not in columns),
        ),
        incomplete=rows.incomplete,
        warnings=tuple(rows.warnings),
    )
