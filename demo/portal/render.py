"""Renders the portal's pages: homes in, HTML out."""

from __future__ import annotations

from collections.abc import Sequence

from demo.portal.days import Card
from demo.portal.homes import Home, Style
from demo.portal.hydrated import hydrated
from demo.portal.labelled import labelled
from demo.portal.structured import structured
from demo.portal.templates import facts_of, fill, items, page_text, words_of


def index_page(cards: Sequence[Card], *, page: int, size: int, base: str) -> str:
    """One page of the portal's index, `page` counted from 1."""
    pages = max(1, -(-len(cards) // size))
    on_page = cards[(page - 1) * size : page * size]
    main = fill(
        "index.html",
        {
            "total": len(cards),
            "first": (page - 1) * size + 1,
            "last": (page - 1) * size + len(on_page),
        },
        cards="\n".join(_card(card) for card in on_page),
        pages=_page_links(page, pages),
    )
    head = f'<link rel="next" href="{index_path(page + 1)}">' if page < pages else ""
    return _page("Inmuebles en venta y renta", base + index_path(page), main, head)


def detail_page(home: Home, similar: Sequence[Home], *, base: str) -> str:
    """A home's own page in its style, with other homes beside it."""
    render = {Style.STRUCTURED: structured, Style.HYDRATED: hydrated, Style.LABELLED: labelled}[home.style]
    main, head = render(home, similar, base)
    aside = fill("similar.html", {}, cards="\n".join(_card(Card(other)) for other in similar))
    return _page(home.title, base + Card(home).path, f"{main}\n{aside}", head)


def about_page(base: str) -> str:
    """A page that offers nothing."""
    return _page("Nosotros", f"{base}/nosotros", page_text("about.html"))


def index_path(page: int) -> str:
    """Where page `page` of the index lives."""
    return "/inmuebles" if page == 1 else f"/inmuebles?pagina={page}"


def _card(card: Card) -> str:
    home = card.home
    return fill(
        "card.html",
        words_of(home) | {"path": card.path, "photo": home.photos[0]},
        facts=items(facts_of(home)),
    )


def _page_links(page: int, pages: int) -> str:
    links = [
        f'<span aria-current="page">{number}</span>'
        if number == page
        else f'<a href="{index_path(number)}">{number}</a>'
        for number in range(1, pages + 1)
    ]
    if page < pages:
        links.append(f'<a rel="next" href="{index_path(page + 1)}">Siguiente</a>')
    return " ".join(links)


def _page(title: str, canonical: str, main: str, head: str = "") -> str:
    return fill("layout.html", {"title": title, "canonical": canonical}, main=main, head=head)
