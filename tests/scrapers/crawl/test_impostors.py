"""Pages that come in place of a listing: none is staged, each is told by its kind, many are suspect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from tenacity import wait_none

from config.listing import FIELDS
from parsing.staged import StagedRow
from scrapers.crawl import CrawlReport, crawl, fetch_start
from scrapers.fetch import PoliteClient
from tests.scrapers.crawl.conftest import SOURCE
from tests.scrapers.fetch.conftest import FakeTime
from tests.sites import Answer, Site, detail, path_of

LOGIN = (
    "<html><head><title>Iniciar sesión</title></head><body><form action='/entrar' method='post'>"
    "<input name='email'><input type='password' name='clave'><button>Entrar</button></form></body></html>"
)
CAPTCHA = (
    "<html><head><title>Mérida</title></head><body><p>Un momento, por favor</p>"
    "<div class='g-recaptcha' data-sitekey='x'></div></body></html>"
)
GONE = (
    "<html><head><title>Aviso</title></head><body><h1>Este anuncio ya no está disponible</h1></body></html>"
)
SHELL = "<html><head><title>Casas</title></head><body><div id='app'></div></body></html>"


def leading_to(path: str) -> Callable[[int], Answer]:
    return lambda number: web.Response(status=302, headers={"Location": path})


CASES: dict[str, tuple[Callable[[int], Answer], str, str]] = {
    "a login": (lambda n: LOGIN, "login", "asks for a login"),
    "a way to a login": (leading_to("/entrar?volver=1"), "login", "leads to a login"),
    "a captcha": (lambda n: CAPTCHA, "captcha", "shows a captcha"),
    "a notice with status 200": (lambda n: GONE, "soft_404", "ya no está disponible"),
    "a way back to the list": (leading_to("/homes?page=1"), "soft_404", "leads back to"),
    "a way to the front page": (leading_to("/"), "soft_404", "leads back to"),
    "a way to another listing": (leading_to(path_of(90)), "soft_404", "as"),
    "an empty shell": (lambda n: SHELL, "extraction", "no listing"),
    "an error of the server": (lambda n: 500, "http_500", "answered 500"),
}

_URL = [each.name for each in FIELDS].index("source_url")


@dataclass
class Staged:
    """Keeps what a crawl hands over."""

    rows: list[StagedRow] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    async def add(self, row: StagedRow) -> None:
        self.rows.append(row)

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        self.errors.append((error_type, message))

    async def resolved(self, urls: list[str]) -> None: ...
    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None: ...


async def crawled(site: Site) -> tuple[CrawlReport, Staged]:
    staged = Staged()
    time = FakeTime()
    async with PoliteClient(
        SOURCE, allow_private=True, wait=wait_none(), clock=time.clock, sleep=time.sleep
    ) as polite:
        start = await fetch_start(polite, site.start, SOURCE)
        report = await crawl(polite, SOURCE, staged, start, max_pages=10)
    return report, staged


@pytest.mark.parametrize("name", CASES)
async def test_what_comes_in_place_of_listings_is_told_and_makes_the_session_suspect(
    site: Site, name: str
) -> None:
    answer, kind, said = CASES[name]
    site.lists(list(range(1, 19)))
    site.pages |= {"/": LOGIN, "/entrar?volver=1": LOGIN, path_of(90): detail(90)}
    site.pages |= {path_of(number): answer(number) for number in range(3, 19, 3)}

    report, staged = await crawled(site)

    assert report.verdict == "suspect"
    kinds = {each for each, _ in staged.errors}
    assert kinds <= {kind, "blocked"} and kinds
    assert said in " ".join(message for _, message in staged.errors)
    good = {site.base + path_of(number) for number in range(1, 19) if number % 3}
    strange = {row.values[_URL] for row in staged.rows} - good
    assert len(strange) <= (1 if name == "a way to another listing" else 0)
    assert report.problem is not None or kind == "http_500"


async def test_one_listing_that_is_gone_is_a_failed_page(site: Site) -> None:
    site.lists(list(range(1, 19)))
    site.pages |= {
        path_of(3): GONE,
        path_of(4): LOGIN,
        path_of(9): web.Response(status=301, headers={"Location": "/"}),
        "/": LOGIN,
    }
    report, staged = await crawled(site)
    assert (report.verdict, report.rows, report.failed) == ("partial", 15, 3)
    assert sorted(kind for kind, _ in staged.errors) == ["login", "soft_404", "soft_404"]
    assert report.instead == {"soft_404": 2, "login": 1}
