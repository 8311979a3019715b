"""County records on their way to live: staged, synced by the stages of every session, explained."""

from services.county.records.writer import RecordWriter

__all__ = ["RecordWriter"]
