"""County records as Postgres's COPY reads them, with the fingerprints of their compared fields."""

from __future__ import annotations

import re
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import orjson

from config.county.kinds import Kind
from parsing.parcels.staged import StagedRecord
from services.county.records.values import Columns

FINGERPRINT_VERSION: Final = 1
"""Increased when the fingerprint is computed differently: another version means compare, never rewrite."""

_NO_JSONB: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|[0-9][eE]\+?[0-9]{4}")
"""What JSON may have and jsonb refuses: NUL, halves of characters, numbers of thousands of digits."""
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class RecordEncoder:
    """Encodes one session's records. The fingerprint omits what is not compared and the `volatile` fields."""

    table: Final = "records"
    columns: Final = (
        *("session_id", "row_no", "fingerprint_version", "fingerprint", "record_id"),
        *("problem", "issues", "evidence", "raw_bytes", "content", "raw"),
    )

    def __init__(self, session_id: UUID, kind: Kind, volatile: tuple[str, ...]) -> None:
        self._head = f"{session_id}\t".encode()
        self._fields = tuple(field.name for field in kind.fields)
        self._beside = tuple(
            field.name for field in kind.fields if not field.compared or field.name in volatile
        )
        self._columns = Columns(kind)
        self._stated: set[str] = set()

    def note(self, row: StagedRecord) -> None:
        """Count the fields that a record states."""
        self._stated |= row.content.keys()

    def declared_fields(self) -> list[str]:
        """The fields that at least one record stated."""
        return [name for name in self._fields if name in self._stated]

    def encode(self, row_no: int, row: StagedRecord) -> bytes:
        """One COPY line, its columns in the order of `columns`."""
        content = row.content
        problem = row.problem or self._columns.problem(row.record_id, content)
        if problem is None:
            content = self._columns.rounded(content)
        fingerprint = encoded = b""
        try:
            encoded = _dumps(content)
            if problem is None:
                compared = content.copy()
                for name in self._beside:
                    compared.pop(name, None)
                fingerprint = b"%d" % _fingerprint(_dumps(compared))
        except TypeError as error:  # half of a character, a number that is none
            problem, encoded = problem or f"a value of it cannot be stored: {error}", b""
        if problem and _NO_JSONB.search(encoded):
            encoded = b""  # the row as it came has it
        raw, raw_bytes = row.raw, row.raw_bytes
        if raw is not None and _NO_JSONB.search(raw):
            raw, raw_bytes = None, raw
        notes = b"\t\t\t"
        if problem or row.issues or row.evidence or raw_bytes:
            notes = b"%b\t%b\t%b\t%b" % (
                _text(problem),
                _escaped(orjson.dumps(row.issues)) if row.issues else b"",
                _escaped(row.evidence or b""),
                b"" if raw_bytes is None else b"\\\\x" + raw_bytes.hex().encode(),
            )
        return b"%b%d\t%d\t%b\t%b\t%b\t%b\t%b\n" % (
            self._head,
            row_no,
            FINGERPRINT_VERSION,
            fingerprint,
            _text(row.record_id),
            notes,
            _escaped(encoded),
            _escaped(raw or b""),
        )

    def decode(self, line: bytes) -> tuple[int, StagedRecord]:
        """The row number and the record of a line that `encode` made."""
        _, row_no, _, _, record_id, problem, issues, evidence, raw_bytes, content, raw = (
            _ESCAPE.sub(_unescaped, cell) if b"\\" in cell else cell
            for cell in line.removesuffix(b"\n").split(b"\t")
        )
        return int(row_no), StagedRecord(
            record_id.decode() or None,
            orjson.loads(content) if content else {},
            orjson.loads(issues) if issues else [],
            problem.decode() or None,
            raw or None,
            bytes.fromhex(raw_bytes[2:].decode()) if raw_bytes else None,
            evidence or None,
        )


def _dumps(value: Any) -> bytes:
    return orjson.dumps(value, default=_exact)


def _exact(value: Any) -> Any:
    """A decimal number with all its digits."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError(type(value).__name__)


def _fingerprint(compared: bytes) -> int:
    """A hash of the compared values, as a bigint."""
    return int.from_bytes(blake2b(compared, digest_size=8).digest(), "big", signed=True)


def _text(text: str | None) -> bytes:
    if not text:
        return b""
    return _escaped(text.replace("\x00", "").encode(errors="replace"))


def _escaped(text: bytes) -> bytes:
    if b"\\" in text:
        text = text.replace(b"\\", b"\\\\")
    if b"\t" in text:
        text = text.replace(b"\t", b"\\t")
    if b"\n" in text:
        text = text.replace(b"\n", b"\\n")
    return text.replace(b"\r", b"\\r") if b"\r" in text else text


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(escape[1], escape[1])
