"""The time of what is written."""

from collections.abc import Callable
from datetime import datetime

Now = Callable[[], datetime | None]
"""Returns the time of a replay, a demo or a test; None leaves it to the database."""
