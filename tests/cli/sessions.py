"""What the tests of the commands stage: sessions that end now, of more than one source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.source import Source
from tests.catalogue import START, Catalogue


def today() -> float:
    """Now, in days after the tests' first moment."""
    return (datetime.now(UTC) - START) / timedelta(days=1)


async def other_source(acme: Catalogue, name: str) -> Catalogue:
    """A second source beside the first."""
    return await Catalogue(acme.database, acme.superuser, Source(name=name)).register()
