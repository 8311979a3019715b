"""A site of listings on loopback, in its own process: `python -m benchmarks.crawl_site PAGES KIND`.

The pages are made before the first is asked for, each of about 72 KB. A `usual` page is one of a portal:
menu, footer, styles and scripts are those of the site; text, pictures, details, what scripts know of the
visit, and the cards of similar homes are its own. On a `dense` page 400 blocks with links follow, of which no
two pages share one, so that nothing read from one page helps with the next.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from typing import Final

from aiohttp import web

from parsing.text import in_order

PAGE_BYTES: Final = 72_000
KINDS: Final = ("usual", "dense")

_WORDS: Final = in_order(
    "casa luminosa amplia patio jardín terraza cocina integral sala comedor clóset vestidor portón eléctrico"
    " cerca parques escuelas avenida privada vigilancia acabados mármol madera ventanas norte sur remodelada"
    " lista para habitar cisterna calentador solar palapa alberca asador bodega lavado servicio estudio vista"
)
_ZONES: Final = in_order(
    "Altabrisa Chuburná Cholul Conkal Temozón Montebello Itzimná García Pensiones Francisco Mulsay Caucel"
)
_KINDS: Final = in_order("Casa Departamento Terreno Oficina Bodega Local Quinta Rancho")
_DETAILS: Final = in_order(
    "Cocina Pisos Techos Ventanas Orientación Agua Gas Internet Mantenimiento Vigilancia Mascotas Entrega"
    " Escrituras Crédito"
)
_HEAD: Final = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>{title} | Hogares</title>
<link rel="canonical" href="/homes/{id}"><meta property="og:title" content="{title}">
<meta name="description" content="{title}, {text}"><style>{styles}</style><script>{visit}</script>
<script type="application/ld+json">{facts}</script></head>
<body class="detail"><header class="top"><a class="logo" href="/"><img src="/logo.svg" alt="Hogares"></a>
<nav><ul>{menu}</ul></nav></header><div class="page"><ol class="breadcrumb">{trail}</ol>
<main id="main"><h1 class="title">{title}</h1><p class="price">$ {price:,} MXN</p>
<p class="address">Calle {number} 12</p><p class="city">Mérida</p><ul class="facts">
<li class="beds">3 recámaras</li><li class="baths">2 baños</li><li class="area">180 m²</li>
<li class="lot">240 m²</li></ul><span class="ref">Ref. {id}</span>
<div class="gallery">{photos}</div><div class="description">{prose}</div>
<table class="details">{details}</table></main>"""
_TAIL: Final = """<footer class="bottom"><div class="columns">{columns}</div><p>Hogares de México</p></footer>
</div><script>{program}</script></body></html>"""

_STYLES: Final = "".join(
    f".b{n}>.e{n}{{margin:{n}px;padding:0 {n % 7}px;color:#{n * 37:06x}}}" for n in range(120)
)
_PROGRAM: Final = "".join(
    f"function f{n}(a,b){{return a.q{n}?b[{n}]:document.querySelector('.e{n}')}}" for n in range(220)
)
_MENU: Final = "".join(f'<li><a href="/{kind.lower()}s">{kind}s en venta</a></li>' for kind in _KINDS)
_COLUMNS: Final = "".join(
    f"<div><h4>{kind}s</h4><ul>{''.join(links)}</ul></div>"
    for kind in _KINDS
    for links in [
        [f'<li><a href="/{kind.lower()}s/{zone.lower()}">{kind}s en {zone}</a></li>' for zone in _ZONES[:6]]
    ]
)
_CARD: Final = (
    '<article class="card"><a class="photo" href="/homes/{id}"><img src="/photos/{id}.jpg" alt="{title}"'
    ' width="320" height="200" loading="lazy"></a><div class="body"><span class="kind">{kind}</span><h3>'
    '<a href="/homes/{id}">{title}</a></h3><p class="price">$ {price:,} MXN</p><ul>'
    '<li><i class="icon bed"></i><span>{beds}</span> rec.</li>'
    '<li><i class="icon bath"></i><span>{baths}</span> baños</li>'
    '<li>{area} m²</li></ul><p class="zone">{zone}, Mérida</p>'
    '<button type="button" data-id="{id}">Guardar</button></div></article>\n'
)
_BLOCK: Final = (
    '<div class="item"><a href="/zona/{n}">Zona {n}</a><p>Escuelas y servicios del lugar {n}, a pocas'
    ' cuadras.</p><span data-n="{n}">{n}</span></div>\n'
)


