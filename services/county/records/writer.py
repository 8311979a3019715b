"""One session of county records being written."""

from __future__ import annotations

from uuid import UUID

import orjson

from config.county.kinds import KINDS
from config.source import Source
from parsing.parcels.staged import StagedRecord
from services.county.records.encode import RecordEncoder
from services.staging.session import Session
from services.staging.suppression import Suppression


class RecordWriter(Session[StagedRecord]):
    """One open session of a source of county records that this process alone may write.

    Opened with the filter `county`, {state, county_fips}, no record of another county goes live.
    """

    def _encoder_of(self, session_id: UUID, source: Source) -> RecordEncoder:
        return RecordEncoder(session_id, KINDS[source.records], source.volatile)

    def _clean(self, suppression: Suppression, row: StagedRecord) -> None:
        """Cut erased contacts out of every text of a record."""
        row.content = suppression.document(row.content)
        row.issues = [suppression.document({**issue}) for issue in row.issues]  # type: ignore[misc]
        row.problem = row.problem and suppression.text(row.problem)
        if row.raw is not None:
            row.raw = orjson.dumps(suppression.document({"raw": orjson.loads(row.raw)})["raw"])
        if row.evidence is not None:
            row.evidence = orjson.dumps(suppression.document(orjson.loads(row.evidence)))
        if row.raw_bytes is not None:
            row.raw_bytes = suppression.text(row.raw_bytes.decode("latin-1")).encode("latin-1")

    def _note_unread(self, row: StagedRecord) -> None:
        if row.issues:
            self._unread.note_staged(row.issues, row.evidence.decode() if row.evidence else None, None)
