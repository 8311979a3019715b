"""Small sites of many countries, from their list to live: every home once, with what its page says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from config.source import Source
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from tests.catalogue import Catalogue, on
from tests.sites import Site

NUMBERS = range(1, 5)
SOURCE = Source(name="agency", requests_per_second=50)


@dataclass(frozen=True)
class Written:
    """A site's way of writing: its language, where a home is, its card, its page, and what that means."""

    language: str
    path: Callable[[int], str]
    card: Callable[[int], str]
    page: Callable[[int], str]
    truth: Callable[[int], tuple[int, str, str, str]]
    """Price, currency, operation, status."""
    heading: str = "Homes"


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def is_rent(number: int) -> bool:
    return number == 2


def is_sold(number: int) -> bool:
    return number == 3


def czech_price(number: int) -> str:
    return f"{grouped(16_500, ' ')} Kč za měsíc" if is_rent(number) else f"{grouped(4_990_000, ' ')} Kč"


def czech(number: int) -> str:
    """A table whose first row is the price and whose second, shorter one is a fee."""
    kind = "Pronájem" if is_rent(number) else "Prodej"
    return (
        f"<h1>{kind} bytu {number + 1}+kk, Vinohradská {number}</h1><table>"
        f"<tr><td>Cena</td><td>{czech_price(number)}</td></tr><tr><td>Poplatky</td><td>3 500 Kč</td></tr>"
        f"<tr><td>Užitná plocha</td><td>{40 + number} m²</td></tr>"
        "<tr><td>Podlaží</td><td>3. podlaží z 5</td></tr>"
        f"<tr><td>Stav</td><td>{'Prodáno' if is_sold(number) else 'Aktivní'}</td></tr>"
        "<tr><td>Stav objektu</td><td>Po rekonstrukci</td></tr></table>"
    )


def swedish(number: int) -> str:
    """A definition list with a fee beside the price, and a sign that four countries share."""
    price = "8 400 kr/mån" if is_rent(number) else "2 995 000 kr"
    own = (
        f"<dt>Hyra</dt><dd>{price}</dd>"
        if is_rent(number)
        else f"<dt>Utgångspris</dt><dd>{price}</dd><dt>Avgift</dt><dd>2 950 kr/mån</dd>"
    )
    sold = "<span class='label'>Såld</span>" if is_sold(number) else ""
    return f"<h1>Storgatan {number}</h1>{sold}<dl>{own}<dt>Boarea</dt><dd>{40 + number} m²</dd></dl>"


def spanish(number: int) -> str:
    """Amounts without a sign, a sentence that states it, and a reference that begins as a currency does."""
    sold = "<span class='etiqueta'>Vendido</span>" if is_sold(number) else ""
    price = "950" if is_rent(number) else f"{185 + number}.000"
    of = " €/mes" if is_rent(number) else ""
    return (
        f"{sold}<h1>Piso {number} en calle Verdi</h1><p class='precio'>{price}{of}</p>"
        f"<dl><dt>Referencia</dt><dd>MAD{1200 + number}</dd><dt>Superficie construida</dt><dd>80 m²</dd>"
        "<dt>Gastos de comunidad</dt><dd>85 €/mes</dd></dl><footer>Todos los precios en €</footer>"
    )


def japanese(number: int) -> str:
    """A table of four columns, with the management fee beside the price and the status in a cell."""
    label, price = ("賃料", "98,000円/月") if is_rent(number) else ("価格", f"{2_980 + number:,}万円")
    return (
        f"<h1>{'賃貸' if is_rent(number) else '中古'}マンション 桜新町{number}丁目</h1><table>"
        f"<tr><th>{label}</th><td>{price}</td><th>間取り</th><td>2LDK</td></tr>"
        "<tr><th>専有面積</th><td>51.52m²</td><th>築年月</th><td>1998年3月</td></tr>"
        "<tr><th>管理費</th><td>12,000円</td>"
        f"<th>状況</th><td>{'成約済' if is_sold(number) else '公開中'}</td></tr>"
        "</table>"
    )


