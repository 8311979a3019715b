"""Staged rows as Postgres's COPY reads them, with their fingerprints.

CSV, because Python's csv writer is C: an encoder of our own would be most of the time it takes to land a row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from config.listing import FIELDS
from scrapers.staged import StagedRow

FINGERPRINT_VERSION: Final = 1
"""Raised when the fingerprint is made differently: another version means compare, never rewrite."""

_ROW_END: Final = "\r\n"  # csv quotes a cell with either character only when both end its rows


class RowEncoder:
    """Encodes one session's rows. `volatile` columns stay out of the fingerprint, as do provenance ones."""

    def __init__(self, session_id: UUID, volatile: tuple[str, ...]) -> None:
        compared = [bit for bit, field in enumerate(FIELDS) if field.compared and field.name not in volatile]
        others = [bit for bit in range(len(FIELDS)) if bit not in compared]
        self._pick_compared: Callable[[list[Any]], tuple[Any, ...]] = itemgetter(*compared)
        self._pick_others: Callable[[list[Any]], tuple[Any, ...]] = itemgetter(*others)
        self._compared_mask = sum(1 << bit for bit in compared)
        self._session = str(session_id)
        self._kept_bytes = (len(FIELDS) + 7) // 8
        self._lines: list[str] = []
        self._write = csv.writer(_Lines(self._lines), lineterminator=_ROW_END).writerow
        self.columns: Final[tuple[str, ...]] = (
            *("session_id", "row_no", "fingerprint", "fingerprint_version", "kept", "problem", "issues"),
            *("evidence", "raw", "raw_bytes"),
            *(FIELDS[bit].name for bit in others),
            *(FIELDS[bit].name for bit in compared),
        )

    def encode(self, row_no: int, row: StagedRow) -> str:
        """One CSV record, its columns in the order of `columns`."""
        lines = self._lines
        lines.clear()
        self._write(self._pick_compared(row.values))
        compared = lines.pop()
        kept = row.kept
        mask = f"{kept & self._compared_mask:x}|"
        fingerprint = int.from_bytes(
            blake2b((mask + compared).encode("utf-8"), digest_size=8).digest(), "big", signed=True
        )
        self._write(
            (
                self._session,
                row_no,
                None if row.problem else fingerprint,
                FINGERPRINT_VERSION,
                "\\x" + kept.to_bytes(self._kept_bytes, "little").hex(),
                row.problem,
                json.dumps(row.issues) if row.issues else None,
                row.evidence,
                row.raw,
                None if row.raw_bytes is None else "\\x" + row.raw_bytes.hex(),
                *self._pick_others(row.values),
            )
        )
        return lines[0].removesuffix(_ROW_END) + "," + compared


class _Lines:
    """Takes the csv writer's text without a file in between."""

    __slots__ = ("write",)

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append
