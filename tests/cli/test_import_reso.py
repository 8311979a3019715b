"""`import --file reso:…`: the token from the environment, and progress while a feed is read."""

from __future__ import annotations

import pytest
from aiohttp import web

from tests.cli.conftest import Cli
from tests.services.workflows.imports.odata import listing, serving

TOKEN = "s3cret-bearer"


async def test_a_refused_token_is_one_sentence_with_what_to_set(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPERTY_MANAGER_RESO_TOKEN", TOKEN)
    async with serving() as server:
        server.failing["orderby"] = [web.Response(status=401)]
        ended = await cli("import", "--file", f"reso:{server.base}", "--source", "mls", "--allow-private")
        assert len(server.asked) == 1
    assert ended.exit_code == 2
    assert "127.0.0.1 does not accept the token of PROPERTY_MANAGER_RESO_TOKEN (401)" in ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr


async def test_a_feed_without_changes_is_reported_as_such(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROPERTY_MANAGER_RESO_TOKEN", TOKEN)
    async with serving() as server:
        command = ("import", "--file", f"reso:{server.base}", "--source", "mls", "--allow-private")
        server.has(listing(1))
        first = await cli(*command)
        server.rows.clear()
        quiet, output = await cli(*command), await cli(*command, "--json")
        assert {request.headers["Authorization"] for request in server.asked} == {f"Bearer {TOKEN}"}
    assert first.exit_code == 0, first.stderr
    assert "127.0.0.1/odata/Property: 1 read = 1 staged. reso." in first.stdout
    assert "Nothing has changed in 127.0.0.1/odata/Property since its last pass." in quiet.stdout
    assert (output.exit_code, output.document["status"]) == (0, "nothing_new")
    assert (
        TOKEN not in first.stdout + first.stderr + quiet.stdout + quiet.stderr + output.stdout + output.stderr
    )
