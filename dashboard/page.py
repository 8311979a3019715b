"""What a page is made of: a path, a function that returns plain data, a template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from uuid import UUID

from config.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from dashboard.access.users import User
    from database.handle import Database

Topic = Literal["feed", "sessions", "plans", "quarantine", "homes", "jobs"]
"""What a page can depend on: live, sessions and their progress, plans, rows set aside, homes, jobs."""

Data: TypeAlias = Mapping[str, Any]
Form: TypeAlias = Mapping[str, str]

_LONGEST_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the database, who asks, and what the address says."""

    database: Database
    settings: Settings
    user: User
    path: Mapping[str, Any]
    """The parts of the path, by their names."""
    query: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """A value of the query; none where it is missing or blank. Raises UsageError."""
        value = self.query.get(name, "").strip()
        if len(value) > _LONGEST_TEXT or "\0" in value:
            raise UsageError(f"{name} is not a text of at most {_LONGEST_TEXT} characters")
        return value or None

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number of the query. Raises UsageError."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 19 and least <= int(text) <= most):
            raise UsageError(f'"{text}" is not a number from {least} to {most}, for {name}')
        return int(text)

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """A value of the query among those allowed, or none. Raises UsageError."""
        text = self.text(name)
        if text is not None and text not in allowed:
            raise UsageError(f'"{text}" is not one of {", ".join(allowed)}, for {name}')
        return text

    def uuid(self, name: str) -> UUID | None:
        """An id of the query, or none. Raises UsageError."""
        text = self.text(name)
        try:
            return None if text is None else UUID(text)
        except ValueError:
            raise UsageError(f'"{text}" is not an id, for {name}') from None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it is called by, and how its data is found."""

    path: str
    template: str
    data: Callable[[Asked], Awaitable[Data]]
    title: str
    """The heading of the browser's tab; a template may say more in its block `title`."""
    menu: str | None = None
    """Its name in the menu (`menu.py` has the order); none: it belongs to the page that `within` names."""
    within: str | None = None
    topics: tuple[Topic, ...] = ()
    """What it is asked for again after a change of."""

    whole_session: bool = False
    """Whether it reads every row of a session, which may take long."""

    @property
    def json_path(self) -> str:
        """Where the same data is answered as JSON."""
        return "/overview.json" if self.path == "/" else f"{self.path}.json"


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did: the page to go to, and a sentence that is shown there once."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Action:
    """What staff may decide by a form."""

    path: str
    act: Callable[[Asked, Form], Awaitable[Done]]