def price_of(number: int) -> int:
    """What a home costs."""
    return 900_000 + number * 37 % 9_000_000


def page(number: int, kind: str = "usual") -> str:
    """The page of one listing."""
    chance = random.Random(number)
    id_, title = f"PM-{number:07}", f"Casa {number} en venta en Mérida"
    price = price_of(number)
    head = _HEAD.format(
        **{"id": id_, "title": title, "number": number, "price": price, "text": _text(chance, 20)},
        styles=_STYLES,
        menu=_MENU,
        facts=json.dumps(_facts(number, title, price)),
        visit=f"window.dataLayer = {json.dumps(_visit(chance, number))};",
        trail="".join(
            f'<li><a href="/{step.lower()}">{step}</a></li>'
            for step in ("Yucatán", "Mérida", chance.choice(_ZONES))
        ),
        photos="".join(
            f'<img src="/photos/{id_}-{n}.jpg" alt="{_text(chance, 3)}" width="640">' for n in range(12)
        ),
        prose="".join(f"<p>{_text(chance, 40).capitalize()}, número {number}.</p>" for _ in range(3)),
        details="".join(
            f"<tr><th>{name}</th><td>{_text(chance, 2)} {chance.randrange(90)}</td></tr>" for name in _DETAILS
        ),
    )
    tail = _TAIL.format(columns=_COLUMNS, program=_PROGRAM)
    room = PAGE_BYTES - len(head) - len(tail)
    if kind == "dense":
        first = 100_000 + number * 1_000
        blocks = [_BLOCK.format(n=n) for n in range(first, first + 400)]
        return f"{head}<section class='more'>{''.join(blocks)}</section></div></body></html>"
    cards = "".join(_card(chance) for _ in range(24))
    seen = _script(chance, room - len(cards) - 150)
    return f"{head}<section class='similar'><h2>Propiedades similares</h2>{cards}</section>{seen}{tail}"


def _facts(number: int, title: str, price: int) -> dict[str, object]:
    return {
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


def _visit(chance: random.Random, number: int) -> list[dict[str, object]]:
    """What the site tells its statistics of a visit."""
    return [
        {
            "event": "view",
            "item": f"PM-{number:07}",
            "visit": chance.getrandbits(64),
            "zone": _text(chance, 1),
        }
    ]


def _card(chance: random.Random) -> str:
    number, kind, zone = chance.randrange(9_000_000), chance.choice(_KINDS), chance.choice(_ZONES)
    return _CARD.format(
        id=f"PM-{number:07}",
        title=f"{kind} {number} en venta en {zone}",
        kind=kind,
        zone=zone,
        price=price_of(number),
        beds=chance.randrange(1, 6),
        baths=chance.randrange(1, 5),
        area=chance.randrange(60, 400),
    )


def _script(chance: random.Random, size: int) -> str:
    """What a widget of the page knows, as much as there is room for: most of a portal's page is scripts."""
    rows: list[str] = []
    while size > 0:
        rows.append(f'{{"k":{chance.getrandbits(48)},"t":"{_text(chance, 12)}","w":{chance.random():.6f}}}')
        size -= len(rows[-1]) + 1
    return f"<script>widget.start([{','.join(rows)}])</script>"


def _text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


class Site:
    """The pages, made at once."""

    def __init__(self, pages: int, kind: str) -> None:
        self._pages = {f"PM-{number:07}": page(number, kind).encode() for number in range(pages)}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/homes/{id}", self._home)
        return app

    async def _robots(self, _: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /private/\n")

    async def _home(self, request: web.Request) -> web.Response:
        found = self._pages.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="text/html", charset="utf-8")


async def main(pages: int, kind: str) -> None:
    """Serve until killed; print the address first."""
    runner = web.AppRunner(Site(pages, kind).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
