"""Mappings: which column is which listing field, how it is read, and what to propose for a new file."""

from importers.mapping.apply import RawRow, RowMapper, compile_mapping
from importers.mapping.candidates import IdCandidate, id_candidates
from importers.mapping.cells import cell_reader
from importers.mapping.file_date import dated
from importers.mapping.load import load_mapping, shipped_mappings
from importers.mapping.model import Mapping, Options
from importers.mapping.report import ColumnReport
from importers.mapping.suggest import Suggestion, suggest
from importers.mapping.write import to_toml

__all__ = [
    "ColumnReport",
    "IdCandidate",
    "Mapping",
    "Options",
    "RawRow",
    "RowMapper",
    "Suggestion",
    "cell_reader",
    "compile_mapping",
    "dated",
    "id_candidates",
    "load_mapping",
    "shipped_mappings",
    "suggest",
    "to_toml",
]
