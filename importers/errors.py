"""Errors that keep a whole file or feed from being read."""

from __future__ import annotations

from collections.abc import Sequence

from config.errors import UsageError


class ImportFileError(UsageError):
    """The file cannot be imported."""

    code = "import_file"


class NotAListingFileError(ImportFileError):
    """The file holds no table in a supported format."""

    code = "not_a_listing_file"


class DamagedFileError(ImportFileError):
    """The file is damaged or cut, and nothing of it can be read."""

    code = "damaged_file"


class ReaderFailedError(ImportFileError):
    """The process that read the file was ended before it was done."""

    code = "reader_failed"


class ChoiceNeededError(ImportFileError):
    """The file holds several tables and the user has to choose one."""

    code = "choice_needed"

    def __init__(self, message: str, *, choices: Sequence[str], next_step: str) -> None:
        self.choices = tuple(choices)
        super().__init__(message, next_step=next_step)
