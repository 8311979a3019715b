"""From a site or a file that breaks to a report that names the cause and the command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.sites import Site, index

HOMES = range(1, 25)
RECIPE = """
name = "ceibas"
hosts = ["127.0.0.1"]
country = "MX"
currency = "MXN"
requests_per_second = 50
[removal]
hours_apart = 0
[recipe.fields]
title = "h1"
price = ".precio"
city = ".ciudad"
"""


def page(number: int, price: str) -> str:
    return (
        f"<html><head><title>Casa {number}</title></head><body><h1>Casa {number} en Progreso</h1>"
        f'{price.format(1_000_000 + number * 1_000)}<p class="ciudad">Progreso</p></body></html>'
    )


def fill(site: Site, price: str) -> None:
    """The site with its prices in this element."""
    paths = [f"/inmueble/casa-{5000 + number}" for number in HOMES]
    site.pages = {"/casas": index(paths)} | {
        path: page(number, price) for path, number in zip(paths, HOMES, strict=True)
    }


async def test_a_site_that_moves_its_prices_is_found_out_by_the_first_line(cli: Cli, home: Path) -> None:
    """The price's selector matches nothing any more: the report says so, and its command tries a page."""
    (home / "sources").mkdir(parents=True)
    (home / "sources" / "ceibas.toml").write_text(RECIPE)
    async with Site.up() as site:
        scrape = ("scrape", "--url", f"{site.base}/casas", "--source", "ceibas", "--allow-private")
        fill(site, '<p class="precio">$ {:,}</p>')
        assert (await cli(*scrape)).exit_code == 0
        fill(site, '<p data-importe="{}"></p>')
        await cli(*scrape)

        first = (await cli("quality-report", "--source", "ceibas", "--json")).document["recommendations"][0]
        assert (first["kind"], first["field"]) == ("field_lost", "price")
        assert first["problem"].startswith("price is empty in 24 of 24 rows; it was filled in 100 % until")
        assert "The selector `.precio` of the recipe has matched nothing since" in first["cause"]
        assert first["next_step"] == (
            f"scrape --url {site.base}/casas --source ceibas --allow-private --max-pages 1 --dry-run"
        )
        # the repair, tried as the report says
        (home / "sources" / "ceibas.toml").write_text(
            RECIPE.replace(".precio", "[data-importe]@data-importe")
        )
        assert (await cli("sources", "resume", "ceibas")).exit_code == 0  # the lost field had paused it
        await cli(*first["next_step"].split())
        again = (await cli("quality-report", "--source", "ceibas", "--json")).document
        assert "price" not in [each["field"] for each in again["recommendations"]]


def write(file: Path, price: str) -> None:
    rows = "".join(f"P-{n},Casa {n},Progreso,{1_000_000 + n * 1_000}\n" for n in HOMES)
    file.write_text(f"property_id,title,city,{price}\n{rows}", encoding="utf-8")


async def test_a_file_that_renames_a_column_is_found_out_with_the_column_that_is_new(
    cli: Cli, tmp_path: Path
) -> None:
    mapping = tmp_path / "maya.toml"
    mapping.write_text(
        'id = "property_id"\n[fields]\ntitle = "title"\ncity = "city"\nprice = "price"\n', encoding="utf-8"
    )
    for name, price in (("monday.csv", "price"), ("tuesday.csv", "Asking price")):
        write(tmp_path / name, price)
        done = await cli(
            *("import", "--file", str(tmp_path / name), "--source", "maya", "--mapping", str(mapping)),
            "--complete",
        )
    assert done.exit_code == 3, "the guard holds what would lose its prices"

    report = (await cli("quality-report", "--source", "maya", "--json")).document
    kinds = [each["kind"] for each in report["recommendations"]]
    assert kinds[:2] == ["field_lost", "held"]
    first = report["recommendations"][0]
    assert "The file has no column 'price' since this session" in first["cause"]
    assert first["cause"].endswith("; no field is read from Asking price.")
    assert first["next_step"].startswith("import --suggest ")
