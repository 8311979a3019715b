"""What a cell says where it states that there is no value."""

from __future__ import annotations

from typing import Final

from parsing.cells.note import Note

NONE: Final = Note(None, "stated_none", "says that there is none")
