"""A mapping proposed for a file or feed; nothing is staged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from importers import DEFAULT_LIMITS, NotAListingFileError, ReadLimits
from importers.intake import find_input, propose
from importers.mapping import Suggestion, to_toml
from services.workflows.access import ANONYMOUS, Access


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping proposed for a file, as text to edit, and what the file looks like."""

    suggestion: Suggestion
    text: str
    encoding: str | None
    dialect: dict[str, Any]


async def suggest_mapping(
    where: str,
    *,
    sheet: str | None = None,
    query: str | None = None,
    access: Access = ANONYMOUS,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> Proposal:
    """Propose a mapping for an input from its headers and first rows.

    Raises NotAListingFileError for one without columns.
    """
    async with find_input(where, access=access, query=query, limits=limits) as given:
        suggestion, rows = await propose(given, sheet=sheet)
        if not suggestion.columns:
            raise NotAListingFileError(f"{given.name} has no columns", next_step="give a file with a header")
        return Proposal(suggestion, to_toml(suggestion), rows.encoding, rows.dialect)
