"""Pages that scripts build, in a real browser: what they show, and what they may not do."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from config.errors import BlockedError, FetchError, FetchTimeoutError, HTTPStatusError, TooLargeError
from config.source import Source
from scrapers.browser import BrowserClient
from scrapers.fetch import PoliteClient
from scrapers.fetch.client import FetchLimits
from tests.scrapers.app import App
from tests.sites import serving

FACTS = Source(name="app", hosts=("127.0.0.1",), requests_per_second=50, browser=True)
HTML = {"Content-Type": "text/html"}


@asynccontextmanager
async def browsing(tmp_path: Path, *, most: int = 10_000_000, **how: Any) -> AsyncIterator[BrowserClient]:
    limits = FetchLimits(bytes=most, attempts=1)
    async with (
        PoliteClient(FACTS, contact="ana@acme.example", allow_private=True, limits=limits) as client,
        BrowserClient(client, FACTS, folder=tmp_path / "browser", **how) as browser,
    ):
        yield browser


def page(body: str) -> web.Response:
    return web.Response(text=f"<html><body>{body}</body></html>", headers=HTML)


async def test_a_list_is_loaded_to_its_end_and_what_it_loaded_is_kept_in_it(
    app: App, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    async with browsing(tmp_path) as browser:
        shown = await browser.get(f"{app.base}/")
        homes = await asyncio.gather(*(browser.get(f"{app.base}/home/{one['id']}") for one in app.homes[:3]))
    assert shown.text.count('<article class="card">') == len(app.homes) == 10
    assert shown.text.count('<script type="application/json" id="loaded-') == 3
    assert not shown.is_cut
    assert (shown.status, shown.charset, shown.final_url) == (200, "utf-8", f"{app.base}/")
    assert ["<h1>House 1 for sale</h1>" in home.text for home in homes] == [True, False, False]
    assert [app.asked.count(path) for path in ("/robots.txt", "/app.js", "/app.css", "/")] == [1, 1, 1, 1]
    assert not [path for path in app.asked if path.startswith("/photo/")]
    assert [agent.partition("/")[0] for agent in app.agents] == ["property-manager"]
    assert all(agent.endswith("(+ana@acme.example)") for agent in app.agents)
    assert capfd.readouterr() == ("", "")
    assert list((tmp_path / "home").rglob("*")) == []


ESCAPES = """
<iframe src="{other}/frame"></iframe><img src="{other}/image"><link rel=prefetch href="{other}/prefetch">
<script src="{other}/script"></script><script>
const tried = ['{other}/fetch', '/away', '/private'].map(url => fetch(url, {{mode: 'no-cors'}}));
navigator.sendBeacon('{other}/beacon');
new WebSocket('{socket}/socket');
navigator.serviceWorker?.register('/worker.js').catch(() => 0);
Promise.allSettled(tried).then(all => document.title = all.map(one => one.status).join());
</script>
"""


async def test_a_page_reaches_no_address_but_its_own_site(app: App, tmp_path: Path) -> None:
    """By request, redirect, frame, beacon, socket or navigation; and nothing that robots.txt forbids."""
    reached: list[str] = []

    async def note(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response(text="private", headers={"Access-Control-Allow-Origin": "*"})

    async with serving(note) as other, browsing(tmp_path) as browser:
        app.served |= {
            "/robots.txt": web.Response(text="User-agent: property-manager\nDisallow: /private\n"),
            "/away": web.Response(status=302, headers={"Location": f"{other}/away"}),
            "/escapes": page(ESCAPES.format(other=other, socket=other.replace("http", "ws"))),
            "/goes": page("<script>location = 'http://elsewhere.example/'</script>"),
            "/leaves": page(f"<script>location = '{other}/leaves'</script>"),
        }
        shown = await browser.get(f"{app.base}/escapes")
        assert "<title>rejected,rejected,rejected</title>" in shown.text
        with pytest.raises(FetchError, match="the address is private"):
            await browser.get(f"{app.base}/leaves")
        with pytest.raises(FetchError, match=r"goes to http://elsewhere\.example/; not followed"):
            await browser.get(f"{app.base}/goes")
    assert reached == []
    assert "/private" not in app.asked


async def test_faults_of_pages_are_those_of_the_polite_client(app: App, tmp_path: Path) -> None:
    challenge = "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
    app.served |= {
        "/404": web.Response(status=404, text="<p>gone</p>", headers=HTML),
        "/500": web.Response(status=500, text="<p>sorry</p>", headers=HTML),
        "/403": web.Response(status=403, text=challenge, headers=HTML),
        "/small": page("x"),
        "/endless": page("<script>for (;;) {}</script>"),
        "/swells": page("<script>document.body.textContent = 'x'.repeat(400000)</script>"),
        "/moves": page("<script>history.pushState({}, '', '/moved')</script>"),
    }
    async with browsing(tmp_path, most=300_000, seconds=4) as browser:
        for path, kind, status in (
            ("/404", HTTPStatusError, 404),
            ("/500", HTTPStatusError, 500),
            ("/403", BlockedError, 403),
        ):
            with pytest.raises(kind) as raised:
                await browser.get(app.base + path)
            assert raised.value.status == status
        assert (await browser.get(f"{app.base}/small")).status == 200
        assert (await browser.get(f"{app.base}/moves")).final_url == f"{app.base}/moved"
        with pytest.raises(TooLargeError):
            await browser.get(f"{app.base}/swells")
        with pytest.raises(FetchTimeoutError, match="not ready after 4 s"):
            await browser.get(f"{app.base}/endless")
        assert (await browser.get(f"{app.base}/small")).status == 200, "another browser is started"


async def test_a_browser_is_started_anew_and_one_that_dies_is_replaced(app: App, tmp_path: Path) -> None:
    async with browsing(tmp_path, pages_a_browser=2) as browser:
        urls = [f"{app.base}/home/{one['id']}" for one in app.homes[:4]]
        for home, one in zip(await asyncio.gather(*map(browser.get, urls)), app.homes[:4], strict=True):
            assert one["title"] in home.text
        for process in _browsers():
            os.kill(process, signal.SIGKILL)
        again = await asyncio.gather(*map(browser.get, urls[:2]), return_exceptions=True)
        assert all(isinstance(one, FetchError) for one in again if isinstance(one, BaseException))
        assert app.homes[0]["title"] in (await browser.get(urls[0])).text
        assert len(_browsers()) == 1
    assert _browsers() == []


def _browsers() -> list[int]:
    """The main processes of the browsers that this process has started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if b"--headless" in command and b"--type=" not in command and os.getpid() in _ancestors(process):
            found.append(int(process.name))
    return found


