"""Suppression: what was erased on request is removed from rows before they are staged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, Self

from config.errors import UsageError
from config.listing import BIT, FIELD, FIELDS, Compare
from database.erasure_key import check_of, hash_of
from database.handle import Database
from parsing.contact import GAP, Contact, contacts_of, name_patterns_of
from parsing.erase import Eraser
from parsing.staged import StagedRow

Rows = Sequence[Mapping[str, Any]]

_ADDRESS: Final = re.compile(
    r"([\w.%+'’-]{1,64}?[\w'’-])(?:@|%40)((?:[a-z0-9-]+\.)+[a-z0-9-]+)", re.IGNORECASE
)
_LOCAL: Final = re.compile(r"[A-Za-z0-9._%+-]+$")
_DIGITS: Final = re.compile(r"[0-9]+")
_GAP: Final = re.compile(GAP)
_ESCAPE: Final = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([nrtbf/"\\]))')
_LONGEST_PREFIX: Final = 5
_IS_JSON: Final = frozenset(
    field.name for field in FIELDS if field.compare in (Compare.SET, Compare.ORDERED, Compare.DEEP)
)


class Suppression:
    """The erased contacts, by their hashes, and the erased fields of one source's listings."""

    def __init__(
        self,
        key: bytes | None,
        hashes: dict[bytes, int | None],
        lengths: frozenset[int],
        listings: dict[str, frozenset[str]],
        newest: int,
    ) -> None:
        """Use `load`. `hashes` leads to a number's country; `lengths` are those of the numbers."""
        self.newest: Final = newest
        """The id of the newest erasure of the list."""
        self._key = key
        self._hashes = hashes
        self._lengths = lengths
        self._listings = listings

    @classmethod
    async def load(cls, database: Database, source: str) -> Self | None:
        """Load what is suppressed in the source; None when nothing is. Raises UsageError without the key."""
        rows = await database.rows("suppressions", source)
        if not rows:
            return None
        contacts = _contacts(rows)
        key = _key_of(database, contacts)
        listings: dict[str, frozenset[str]] = {}
        for row in rows:
            if row["kind"] == "listing":
                listings[row["property_id"]] = listings.get(row["property_id"], frozenset()) | {
                    *row["fields"]
                }
        return cls(
            key,
            {row["hash"]: row["country_code"] for row in contacts},
            frozenset(row["digits"] for row in contacts if row["digits"] is not None),
            listings,
            max(row["newest"] for row in rows),
        )

    def clean(self, row: StagedRow) -> None:
        """Overwrite in the row what was erased; a contact field that held it becomes blank."""
        if self._key is not None and (contacts := frozenset(self._contacts_in(_text_of(row)))):
            _cut_out(row, _eraser_of(contacts))
        fields = self._listings.get(row.values[BIT["property_id"]] or "")
        if fields:
            _wipe(row, fields)

    def text(self, text: str) -> str:
        """A text about a session (an address, a message) without the erased contacts."""
        contacts = frozenset(self._contacts_in(text))
        return _eraser_of(contacts).text(text) if contacts else text

    def document(self, document: dict[str, Any]) -> dict[str, Any]:
        """Facts about a session, without the erased contacts."""
        text = json.dumps(document)
        contacts = frozenset(self._contacts_in(text))
        cleaned: dict[str, Any] = json.loads(_eraser_of(contacts).json(text)) if contacts else document
        return cleaned

    def would_redact(self, property_id: str, field: str, text: str) -> bool:
        """Whether `clean` would overwrite this text in that field of the listing."""
        if field in self._listings.get(property_id, ()):
            return True
        if FIELD[field].sql not in ("text", "jsonb"):
            return False
        contacts = frozenset(self._contacts_in(text))
        return bool(contacts) and _eraser_of(contacts).is_in(text)

    def _contacts_in(self, text: str) -> Iterator[Contact]:
        if "\\" in text:
            text = _ESCAPE.sub(_unescaped, text)
        if "@" in text or "%40" in text:
            yield from self._addresses_in(text)
        if self._lengths:
            yield from self._numbers_in(text)

    def _addresses_in(self, text: str) -> Iterator[Contact]:
        for found in _ADDRESS.finditer(text):
            labels = found[2].lower().split(".")
            locals_ = {found[1].lower(), *(m[0].lower() for m in (_LOCAL.search(found[1]),) if m)}
            for local in locals_:
                for count in range(2, len(labels) + 1):
                    yield from self._known("email", f"{local}@{'.'.join(labels[:count])}")

    def _numbers_in(self, text: str) -> Iterator[Contact]:
        """Every run of digit groups that could be a number: digits are grouped in many ways."""
        groups = list(_DIGITS.finditer(text))
        joined = [
            _GAP.fullmatch(text, one.end(), other.start()) is not None for one, other in pairwise(groups)
        ]
        longest = max(self._lengths) + _LONGEST_PREFIX
        for start, group in enumerate(groups):
            digits, last = group[0], start
            while len(digits) <= longest:
                for length in self._lengths:
                    if length <= len(digits) <= length + _LONGEST_PREFIX:
                        yield from self._known("phone", digits[-length:])
                if last >= len(joined) or not joined[last]:
                    break
                last += 1
                digits += groups[last][0]

    def _known(self, kind: str, normal: str) -> Iterator[Contact]:
        if self._key is None:
            return
        hashed = hash_of(self._key, kind, normal)
        if hashed in self._hashes:
            yield Contact("email" if kind == "email" else "phone", normal, self._hashes[hashed])


