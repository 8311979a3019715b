"""One warm browser, driven by crawl4ai: started when a page needs it, started anew after so many pages."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.errors import FetchError, FetchTimeoutError, UsageError
from config.home import make_private
from config.secrets import mask_url

log = logging.getLogger(__name__)

TABS: Final = 4
"""Pages that are rendered at once."""
PAGES_A_BROWSER: Final = 200
"""After so many pages the browser is started anew, as it grows with each."""
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_CLOSING_SECONDS: Final = 10.0

# Every request is answered by us. What a browser would send past that finds no way out: WebSockets, what it
# asks its maker, whatever a later version adds.
_NO_WAY_OUT: Final = ("--proxy-server=http://127.0.0.1:1", "--proxy-bypass-list=<-loopback>")
_ARGUMENTS: Final = (
    *_NO_WAY_OUT,
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-crash-reporter",
)
_INSTALL: Final = "install one: apt-get install chromium, or playwright install chromium"

Act = Callable[[Any], Awaitable[None]]


class Acts(NamedTuple):
    """What is done with a tab (a Playwright page) while it shows one page."""

    opened: Act
    """Told which tab it is, before it asks for anything."""
    answer: Act
    """Answers each of its requests (a Playwright route)."""
    loaded: Act
    """Waits until the page is whole."""


class Rendered(NamedTuple):
    """A page as scripts have built it."""

    html: str
    url: str
    """The address that it has by now."""


class Engine:
    """Renders pages, at most `tabs` at once; used inside `async with`."""

    def __init__(
        self,
        agent: str,
        folder: Path,
        *,
        tabs: int = TABS,
        pages_a_browser: int = PAGES_A_BROWSER,
    ) -> None:
        """`folder` is where crawl4ai writes; what the browser writes is temporary."""
        self._agent = agent
        self._folder = folder
        self._pages_a_browser = pages_a_browser
        self._free: asyncio.Queue[int] = asyncio.Queue()
        for tab in range(tabs):
            self._free.put_nowait(tab)
        self._tabs = tabs
        self._turn = asyncio.Lock()
        self._strategy: Any = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._configs: list[Any] = []
        self._acts: dict[int, Acts] = {}
        self._pages: dict[int, Any] = {}
        self._asking = 0
        self._rendering = 0
        self._rendered = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def close(self) -> None:
        """End the browser."""
        strategy, self._strategy = self._strategy, None
        self._pages.clear()
        if strategy is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await strategy.close()
        if self._scratch is not None:
            self._scratch.cleanup()  # what a browser that was killed has left
            self._scratch = None

    async def render(self, url: str, acts: Acts, *, seconds: float) -> Rendered:
        """Open the url in a tab.

        Raises FetchTimeoutError when it takes longer than `seconds`, FetchError when it cannot be shown, and
        UsageError without a browser.
        """
        self._asking += 1
        try:
            tab = await self._free.get()
        finally:
            self._asking -= 1
        try:
            async with self._turn:
                await self._make_ready()
                self._rendering += 1
                self._idle.clear()
            try:
                return await self._render(tab, url, acts, seconds)
            finally:
                self._rendering -= 1
                if not self._rendering:
                    self._idle.set()
        finally:
            self._free.put_nowait(tab)

    async def _make_ready(self) -> None:
        """Start the browser, or start it anew when it has rendered enough; no tab is in use then."""
        if self._strategy is not None and self._rendered >= self._pages_a_browser:
            await self._idle.wait()
            await self.close()
        if self._strategy is None:
            self._rendered = 0
            await self._start()

    async def _render(self, tab: int, url: str, acts: Acts, seconds: float) -> Rendered:
        strategy, config = self._strategy, self._configs[tab]
        self._acts[id(config)] = acts
        self._rendered += 1
        config.page_timeout = int(seconds * 1000)
        try:
            async with asyncio.timeout(seconds):
                answer = await strategy.crawl(url, config)
        except TimeoutError as error:
            self._rendered = self._pages_a_browser  # a page that never ends may hold its process
            raise FetchTimeoutError(
                f"rendering {mask_url(url)} failed: the page was not ready after {seconds:g} s",
                url=url,
                transient=False,
            ) from error
        except FetchError:
            raise
        except Exception as error:
            self._rendered = self._pages_a_browser
            raise FetchError(
                f"rendering {mask_url(url)} failed: {_first_line(error)}", url=url, transient=True
            ) from error
        finally:
            del self._acts[id(config)]
            await self._emptied(tab)
        return Rendered(answer.html, answer.redirected_url or url)

    async def _emptied(self, tab: int) -> None:
        """Let a tab that stays idle show nothing: scripts of the page that was read end."""
        page = self._pages.get(tab)
        if page is not None and not self._asking and self._rendered < self._pages_a_browser:
            try:
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await page.goto("about:blank")
            except Exception as error:  # noqa: BLE001 its process has ended, or never answers
                log.debug("the browser is started anew: %s", _first_line(error))
                self._rendered = self._pages_a_browser

    async def _start(self) -> None:
        crawl4ai = load_crawl4ai(self._folder)
        browser = crawl4ai.BrowserConfig(
            headless=True,
            verbose=False,
            light_mode=True,
            text_mode=True,
            user_agent=self._agent,
            extra_args=list(_ARGUMENTS),
        )
        strategy = crawl4ai.async_crawler_strategy.AsyncPlaywrightCrawlerStrategy(
            browser_config=browser, logger=_quiet(crawl4ai)
        )
        self._launch_as(strategy.browser_manager)
        strategy.set_hook("on_page_context_created", self._opened)
        strategy.set_hook("before_retrieve_html", self._loaded)
        # a signature is taken for each attribute that is set, so each tab has one for good
        self._configs = [
            crawl4ai.CrawlerRunConfig(
                verbose=False,
                wait_until="domcontentloaded",
                delay_before_return_html=0,
                session_id=f"tab-{tab}",  # so the tab stays for the next page
            )
            for tab in range(self._tabs)
        ]
        try:
            await strategy.start()
        except Exception as error:
            with suppress(Exception):
                await strategy.close()
            raise _no_browser(error) from error
        self._strategy = strategy

    def _launch_as(self, manager: Any) -> None:
        """Let crawl4ai start Debian's Chromium where there is one; it has no setting for that."""
        build = manager._build_browser_args
        program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
        # in the system's temporary folder, as a browser binds a socket there, whose path has to be short
        self._scratch = tempfile.TemporaryDirectory(prefix="pm-", ignore_cleanup_errors=True)
        scratch = self._scratch.name
        own = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), scratch)
        env = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ} | own

        def arguments() -> dict[str, Any]:
            given = {**build(), "env": env}
            return given if program is None else {**given, "executable_path": program}

        manager._build_browser_args = arguments

    async def _opened(self, page: Any, *, config: Any, **_: Any) -> Any:
        tab = self._configs.index(config)
        if self._pages.get(tab) is not page:
            self._pages[tab] = page
            await page.route("**/*", partial(self._answer, id(config)))
        await self._acts[id(config)].opened(page)
        return page

    async def _answer(self, config: int, route: Any) -> None:
        acts = self._acts.get(config)
        await (route.abort() if acts is None else acts.answer(route))

    async def _loaded(self, page: Any, *, config: Any, **_: Any) -> Any:
        await self._acts[id(config)].loaded(page)
        return page


