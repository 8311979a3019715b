"""Files and feeds people already have, read into raw rows with an account of every row; no database."""

from importers.errors import ChoiceNeededError, DamagedFileError, ImportFileError, NotAListingFileError
from importers.options import ReadLimits, ReadOptions
from importers.readers.reading import Reading, open_input
from importers.record import Record, Skipped
from importers.rows import Rows

__all__ = [
    "ChoiceNeededError",
    "DamagedFileError",
    "ImportFileError",
    "NotAListingFileError",
    "ReadLimits",
    "ReadOptions",
    "Reading",
    "Record",
    "Rows",
    "Skipped",
    "open_input",
]