def _contacts(rows: Rows) -> Rows:
    return [row for row in rows if row["kind"] != "listing"]


def _key_of(database: Database, contacts: Rows) -> bytes | None:
    """The key that all these contacts were hashed with; None without contacts."""
    if not contacts:
        return None
    key = database.erasure_key.find()
    if key is None or any(row["key_check"] != check_of(key) for row in contacts):
        raise UsageError(
            "contacts were erased from this database, and without the key they were hashed with they "
            "could come back",
            next_step="set PROPERTY_MANAGER_ERASURE_KEY to the key of the host that erased them "
            "(its file erasure.key)",
        )
    return key


def _text_of(row: StagedRow) -> str:
    """All texts of a row, a line each."""
    texts = [value for value in row.values if value.__class__ is str]
    texts += [data.decode("latin-1") for data in (row.raw_bytes,) if data is not None]
    texts += [data.decode() for data in (row.raw, row.evidence) if data is not None]
    return "\n".join(texts)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " " if escape[2] in "nrtbf" else escape[2]


@lru_cache(maxsize=200)
def _eraser_of(contacts: frozenset[Contact]) -> Eraser:
    return Eraser(contacts)


def _cut_out(row: StagedRow, eraser: Eraser) -> None:
    for number, issue in enumerate(row.issues):
        if issue["text"] is not None:
            row.issues[number] = {**issue, "text": eraser.excerpt(issue["text"])}
        if "readings" in issue:  # a phone in a cell for a price has a number's form here
            readings = [eraser.excerpt(reading) for reading in issue["readings"]]
            row.issues[number] = {**row.issues[number], "readings": readings}
    if row.problem is not None:
        row.problem = eraser.excerpt(row.problem)
    for bit, field in enumerate(FIELDS):
        value = row.values[bit]
        if not isinstance(value, str) or field.name == "property_id" or not eraser.is_in(value):
            continue
        if field.group == "contact":
            row.put(bit, None)
        elif field.name in _IS_JSON:
            row.values[bit] = eraser.json(value)
        elif field.sql == "text":
            row.values[bit] = eraser.text(value)
        row.note(field.name, "suppressed", None, "an erased contact was kept out")
    if row.raw is not None:
        row.raw = eraser.json(row.raw.decode()).encode()
    if row.raw_bytes is not None:
        row.raw_bytes = eraser.bytes(row.raw_bytes)
    if row.evidence is not None:
        row.evidence = eraser.json(row.evidence.decode()).encode()


def _wipe(row: StagedRow, fields: frozenset[str]) -> None:
    """Clear a listing's fields, what its other texts repeat of them, and the raw row."""
    erased = {name: row.values[BIT[name]] for name in fields if isinstance(row.values[BIT[name]], str)}
    if erased:
        eraser = Eraser(contacts_of(erased), name_patterns_of(erased))
        for bit, field in enumerate(FIELDS):
            value = row.values[bit]
            if isinstance(value, str) and field.name != "property_id" and field.sql in ("text", "jsonb"):
                row.values[bit] = eraser.json(value) if field.name in _IS_JSON else eraser.text(value)
    for name in fields:
        if row.values[BIT[name]] is not None:
            row.put(BIT[name], None)
    row.raw = row.raw_bytes = row.evidence = None
    row.issues = [issue for issue in row.issues if issue["field"] not in fields]
    for name in sorted(fields):
        row.note(name, "suppressed", None, "erased on request")