def brazilian(number: int) -> str:
    """Boxes of a label and a value that all call themselves values."""
    labels = {"Aluguel": "R$ 2.900,00/mês"} if is_rent(number) else {"Venda": f"R$ {640 + number}.000,00"}
    labels |= {"Condomínio": "R$ 480,00", "IPTU": "R$ 1.320,00"}
    boxes = "".join(
        f"<div><span>{name}</span><span class='valor'>{value}</span></div>" for name, value in labels.items()
    )
    sold = "<span class='tarja'>Vendido</span>" if is_sold(number) else ""
    return f"{sold}<h1>Casa {number} no Jardim Paulista</h1>{boxes}<div><b>Quartos</b><p>3</p></div>"


def american(number: int) -> str:
    """A page that does not say itself that the home is for sale; its list does."""
    price = "$1,950/mo" if is_rent(number) else f"${300 + number},000"
    status = "Sold" if is_sold(number) else "Active"
    return (
        f"<div><b>{status}</b></div><h1>{400 + number} Maple Ave Unit {number}B</h1>"
        f"<div class='price'>{price}</div>"
        f"<p class='address'>{400 + number} Maple Ave, Springfield, IL 62701</p><p>3 beds</p><p>HOA $210</p>"
    )


def usual(currency: str, rent: int, sale: Callable[[int], int]) -> Callable[[int], tuple[int, str, str, str]]:
    """The truth of a site whose second home is to let and whose third is sold."""

    def truth(number: int) -> tuple[int, str, str, str]:
        status = "Closed" if is_sold(number) else ""
        if is_rent(number):
            return rent, currency, "rent", status
        return sale(number), currency, "sale", status

    return truth


