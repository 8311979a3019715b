"""Lines of the log as JSON, for what collects and searches them: one object a line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from cli.text import shown, shown_lines
from config import terminal, trail

_EXTRAS: Final = ("client", "method", "path", "status", "duration_seconds")
"""What a record may say beside its message; anything else that a library adds is left out."""


class JsonLines(logging.Formatter):
    """One JSON object a record, without secrets; with the source and session that the work belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        known = trail.current()
        found: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "source": known.source,
            "session": str(known.session) if known.session else None,
            "message": shown(record.getMessage()),
            **{name: _safe(getattr(record, name, None)) for name in _EXTRAS},
        }
        if record.exc_info and record.exc_info[0] is not None:
            found["error"] = {
                "kind": record.exc_info[0].__name__,
                "trace": shown_lines(self.formatException(record.exc_info)),
            }
        kept = {name: value for name, value in found.items() if value is not None}
        return terminal.json_text(json.dumps(kept, ensure_ascii=False))


def _safe(value: object) -> object:
    return shown(value) if isinstance(value, str) else value
