"""The checks of `doctor` that are made in the database."""

from __future__ import annotations

from dataclasses import dataclass

from database.handle import Database


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: green when `found` is 0, else how many, an example, and what to do."""

    check: str
    found: int
    detail: str | None
    next_step: str | None

    @property
    def green(self) -> bool:
        """Whether nothing is wrong."""
        return self.found == 0


async def examine(database: Database) -> list[Finding]:
    """Make every check; none of them changes anything."""
    return [
        Finding(
            check=row["check_name"],
            found=row["found"],
            detail=row["detail"] if row["found"] else None,
            next_step=row["next_step"] if row["found"] else None,
        )
        for row in await database.rows("doctor")
    ]