def _ancestors(process: Path) -> set[int]:
    """The parent of a process, its parent, and so on."""
    found: set[int] = set()
    while process.name not in ("0", "1"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.add(parent)
        process = process.with_name(str(parent))
    return found


ENDLESS = """<div id=list></div><div id=end style="height: 9px"></div><script>
let n = 0;
new IntersectionObserver(seen => seen[0].isIntersecting && fetch('/api/next').then(() => {
  list.insertAdjacentHTML('beforeend', `<p style="height: 2000px">${++n}</p>`); })).observe(end);
</script>"""


@pytest.mark.parametrize(("status", "is_cut"), [(500, True), (429, True), (404, False)])
async def test_a_list_of_which_the_site_did_not_answer_a_part_is_no_whole_list(
    app: App, tmp_path: Path, status: int, is_cut: bool
) -> None:
    asking = page("<p>House 1</p><script>fetch('/api/next').catch(() => 0)</script>")
    app.served |= {"/short": asking, "/api/next": web.Response(status=status)}
    async with browsing(tmp_path) as browser:
        shown = await browser.get(f"{app.base}/short")
    assert (shown.is_cut, "House 1" in shown.text) == (is_cut, True)


async def test_a_list_without_an_end_is_cut_and_says_so(app: App, tmp_path: Path) -> None:
    app.served |= {"/endless": page(ENDLESS), "/api/next": web.json_response({})}
    async with browsing(tmp_path, rounds=3) as browser:
        shown = await browser.get(f"{app.base}/endless")
    assert shown.is_cut
    assert 2 <= shown.text.count("<p style") <= 5