def link_card(path: Callable[[int], str], text: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: (
        f"<li class='card'><a href='{path(number)}'>Home {number}</a> <span>{text(number)}</span></li>"
    )


def site_of(
    language: str,
    path: Callable[[int], str],
    page: Callable[[int], str],
    truth: Callable[[int], tuple[int, str, str, str]],
    *,
    shown: str = "€ 1.000 80 m²",
    heading: str = "Homes",
) -> Written:
    return Written(language, path, link_card(path, lambda _: shown), page, truth, heading)


SITES = {
    "Czech tables": site_of(
        "cs",
        lambda n: f"/detail/byt/{n}%2Bkk/praha/{3_345_670 + n}?strana=1",
        czech,
        usual("CZK", 16_500, lambda n: 4_990_000),
    ),
    "Swedish lists": site_of(
        "sv", lambda n: f"/bostad/storgatan-{n}-{19_238_470 + n}", swedish,
        usual("SEK", 8_400, lambda n: 2_995_000),
        heading="Bostäder till salu",
    ),
    "Spanish references": site_of(
        "es", lambda n: f"/es/piso/MAD{1200 + n}/barcelona-con-terraza", spanish,
        usual("EUR", 950, lambda n: (185 + n) * 1_000), heading="Pisos en venta",
    ),
    "Japanese tables": site_of(
        "ja", lambda n: f"/bukken/{98_712_300 + n:010d}.html", japanese,
        usual("JPY", 98_000, lambda n: (2_980 + n) * 10_000), shown="2,980万円 51.52m²",
    ),
    "Brazilian boxes": site_of(
        "pt-BR", lambda n: f"/imovel/2026/03/14/casa-{n}-ca{4_120 + n}", brazilian,
        usual("BRL", 2_900, lambda n: (640 + n) * 1_000), shown="R$ 640.000,00 3 quartos",
    ),
    "American units": site_of(
        "en-US", lambda n: f"/homes/{400 + n}-maple-ave-unit-{n}b-springfield-il-62701", american,
        usual("USD", 1_950, lambda n: (300 + n) * 1_000), shown="$300,000 3 beds",
        heading="Homes for sale in Springfield",
    ),
}  # fmt: skip


def opened(site: Site, written: Written, numbers: list[int]) -> str:
    cards = "".join(map(written.card, numbers))
    for number in numbers:
        site.pages[written.path(number)] = _document(written, written.page(number))
    site.pages["/list"] = _document(written, f"<h1>{written.heading}</h1><ul>{cards}</ul>")
    return f"{site.base}/list"


def _document(written: Written, body: str) -> str:
    return f"<html lang='{written.language}'><head><meta charset='utf-8'></head><body>{body}</body></html>"


async def scraped(catalogue: Catalogue, start: str, day: int) -> ScrapeResult:
    scraper = EnhancedPropertyScraper(
        catalogue.database, access=Access(allow_private=True), options=on(day - 1)
    )
    return await scraper.scrape_and_sync(start, source=SOURCE)


async def live(catalogue: Catalogue) -> list[tuple[int, str, str, str]]:
    rows = await catalogue.superuser.fetch(
        "select price, currency, operation_type, standard_status from properties_live"
    )
    return sorted(
        (int(row[0] or 0), row[1], row[2], row[3] if row[3] not in (None, "Active") else "") for row in rows
    )


@pytest.mark.parametrize("name", SITES)
async def test_every_home_of_a_site_is_live_once_with_what_its_page_says(
    catalogue: Catalogue, site: Site, name: str
) -> None:
    """Price, currency, operation and status are the page's own, not those of a fee or a reference."""
    written = SITES[name]
    first = await scraped(catalogue, opened(site, written, list(NUMBERS)), day=1)
    assert first.verdict == "complete"
    assert await live(catalogue) == sorted(map(written.truth, NUMBERS))

    again = await scraped(catalogue, opened(site, written, [4, 3, 1, 2, 5]), day=2)

    assert again.sync is not None
    metrics = again.sync.metrics
    assert (metrics.new_properties, metrics.superseded_rows, metrics.unchanged_properties) == (1, 0, 4)


def offers_page(prices: dict[int, int]) -> str:
    """A Polish list whose homes have no page of their own."""
    homes = "".join(
        f"<section class='oferta' id='oferta-{number}'><h2>Mieszkanie, ul. Długa {number}</h2>"
        f"{'<em>Sprzedane</em>' if is_sold(number) else ''}<p class='cena'>{grouped(price, ' ')} zł</p>"
        f"<table><tr><td>Numer oferty</td><td>KRK-{number}</td></tr>"
        f"<tr><td>Powierzchnia</td><td>{40 + number},5 m²</td></tr></table></section>"
        for number, price in prices.items()
    )
    head = "<html lang='pl'><head><meta charset='utf-8'></head>"
    return f"{head}<body><h1>Oferty sprzedaży</h1>{homes}</body></html>"


async def test_homes_without_a_page_of_their_own_are_listings_of_the_list(
    catalogue: Catalogue, site: Site
) -> None:
    """Each block of the list is a listing; another order or price makes none of them a new one."""
    prices = {number: 385_000 + 1_000 * number for number in NUMBERS}
    site.pages["/oferty"] = offers_page(prices)
    first = await scraped(catalogue, f"{site.base}/oferty", day=1)
    assert (first.rows, first.verdict, first.kind) == (4, "complete", "index")
    ids = await catalogue.superuser.fetch("select property_id from properties_live order by 1")
    assert [row[0] for row in ids] == [f"KRK-{number}" for number in NUMBERS]
    assert (388_000, "PLN", "sale", "Closed") in await live(catalogue)

    site.pages["/oferty"] = offers_page({3: 388_000, 1: 379_000, 4: 389_000, 2: 387_000, 9: 500_000})
    again = await scraped(catalogue, f"{site.base}/oferty", day=2)

    assert again.sync is not None
    metrics = again.sync.metrics
    assert (metrics.new_properties, metrics.updated_properties, metrics.superseded_rows) == (1, 1, 0)
