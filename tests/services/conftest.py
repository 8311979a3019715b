"""A little site that is up while a test runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.services.sites import Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site
