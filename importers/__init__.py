"""Reads listing files and feeds into raw rows and accounts for every row; uses no database."""

from importers.errors import (
    ChoiceNeededError,
    DamagedFileError,
    ImportFileError,
    NotAListingFileError,
    ReaderFailedError,
)
from importers.options import DEFAULT_LIMITS, ReadLimits, ReadOptions
from importers.readers.reading import Reading, open_input
from importers.record import Record, Skipped
from importers.rows import Rows

__all__ = [
    "DEFAULT_LIMITS",
    "ChoiceNeededError",
    "DamagedFileError",
    "ImportFileError",
    "NotAListingFileError",
    "ReadLimits",
    "ReadOptions",
    "ReaderFailedError",
    "Reading",
    "Record",
    "Rows",
    "Skipped",
    "open_input",
]
