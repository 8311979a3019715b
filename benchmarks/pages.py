"""`python -m benchmarks.pages`: processor time to read one saved page, beside that of parsing it alone."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from benchmarks.cells import least
from config.source import Source
from scrapers.extract.kind import Kind, page_kind
from scrapers.extract.listing import extract_listing
from scrapers.extract.page import Page

PAGES: Final = Path(__file__).parent.parent / "tests" / "pages"
_SOURCE: Final = Source(name="homes", country="US")
_URL: Final = "https://homes.example/listing/12345"
_KINDS: Final[dict[str, Kind]] = {
    "detail": "detail",
    "index": "index",
    "challenge": "blocked",
    "no": "empty",
}
"""What a page is, by the first word of its file's name."""
_TIMES: Final = 3


def saved() -> dict[str, str]:
    """The saved pages by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.html"))}


def check(pages: dict[str, str]) -> None:
    """Raise ValueError unless every page is of its kind, and every listing has a price."""
    for name, html in pages.items():
        page = Page(html, _URL)
        kind = page_kind(page)
        if kind != _KINDS[name.split("_")[0]]:
            raise ValueError(f"{name} is read as {kind}")
        if kind == "detail" and not extract_listing(page, _SOURCE).raw.get("price"):
            raise ValueError(f"{name} is read without its price")


def ours(html: str) -> None:
    """Tell a page's kind, and read its listing if it has one."""
    for _ in range(_TIMES):
        page = Page(html, _URL)
        if page_kind(page) == "detail":
            extract_listing(page, _SOURCE)


def peer(html: str) -> None:
    """Parse a page and take its text: the least that any reader does."""
    for _ in range(_TIMES):
        body = LexborHTMLParser(html).body
        if body is not None:
            body.text()


def measured(rounds: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of processor time a page, ours and the peer's: the least of the rounds, taken in turn."""
    pages = saved()
    check(pages)
    runs = {f"ours {name}": partial(ours, html) for name, html in pages.items()}
    runs |= {f"peer {name}": partial(peer, html) for name, html in pages.items()}
    best = least(runs, rounds)
    return {
        name: (best[f"ours {name}"] / _TIMES * 1e3, best[f"peer {name}"] / _TIMES * 1e3) for name in pages
    }


def main() -> None:
    """Print one line for each page, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    found = measured(parser.parse_args().rounds)
    found["all"] = (sum(ours for ours, _ in found.values()), sum(peer for _, peer in found.values()))
    for name, (cost, least_cost) in found.items():
        print(f"{name:20} {cost:7.2f} ms {cost / least_cost:7.1f} × parsing alone")


if __name__ == "__main__":
    main()
