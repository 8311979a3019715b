"""What was extracted from a page, as a row to be staged."""

from __future__ import annotations

from datetime import datetime

from config.secrets import hide, mask_url
from parsing.rows import CellReader
from parsing.staged import StagedRow
from scrapers.extract import Extracted


def row_of(
    reader: CellReader,
    found: Extracted,
    *,
    url: str,
    fetched_at: datetime,
    page_number: int | None = None,
    secrets: frozenset[str] = frozenset(),
) -> StagedRow:
    """The row of one listing, without `secrets`; its url is the one that was asked for, not the last."""
    raw = {**hide(found.raw, secrets), "source_url": mask_url(url)}
    certain = {field: value for field, value in raw.items() if field in found.certain}
    row = reader.read(
        certain,
        url=mask_url(url),
        page_number=page_number,
        fetched_at=fetched_at,
        evidence=hide(found.evidence, secrets),
        original=raw if len(certain) < len(raw) else None,
    )
    row.issues += hide(found.issues, secrets)
    return row
