"""A way to tell alerts, and what is raised where one fails."""

from __future__ import annotations

from typing import Protocol

from config.errors import PropertyManagerError
from services.alerts.message import Message


class DeliveryError(PropertyManagerError):
    """A message could not be delivered; it is tried again."""

    code = "not_delivered"

    def __init__(
        self, message: str, *, next_step: str | None = None, wait_seconds: float | None = None
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.wait_seconds = wait_seconds
        """For how long the receiver wants to be left alone."""


class Channel(Protocol):
    """Delivers messages. It may deliver one twice, under the same id, and never says that it did when not."""

    @property
    def name(self) -> str:
        """What it is called in the database: "webhook", "mail"."""
        ...

    @property
    def target(self) -> str:
        """Where it leads to, without secrets."""
        ...

    async def deliver(self, message: Message) -> str | None:
        """Deliver one message; returns what should be known of it all the same. Raises DeliveryError."""
        ...
