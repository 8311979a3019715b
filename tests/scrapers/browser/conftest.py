"""A real Chromium, where one and the extra `browser` are installed (make packages browser)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.scrapers.app import App
from tests.scrapers.browser.installed import missing, on_path

Need = Callable[[], None]


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra can be imported; the test is skipped where it, or a browser, is not there."""
    if why := missing():
        pytest.skip(why)
    on_path(monkeypatch)


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with App.up() as up:
        yield up
