"""The walk of docs/sources.md is what its commands print, and each of its examples is a description."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.workflows.source_checks import source_faults
from services.workflows.source_files import parse_source
from tests.cli.conftest import Cli, cli, command, home, no_width, way
from tests.sites import Site

__all__ = ["cli", "command", "home", "no_width", "way"]

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
TEXT = PAGE.read_text(encoding="utf-8")
WALK, REFERENCE = TEXT.split("\n## What a file may say\n")
BLOCK = re.compile(r"^```(console|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOME = "/home/ana/.local/share/property-manager"
FETCHES = ("init", "check", "scrape")
STREETS = ("Ceiba", "Jacaranda", "Framboyán", "Almendro", "Tamarindo", "Roble", "Cedro", "Nogal")


def inmueble(number: int) -> str:
    """The page of one home."""
    street = STREETS[number]
    return (
        f'<html lang="es-MX"><body><h1>Casa en venta en calle {street}</h1>'
        f'<p class="precio">${2_150_000 + 75_000 * number:,} MXN</p>'
        f"<ul><li>Recámaras: {number % 3 + 2}</li><li>Baños: {number % 2 + 1}</li>"
        f"<li>Terreno: {180 + 10 * number} m²</li><li>Colonia: Las {street}s</li></ul>"
        f'<p class="lugar">Mérida</p></body></html>'
    )


def inmuebles(numbers: range) -> str:
    """A page of results; a button, which is no link, shows the next."""
    cards = "".join(
        f'<article class="ficha"><a href="/inmueble/TK-{101 + n}"><h2>Calle {STREETS[n]}</h2></a>'
        f"<p>${2_150_000 + 75_000 * n:,} MXN</p></article>"
        for n in numbers
    )
    return (
        '<html lang="es-MX"><body><nav><a href="/nosotros">Nosotros</a><a href="/vender">Vender</a>'
        f'<a href="/contacto">Contacto</a></nav><h1>Casas en venta</h1>{cards}<button>Ver más</button>'
    )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Eight homes on two pages, and a page without any after them."""
    async with Site.up() as up:
        pages = {1: range(5), 2: range(5, 8), 3: range(0)}
        up.pages |= {f"/inmuebles?page={number}": inmuebles(some) for number, some in pages.items()}
        up.pages["/inmuebles"] = inmuebles(range(5))
        up.pages |= {f"/inmueble/TK-{101 + number}": inmueble(number) for number in range(8)}
        yield up


def plain(text: str, site: Site, home: Path) -> list[str]:
    """What was printed, as the page shows it: another host, home and session, and no times."""
    text = text.replace(site.base, "https://ceibas.example").replace(str(home), HOME)
    text = re.sub(r"https?://(?:127\.0\.0\.1|ceibas\.exa)\S*…", "https://ceibas.exa…", text)
    text = text.replace("127.0.0.1", "ceibas.example")
    text = re.sub(r"\b[0-9a-f]{8}\b", "5c1f09a2", text)
    text = re.sub(r"(in|for) \d+(?:\.\d+)? s", r"\1 0.1 s", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?( UTC)?", "2026-12-01 11:30 UTC", text)
    lines = (re.sub(r"[ ─]{2,}", "  ", line).strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("requests_per_second")]


async def test_the_walk_prints_what_the_page_shows(site: Site, cli: Cli, home: Path) -> None:
    path = home / "sources" / "ceibas.toml"
    for kind, block in BLOCK.findall(WALK):
        if kind == "toml":
            drafted = path.read_text(encoding="utf-8")
            added = block.replace("https://ceibas.example", site.base)
            head, _, tables = drafted.partition("\n[pagination]")
            facts, _, recipe = added.partition("[recipe")
            path.write_text(f"{head}\n{facts}\n[pagination]{tables}\n[recipe{recipe}", encoding="utf-8")
            continue
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, expected = shown.partition("\n")
            _, *words = shlex.split(line.replace("https://ceibas.example", site.base))
            if line.startswith("cat "):
                printed = path.read_text(encoding="utf-8")
            else:
                allowed = ("--allow-private",) if set(words) & set(FETCHES) else ()
                ended = await cli(*words, *allowed)
                assert ended.exit_code == 0, ended
                printed = ended.stdout
            assert plain(printed, site, home) == plain(expected, site, home)


def test_each_example_is_a_description() -> None:
    examples = [block for kind, block in BLOCK.findall(REFERENCE) if kind == "toml"]
    assert len(examples) > 8
    for example in examples:
        facts = {"name": "ceibas", "start": ["https://ceibas.example/inmuebles"], **tomllib.loads(example)}
        source = parse_source(facts)
        assert list(source_faults(source)) == []
