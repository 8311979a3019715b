"""A site of listings on loopback, in its own process: `python -m benchmarks.crawl_site`.

A page has the size of those of real portals, 72 KB; id, price and text vary from page to page.
"""

from __future__ import annotations

import asyncio
import json
from typing import Final

from aiohttp import web

PAGE_BYTES: Final = 72_000

_HEAD: Final = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="/homes/{id}"><meta property="og:title" content="{title}">
<script type="application/ld+json">{facts}</script></head>
<body><nav><a href="/">Inicio</a></nav><main id="main">
<h1 class="title">{title}</h1><p class="price">$ {price:,} MXN</p><p class="address">Calle {number} 12</p>
<p class="city">Mérida</p><ul><li class="beds">3 recámaras</li><li class="baths">2 baños</li>
<li class="area">180 m²</li><li class="lot">240 m²</li></ul><span class="ref">Ref. {id}</span>
<div class="description">Casa luminosa con patio y jardín, cerca de parques, número {number}.</div>
<img class="photo" src="/photos/{id}.jpg"></main><section class="more">"""
_FILLER: Final = (
    '<div class="item"><a href="/zona/{n}">Zona {n}</a><p>Colonias, escuelas y servicios del lugar, con '
    'tiendas, parques y transporte a pocas cuadras.</p><span data-n="{n}">{n}</span></div>\n'
)


FILLER: Final = "".join(_FILLER.format(n=n) for n in range(PAGE_BYTES // 180))


def page(number: int) -> str:
    """The page of one listing."""
    title, price = f"Casa {number} en venta en Mérida", 900_000 + number * 37 % 9_000_000
    facts = {
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "identifier": f"PM-{number:07}",
        "name": title,
        "numberOfBedrooms": 3,
        "offers": {"@type": "Offer", "price": price, "priceCurrency": "MXN"},
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Mérida",
            "streetAddress": f"Calle {number}",
        },
    }
    head = _HEAD.format(
        title=title, id=f"PM-{number:07}", price=price, number=number, facts=json.dumps(facts)
    )
    return head + FILLER + "</section></body></html>"


async def _answer(request: web.Request) -> web.Response:
    if request.path == "/robots.txt":
        return web.Response(text="User-agent: *\nDisallow: /private/\n")
    number = int(request.match_info["id"].removeprefix("PM-"))
    return web.Response(text=page(number), content_type="text/html")


async def main() -> None:
    """Serve until killed; print the address first."""
    app = web.Application()
    app.router.add_get("/robots.txt", _answer)
    app.router.add_get("/homes/{id}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