def load_crawl4ai(folder: Path) -> Any:
    """The library; it writes to `folder` alone and prints nothing. Raises UsageError without it."""
    make_private(folder)
    os.environ["CRAWL4_AI_BASE_DIRECTORY"] = str(folder)
    os.environ["CRAWL4AI_NO_CLOUD_NOTICE"] = "1"
    # as root a browser's own sandbox does not start
    os.environ.setdefault("CRAWL4AI_CHROMIUM_SANDBOX", "false" if os.geteuid() == 0 else "true")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import crawl4ai  # noqa: PLC0415 an extra, and a second to import
    except ImportError as error:
        raise UsageError(
            "this source needs a browser (browser = true), and the extra that drives one is not installed",
            next_step="pip install 'property-manager[browser]', and a browser: apt-get install chromium",
        ) from error
    return crawl4ai


def _no_browser(error: Exception) -> UsageError:
    said = str(error)
    if "Executable doesn't exist" in said or "executable" in said.lower():
        return UsageError(
            "this source needs a browser (browser = true), and none is installed", next_step=_INSTALL
        )
    hint = "; in a container without user namespaces set CRAWL4AI_CHROMIUM_SANDBOX=false"
    return UsageError(f"the browser does not start: {_first_line(error)}", next_step=f"{_INSTALL}{hint}")


def _quiet(crawl4ai: Any) -> Any:
    """A logger of crawl4ai that writes to ours: its own keeps a file and prints."""

    class Quiet(crawl4ai.async_logger.AsyncLoggerBase):  # type: ignore[misc]
        def _say(self, message: str = "", *_: Any, **__: Any) -> None:
            log.debug("crawl4ai: %s", message)

        debug = info = success = warning = error = _say

        def url_status(self, *_: Any, **__: Any) -> None:
            """Our own log has it."""

        error_status = url_status

    return Quiet()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    useful = [line for line in lines if not line.startswith(("Failed on navigating", "Call log"))]
    return (useful or lines or [type(error).__name__])[0][:300]
