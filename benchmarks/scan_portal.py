"""A portal of many listings on loopback, in its own process: `python -m benchmarks.scan_portal LISTINGS`.

Its pages are those of the sample portal, with ids and prices varied. The day's changes are made by asking for
`/change`: one listing of fifty is new, one of twenty has another price, one of a hundred is gone.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from aiohttp import web

from demo.portal.homes import homes
from demo.portal.templates import facts_of, fill, items, words_of

A_PAGE: Final = 24
NEW, REPRICED, GONE = 50, 20, 100
"""One listing of so many, by what became of it."""

_HEAD: Final = '<html lang="es"><head><meta charset="utf-8"><title>Inmuebles</title></head><body>'


class Portal:
    """Its listings in their order; a card is made once."""

    def __init__(self, listings: int) -> None:
        self.requests = {"index": 0, "detail": 0}
        self._homes = [home for home in homes() if home.price.amount is not None]
        self._prices = {number: self._price(number) for number in range(listings)}
        self._order = list(self._prices)
        self._shown = set(self._order)
        self._cards: dict[int, str] = {}
        for number in self._order:
            self._card(number)

    def change(self) -> dict[str, int]:
        """Let a day pass."""
        before = len(self._order)
        gone = set(self._order[7::GONE])
        repriced = [number for number in self._order[3::REPRICED] if number not in gone]
        for number in repriced:
            self._prices[number] = self._prices[number] * 95 // 100
            self._cards.pop(number, None)
        first = max(self._prices) + 1
        new = list(range(first, first + before // NEW))
        self._prices |= {number: self._price(number) for number in new}
        self._order = new[::-1] + [number for number in self._order if number not in gone]
        self._shown = set(self._order)
        return {"new": len(new), "repriced": len(repriced), "gone": len(gone)}

    def app(self) -> web.Application:
        """Index pages at /inmuebles, listings at /inmueble/…"""
        app = web.Application()
        app.router.add_get("/inmuebles", self._index)
        app.router.add_get("/inmueble/{slug}", self._detail)
        app.router.add_get("/change", self._change)
        app.router.add_get("/requests", self._requests)
        return app

    def _price(self, number: int) -> int:
        return 900_000 + number * 37 % 9_000_000

    def _card(self, number: int) -> str:
        if number not in self._cards:
            home = self._homes[number % len(self._homes)]
            self._cards[number] = fill(
                "card.html",
                words_of(home)
                | {
                    "id": f"PM-{number:07}",
                    "path": f"/inmueble/casa-PM-{number:07}",
                    "photo": home.photos[0],
                    "price": f"${self._prices[number]:,} MXN",
                },
                facts=items(facts_of(home)),
            )
        return self._cards[number]

    async def _index(self, request: web.Request) -> web.Response:
        self.requests["index"] += 1
        page, last = int(request.query.get("pagina", "1")), -(-len(self._order) // A_PAGE)
        here = self._order[(page - 1) * A_PAGE : page * A_PAGE]
        near = range(max(1, page - 3), min(last, page + 3))
        links = (f'<a href="/inmuebles?pagina={number}">{number}</a>' for number in near)
        more = f'<a rel="next" href="/inmuebles?pagina={page + 1}">Siguiente</a>' if page < last else ""
        text = (
            f"{_HEAD}<h1>Inmuebles</h1><p>{len(self._order):,} propiedades</p>"
            f"{''.join(map(self._card, here))}"
            f"<nav class='paginas'>{' '.join(links)} {more}</nav></body></html>"
        )
        return web.Response(text=text, content_type="text/html")

    async def _detail(self, request: web.Request) -> web.Response:
        self.requests["detail"] += 1
        number = int(request.match_info["slug"].rpartition("-")[2])
        if number not in self._shown:
            raise web.HTTPNotFound
        text = (
            f'{_HEAD}<h1>Casa PM-{number:07}</h1><p class="precio">${self._prices[number]:,} MXN</p>'
            "<ul><li>3 recámaras</li><li>2 baños</li><li>120 m²</li></ul></body></html>"
        )
        return web.Response(text=text, content_type="text/html")

    async def _change(self, _: web.Request) -> web.Response:
        return web.json_response(self.change())

    async def _requests(self, _: web.Request) -> web.Response:
        return web.json_response(self.requests)


async def serve(listings: int) -> None:
    """Serve until killed; the first line on stdout is the address."""
    runner = web.AppRunner(Portal(listings).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
