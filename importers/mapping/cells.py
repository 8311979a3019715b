"""The cell reader that a mapping asks for."""

from __future__ import annotations

from config.errors import ParseError, UsageError
from config.source import Source
from importers.mapping.model import Mapping
from parsing.rows import CellReader


def cell_reader(mapping: Mapping, source: Source) -> CellReader:
    """Reads what the mapping's rows became, with its facts, defaults and required fields."""
    try:
        return CellReader(
            mapping.source_facts(source),
            defaults=mapping.defaults,
            required=mapping.required,
            counts_halves="bathrooms" in mapping.fields and "half_bathrooms" not in mapping.fields,
        )
    except ParseError as error:
        raise UsageError(f"mapping {mapping.name}: a default cannot be read: {error.message}") from error
