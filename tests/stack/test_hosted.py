"""A real project, where PROPERTY_MANAGER_TEST_SUPABASE_URL and …_SECRET_KEY name one; it is only read."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from config.errors import LoginRefusedError, NotFoundError
from config.settings import Settings
from database.handle import Database
from services.reports.installation import check_up
from services.reports.sessions import list_sessions
from tests.stack.tokens import secret_key

URL = os.environ.get("PROPERTY_MANAGER_TEST_SUPABASE_URL")
KEY = os.environ.get("PROPERTY_MANAGER_TEST_SUPABASE_SECRET_KEY")

pytestmark = [
    pytest.mark.hosted,
    pytest.mark.skipif(not (URL and KEY), reason="no PROPERTY_MANAGER_TEST_SUPABASE_URL and _SECRET_KEY"),
]


@pytest.fixture
def hosted(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, supabase_url=URL, supabase_secret_key=KEY, home=tmp_path)  # type: ignore[call-arg]


async def test_doctor_finds_the_project_in_order(hosted: Settings) -> None:
    """Every check that is made over HTTPS is green in a migrated project."""
    examined = await check_up(hosted)
    assert [finding.check for finding in examined.findings if not finding.green] == []


async def test_the_project_answers_and_refuses_as_the_one_in_tests_does(hosted: Settings) -> None:
    """Questions are answered, what is not there is named by our own code, another key is refused."""
    async with await Database.open(hosted) as database:
        await list_sessions(database)
        with pytest.raises(NotFoundError):
            await database.value("undoing", -1)
        with pytest.raises(NotFoundError):
            await database.value("change_set_of", uuid4())
    other = hosted.model_copy(update={"supabase_secret_key": SecretStr(secret_key())})
    with pytest.raises(LoginRefusedError):
        await Database.open(other)
