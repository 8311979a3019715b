"""Staged rows as Postgres's COPY reads them, with their fingerprints.

In COPY's text format a row is joined once and escaped as a whole. The csv module's writer looks at every
character, which took most of the time of staging a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson

from config.listing import FIELDS
from parsing.staged import StagedRow

FINGERPRINT_VERSION: Final = 1
"""Increased when the fingerprint is computed differently: another version means compare, never rewrite."""

_IS_TEXT: Final = frozenset(field.name for field in FIELDS if field.sql in ("text", "jsonb"))
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class Verbatim:
    """A value that is no text, as a COPY line spells it."""

    __slots__ = ("_spelled",)

    def __init__(self, spelled: str) -> None:
        self._spelled = spelled

    def __str__(self) -> str:
        return self._spelled


class RowEncoder:
    """Encodes one session's rows. The fingerprint omits provenance columns and the `volatile` ones."""

    table: Final = "listings"

    def __init__(self, session_id: UUID, volatile: tuple[str, ...]) -> None:
        compared = [bit for bit, field in enumerate(FIELDS) if field.compared and field.name not in volatile]
        others = [bit for bit in range(len(FIELDS)) if bit not in compared]
        self._pick_compared: Callable[[list[Any]], tuple[Any, ...]] = itemgetter(*compared)
        self._pick_others: Callable[[list[Any]], tuple[Any, ...]] = itemgetter(*others)
        self._compared_mask = sum(1 << bit for bit in compared)
        self._order = [*others, *compared]
        self._session = str(session_id)
        self._mask_bytes = (len(FIELDS) + 7) // 8
        self._absent_from_all = (1 << len(FIELDS)) - 1
        self.columns: Final[tuple[str, ...]] = (
            *("session_id", "row_no", "fingerprint_version", "fingerprint", "kept"),
            *("problem", "issues", "evidence", "raw_bytes"),
            *(FIELDS[bit].name for bit in others),
            *(FIELDS[bit].name for bit in compared),
            "raw",
        )

    def encode(self, row_no: int, row: StagedRow) -> bytes:
        """One COPY line, its columns in the order of `columns`."""
        compared = _line(self._pick_compared(row.values)).encode()
        fingerprint = "" if row.problem else _fingerprint(row.absent & self._compared_mask, compared)
        mask = row.absent.to_bytes(self._mask_bytes, "little").hex()
        head = f"{self._session}\t{row_no}\t{FINGERPRINT_VERSION}\t{fingerprint}\t\\\\x{mask}"
        notes = _notes(row)
        others = _line(self._pick_others(row.values))
        raw = b"" if row.raw is None else row.raw.replace(b"\\", b"\\\\")
        return b"%b\t%b\t%b\n" % (f"{head}\t{notes}\t{others}".encode(), compared, raw)

    def note(self, row: StagedRow) -> None:
        """Count the fields that a row states."""
        self.note_mask(row.absent)

    def note_mask(self, mask: int) -> None:
        """Count the fields of a row that landed earlier: the bits of those that it lacks."""
        self._absent_from_all &= mask

    def declared_fields(self) -> list[str]:
        """The fields that at least one row stated."""
        return [field.name for bit, field in enumerate(FIELDS) if not self._absent_from_all >> bit & 1]

    def cells(self, row: StagedRow) -> dict[str, str | int]:
        """The columns of a row that have a value, as COPY reads them, for a call that takes rows as JSON."""
        cells: dict[str, str | int] = {
            FIELDS[bit].name: str(value) for bit, value in enumerate(row.values) if value not in (None, "")
        }
        cells["kept"] = "\\x" + row.absent.to_bytes(self._mask_bytes, "little").hex()
        cells["fingerprint_version"] = FINGERPRINT_VERSION
        if row.problem:
            cells["problem"] = row.problem
        else:
            compared = _line(self._pick_compared(row.values)).encode()
            cells["fingerprint"] = _fingerprint(row.absent & self._compared_mask, compared)
        if row.issues:
            cells["issues"] = orjson.dumps(row.issues).decode()
        if row.evidence is not None:
            cells["evidence"] = row.evidence.decode()
        if row.raw is not None:
            cells["raw"] = row.raw.decode()
        if row.raw_bytes is not None:
            cells["raw_bytes"] = "\\x" + row.raw_bytes.hex()
        return cells

    def decode(self, line: bytes) -> tuple[int, StagedRow]:
        """The row number and the row of a line that `encode` made; what is no text comes as `Verbatim`."""
        _, row_no, _, _, mask, problem, issues, evidence, raw_bytes, *values, raw = (
            _ESCAPE.sub(_unescaped, cell) if b"\\" in cell else cell
            for cell in line.removesuffix(b"\n").split(b"\t")
        )
        row = StagedRow([None] * len(FIELDS), int.from_bytes(bytes.fromhex(mask[2:].decode()), "little"))
        for bit, cell in zip(self._order, values, strict=True):
            if cell:
                text = cell.decode()
                row.values[bit] = text if FIELDS[bit].name in _IS_TEXT else Verbatim(text)
        row.problem = problem.decode() or None
        row.issues = orjson.loads(issues) if issues else []
        row.evidence = evidence or None
        row.raw_bytes = bytes.fromhex(raw_bytes[2:].decode()) if raw_bytes else None
        row.raw = raw or None
        return int(row_no), row


def _notes(row: StagedRow) -> str:
    """Problem, issues, evidence, raw bytes: most rows have none of them."""
    if not (row.problem or row.issues or row.evidence or row.raw_bytes):
        return "\t\t\t"
    return _line(
        (
            row.problem,
            orjson.dumps(row.issues).decode() if row.issues else None,
            None if row.evidence is None else row.evidence.decode(),
            None if row.raw_bytes is None else "\\x" + row.raw_bytes.hex(),
        )
    )


def _fingerprint(absent: int, compared: bytes) -> int:
    """A hash of the compared values and of the mask of absent fields, as a bigint."""
    content = b"%x|%b" % (absent, compared)
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def _line(values: tuple[Any, ...]) -> str:
    """The values joined by tabs and escaped, all at once if no value contains a tab."""
    cells = ["" if value is None else value if value.__class__ is str else str(value) for value in values]
    line = "\t".join(cells)
    if line.count("\t") == len(cells) - 1:
        return _escaped(line)
    return "\t".join([_escaped(cell).replace("\t", "\\t") for cell in cells])


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(escape[1], escape[1])


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    return text.replace("\r", "\\r") if "\r" in text else text
