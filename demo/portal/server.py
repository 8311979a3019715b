"""Serves the sample portal on loopback, as it is on one day."""

from __future__ import annotations

from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from demo.portal.days import Day, cards, on_offer, similar
from demo.portal.render import about_page, detail_page, index_page, index_path
from demo.portal.templates import page_text

CARDS_A_PAGE: Final = 24
FAILS_ONCE: Final = "TK-1055"  # its page answers 503 at the first request


class Portal:
    """The portal while it is up: `async with Portal() as portal`, then set `portal.day`."""

    def __init__(self) -> None:
        self.day = Day.MON
        self.requests: list[str] = []  # every requested path and query, in order
        self._base = ""
        self._failed = False
        self._runner = web.AppRunner(self._app(), access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        _, port, *_ = self._runner.addresses[0]
        self._base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The first page of the index."""
        return self._base + index_path(1)

    @property
    def details_asked(self) -> int:
        """How often a home's own page was asked for."""
        return sum(path.startswith("/inmueble/") for path in self.requests)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._note])
        app.router.add_get("/", self._home)
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/inmuebles", self._index)
        app.router.add_get("/inmueble/{slug}", self._detail)
        app.router.add_get("/nosotros", self._about)
        return app

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(request.path_qs)
        return await handler(request)

    async def _home(self, _: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(index_path(1))

    async def _robots(self, _: web.Request) -> web.Response:
        return web.Response(text=page_text("robots.txt"))

    async def _about(self, _: web.Request) -> web.Response:
        return _html(about_page(self._base))

    async def _index(self, request: web.Request) -> web.Response:
        all_cards = cards(self.day)
        asked = request.query.get("pagina", "1")
        page = int(asked) if asked.isdecimal() else 0
        if not 1 <= page <= -(-len(all_cards) // CARDS_A_PAGE):
            raise web.HTTPNotFound
        return _html(index_page(all_cards, page=page, size=CARDS_A_PAGE, base=self._base))

    async def _detail(self, request: web.Request) -> web.Response:
        slug = request.match_info["slug"]
        home = next((home for home in on_offer(self.day).values() if home.slug == slug), None)
        if home is None:
            raise web.HTTPNotFound
        if home.id == FAILS_ONCE and not self._failed:
            self._failed = True
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "1"})
        return _html(detail_page(home, similar(home, self.day), base=self._base))


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")
