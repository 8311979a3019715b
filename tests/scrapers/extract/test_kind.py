"""The kind of a page, before anything is read from it."""

from __future__ import annotations

from scrapers.extract import Page, page_kind
from tests.scrapers.extract.conftest import URL, document, jsonld, next_data
from tests.scrapers.extract.test_hydration import ELM, HOME
from tests.scrapers.extract.test_index import FOOTER, NAV, SEARCH, TILES, tile
from tests.scrapers.extract.test_structured_data import LISTING
from tests.scrapers.extract.test_text import CARDS, HEAD
from tests.tables import rows

OWN = '<p class="price">£425,000</p><p>3 beds</p><p>Floor area: 142 m²</p>'


@rows(
    ("url", "html", "kind"),
    [
        (URL, document(head=jsonld(LISTING)), "detail"),
        (URL, document(next_data({"listing": HOME, "similar": [ELM]})), "detail"),
        (URL, document(NAV + HEAD + OWN + FOOTER), "detail"),
        (URL, document(HEAD + OWN + CARDS), "detail"),
        (SEARCH, document(NAV + TILES + FOOTER), "index"),
        (f"{SEARCH}?page=2", document(NAV + TILES), "index"),
        (SEARCH, document(NAV + f"<h1>1 home for sale</h1><ul>{tile(3)}</ul>"), "index"),
        (SEARCH, document(NAV + "<h1>No results</h1><p>Try another town.</p>"), "empty"),
        (SEARCH, "", "empty"),
        (SEARCH, document("<h1>Access denied</h1>", title="Just a moment"), "blocked"),
        (SEARCH, document("<div id=app></div>", title="Pardon Our Interruption"), "blocked"),
        ("https://homes.example/about", document(NAV + "<h1>We sell homes since 1998</h1>"), "other"),
        (URL, document(NAV + HEAD + OWN + "<p>I am not a robot</p>",
                       head=jsonld(LISTING)), "detail"),
    ],
    ids=["json-ld", "hydration", "text", "text with similar homes", "cards", "second page", "a single card",
         "no results", "nothing", "challenge", "interruption", "about us", "form with a captcha"],
)  # fmt: skip
def test_page_kinds(url: str, html: str, kind: str) -> None:
    assert page_kind(Page(html, url)) == kind


def test_a_saved_page_is_identified_by_its_canonical_url() -> None:
    own = f'<link rel="canonical" href="{URL}">'
    agent = '<div><a href="/agents/ann-lee_3238611"><img src="/a.jpg"><b>Ann Lee</b> £1</a></div>'
    html = document(NAV + HEAD + OWN + agent, head=own)
    assert page_kind(Page(html, "http://127.0.0.1:8080/saved.html")) == "detail"
