"""A single-page application of homes for sale: whatever it shows, its script has built from JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from aiohttp import web

PAGE_OF = 4
"""Homes that one answer of its API has."""

SHELL = """<!doctype html><html><head><title>Homes</title>
<link rel="stylesheet" href="/app.css"><script src="/app.js" defer></script>{head}</head>
<body><div id="root"></div>{body}</body></html>"""

SCRIPT = """
const root = document.getElementById('root');
const money = home => '$' + home.price.toLocaleString('en-US') + ' MXN';
const load = path => fetch(path, {headers: {'X-App': '1'}}).then(answer => answer.json());
async function list() {
  root.innerHTML = '<h1>Homes for sale</h1><div id="cards"></div><button id="more">Load more</button>';
  let page = 0;
  const more = async () => {
    const answer = await load('/api/homes?page=' + ++page);
    document.getElementById('cards').insertAdjacentHTML('beforeend', answer.homes.map(home =>
      `<article class="card"><a href="/home/${home.id}"><h2>${home.title}</h2></a><p>${money(home)}</p>
      <p>${home.bedrooms} bedrooms</p><img src="/photo/${home.id}.jpg"></article>`).join(''));
    if (answer.last) document.getElementById('more').remove();
  };
  document.getElementById('more').onclick = more;
  await more();
}
async function home(id) {
  const found = await load('/api/homes/' + id);
  document.title = found.title;
  root.innerHTML = `<h1>${found.title}</h1><p class="price">${money(found)}</p>
    <dl><dt>Bedrooms</dt><dd>${found.bedrooms}</dd><dt>Bathrooms</dt><dd>2</dd>
    <dt>City</dt><dd>Mérida</dd><dt>Property ID</dt><dd>${found.id}</dd></dl>`;
}
const id = location.pathname.match(/^\\/home\\/(.+)/);
id ? home(id[1]) : list();
"""


def homes(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"H-{700 + n}", "title": f"House {n} for sale", "price": 2_000_000 + 1_000 * n, "bedrooms": 3}
        for n in range(1, count + 1)
    ]


class App:
    """`served[path]` stands for the page or file of that path; every request is recorded."""

    def __init__(self, count: int) -> None:
        self.homes = homes(count)
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.base = ""
        self.head = ""
        self.body = ""
        self.served: dict[str, web.Response] = {}

    @classmethod
    @asynccontextmanager
    async def up(cls, count: int = 10) -> AsyncIterator[Self]:
        app = cls(count)
        server = web.Application()
        server.router.add_route("*", "/{path:.*}", app._answer)
        runner = web.AppRunner(server, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            app.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield app
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        self.agents.add(request.headers.get("User-Agent", ""))
        path = request.path
        if (given := self.served.get(path)) is not None:
            return web.Response(body=given.body, status=given.status, headers=given.headers)
        if path == "/app.js":
            return web.Response(text=SCRIPT, content_type="text/javascript")
        if path == "/app.css":
            return web.Response(text="#root { margin: 1em }", content_type="text/css")
        if path == "/api/homes" and request.headers.get("X-App"):
            page = int(request.query["page"])
            part = self.homes[PAGE_OF * (page - 1) : PAGE_OF * page]
            return web.json_response({"homes": part, "last": PAGE_OF * page >= len(self.homes)})
        if path.startswith("/api/homes/"):
            return web.json_response(next(one for one in self.homes if one["id"] == path.rpartition("/")[2]))
        if path == "/" or path.startswith("/home/"):
            return web.Response(text=SHELL.format(head=self.head, body=self.body), content_type="text/html")
        return web.Response(status=404)
