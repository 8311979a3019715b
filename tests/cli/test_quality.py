"""The quality report in each of its forms: printed, as Markdown, and as one page of HTML."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from cli.encoding import degrade
from cli.views.quality.markdown import markdown_of
from cli.views.quality.page import Code, Page, Section, Table
from tests.catalogue import Catalogue, homes, without
from tests.catalogue import home as listing
from tests.cli.conftest import Cli, Command
from tests.cli.sessions import other_source, today
from tests.cli.test_program import named, refused

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\x1b[2J\u202e</style>`|*_[a](javascript:x)'


async def troubled(acme: Catalogue) -> str:
    """A session with a bit of everything that a report tells of; its id."""
    await acme.run(homes(30), day=today() - 1)
    rows = [without(each, "price") for each in homes(30)]
    rows += [
        listing(31, bedrooms=400),
        listing(32, latitude=19.4, longitude=-99.1),
        listing(33, bathrooms="a few"),
    ]
    return str((await acme.run(rows, day=today())).session_id)[:8]


async def hostile(acme: Catalogue) -> None:
    """A session with markup and control characters wherever a source may write."""
    fields = dict.fromkeys(
        ("title", "description", "address", "city", "neighborhood", "agent_name", "property_type"), EVIL
    )
    rows = [listing(n, **fields, bedrooms=400 if n % 2 else EVIL) for n in range(1, 31)]
    rows[3]["description"] = EVIL + "x" * 1_000_000
    await acme.run([*rows, listing(4, title=EVIL)], day=today())


def page(file: Path) -> LexborHTMLParser:
    return LexborHTMLParser(file.read_text(encoding="utf-8"))


async def test_the_first_thing_printed_is_what_to_do_with_a_command_that_runs(
    acme: Catalogue, cli: Cli, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fits a terminal of 80 columns, and each command can be pasted."""
    session = await troubled(acme)
    monkeypatch.setenv("COLUMNS", "80")
    printed = (await cli("quality-report")).stdout
    lines = printed.splitlines()
    assert lines[2] == "What to do first"
    assert lines[4].startswith("1. price is empty in 30 of 33 rows; it was filled in 100 % until")
    assert f"next: property-manager quarantine list --session-id {session}" in printed
    assert max(len(line) for line in lines if "next:" not in line and not line.startswith("Quality")) <= 80
    assert [why for each in named(printed) if (why := refused(command, each))] == []


async def test_a_terminal_without_blocks_gets_bars_of_ascii(
    acme: Catalogue, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    await troubled(acme)
    monkeypatch.setattr("cli.views.quality.terminal.can_draw", lambda: False)
    printed = (await cli("quality-report")).stdout
    assert re.search(r"title +#{12} 100%", printed)
    assert "█" not in printed
    degrade()


async def test_the_page_is_whole_by_itself(acme: Catalogue, cli: Cli, tmp_path: Path) -> None:
    """Nothing is loaded and nothing runs; headings, captions and scopes are there for those who listen."""
    await troubled(acme)
    file = tmp_path / "report.html"
    ended = await cli("quality-report", "--html", str(file))
    assert ended.exit_code == 0 and ended.stdout.endswith(f"Wrote the report to {file}.\n")
    tree = page(file)
    assert tree.css_first("html").attributes["lang"] == "en"
    assert tree.css("script, iframe, object, embed, link, img, form") == []
    assert "default-src 'none'" in tree.css_first("meta[http-equiv]").attributes["content"]
    assert [node.text() for node in tree.css("h1")] == ["Quality of acme"]
    assert tree.css_first("ol.advice > li h3").text().startswith("price is empty in 30 of 33 rows")
    assert "property-manager" in tree.css_first("ol.advice > li .next code").text()
    for table in tree.css("table"):
        assert table.css_first("caption").text().strip()
        assert all(head.attributes["scope"] in ("col", "row") for head in table.css("th"))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {node.attributes["aria-labelledby"] for node in tree.css("main [aria-labelledby]")} <= {
        *ids,
        "map-title map-text",
    }
    assert tree.css_first("figure.map svg").attributes["role"] == "img"
    assert len(tree.css("figure.map circle.city")) >= 30
    assert len(tree.css("figure.map > svg > path.fault")) == 1
    assert {node.attributes["href"] for node in tree.css("nav a")} <= {f"#{each}" for each in ids}


async def test_what_a_source_wrote_never_acts(acme: Catalogue, cli: Cli, tmp_path: Path) -> None:
    """Markup is text on the page and in Markdown; control characters are shown, there and in a terminal."""
    await hostile(acme)
    file = tmp_path / "report.html"
    await cli("quality-report", "--html", str(file))
    text = file.read_text(encoding="utf-8")
    tree = LexborHTMLParser(text)
    assert tree.css("script, img, iframe") == []
    assert len(tree.css("style")) == 1
    assert [name for node in tree.css("*") for name in node.attributes if name.startswith("on")] == []
    assert [node for node in tree.css("[href]") if "script" in (node.attributes["href"] or "")] == []
    assert "<script>alert(1)" in tree.body.text()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
    assert file.stat().st_size < 500_000

    markdown = (await cli("quality-report", "--format", "markdown")).stdout
    assert "\x1b" not in markdown and "\u202e" not in markdown
    outside_code = re.sub(r"(`+) .*? \1|`[^`]*`", "", markdown)
    assert "<script" not in outside_code and "](javascript" not in outside_code
    printed = (await cli("quality-report")).stdout
    assert "\x1b" not in printed and "\u202e" not in printed


def test_a_cell_of_markdown_ends_where_it_ends() -> None:
    """A bar, a backtick or a line break of the source's makes no cell, no code and no row of its own."""
    tables = [Table("T", ("name", "wrote"), [("a|b", Code("x`|`y\nz"))])]
    drawn = markdown_of(Page("t", "s", [], [], "Fine.", [Section("k", "K", [], tables)], "f"))
    assert "| a\\|b | `` x`\\|`y\\nz `` |" in drawn.splitlines()


async def test_the_document_is_whole_and_goes_with_a_page(acme: Catalogue, cli: Cli, tmp_path: Path) -> None:
    session = await troubled(acme)
    file = tmp_path / "report.html"
    document = (await cli("quality-report", "--json", "--html", str(file))).document
    assert file.exists()
    assert document["session_id"].startswith(session)
    first = document["recommendations"][0]
    assert set(first) == {"kind", "harm", "problem", "cause", "fix", "next_step", "field"}
    assert document == (await cli("quality-report", "--json")).document | {
        "hours_since_end": document["hours_since_end"]
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--json --html -", "stdout is where the HTML goes"),
        ("--json --format markdown", "stdout is where the Markdown goes"),
        ("--html x.html --format markdown", "are two forms of one report"),
    ],
)
def test_two_documents_on_one_output_are_refused(command: Command, options: str, said: str) -> None:
    ended = command("quality-report", *shlex.split(options))
    assert ended.exit_code == 2
    assert said in ended.stdout + ended.stderr


async def test_a_page_on_stdout_has_nothing_beside_it(acme: Catalogue, cli: Cli) -> None:
    await troubled(acme)
    ended = await cli("quality-report", "--html", "-")
    assert ended.stdout.startswith("<!doctype html>") and ended.stdout.endswith("</html>")


async def test_a_file_is_replaced_whole_and_one_that_cannot_be_is_named(
    acme: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    """A folder that does not exist, a folder in its place and a link are said in a sentence."""
    await troubled(acme)
    file = tmp_path / "report.html"
    file.write_text("before")
    assert (await cli("quality-report", "--html", str(file))).exit_code == 0
    assert file.read_text().startswith("<!doctype html>")
    (tmp_path / "link.html").symlink_to(file)
    for wrong in (tmp_path / "no" / "report.html", tmp_path, tmp_path / "link.html"):
        ended = await cli("quality-report", "--html", str(wrong))
        assert ended.exit_code != 0
        assert str(wrong) in ended.stderr and "Traceback" not in ended.stderr


async def test_the_catalogue_is_a_page_too_and_fails_where_a_threshold_is_missed(
    acme: Catalogue, cli: Cli, command: Command, tmp_path: Path
) -> None:
    """The worst source leads, with the reason and the command; the exit code is that of the checks."""
    other = await other_source(acme, "other")
    await acme.run(homes(5), day=today())
    await other.run([without(each, "price", "address") for each in homes(5)], day=today())
    file = tmp_path / "catalogue.html"
    ended = await cli("quality-checks", "--html", str(file))
    assert ended.exit_code == 1
    tree = page(file)
    assert tree.css_first("h1").text() == "Quality of the catalogue"
    first = tree.css_first("ol.advice > li")
    assert first.css_first("h3").text() == "other: completeness is 0.7, below 0.85 (the usual one)."
    assert first.css_first("code").text() == "property-manager quality-report --source other"
    assert [head.text() for head in tree.css("#sources tbody th")] == ["other", "acme"]
    markdown = await cli("quality-checks", "--format", "markdown")
    assert markdown.exit_code == 1
    assert markdown.stdout.startswith("# Quality of the catalogue\n")
    printed = (await cli("quality-checks")).stdout
    assert [why for each in named(printed) if (why := refused(command, each))] == []


async def test_a_source_sets_its_thresholds_in_its_file(cli: Cli, home: Path, tmp_path: Path) -> None:
    """From the file by an import to the check, which says where its threshold came from."""
    folder = home / "sources"
    folder.mkdir(parents=True)
    (folder / "thin.toml").write_text('name = "thin"\n[quality]\ncompleteness = 0.3\n')
    (tmp_path / "thin.csv").write_text("property_id,title,price\nA1,Casa uno,100000\nA2,Casa dos,120000\n")
    imported = await cli("import", "--file", str(tmp_path / "thin.csv"), "--source", "thin")
    assert imported.exit_code == 0, imported.stderr
    ended = await cli("quality-checks", "--source", "thin", "--json")
    checks = {each["name"]: each for each in ended.document["checks"]}
    found = checks["completeness"]
    assert (found["threshold"], found["origin"], found["passed"]) == (0.3, "source", True)
    assert checks["errors"]["origin"] == "default"
    assert "its file sets completeness 0.3" in (await cli("quality-checks", "--source", "thin")).stdout

    (folder / "thin.toml").write_text('name = "thin"\n[quality]\ncompletness = 0.3\n')
    wrong = await cli("import", "--file", str(tmp_path / "thin.csv"), "--source", "thin")
    assert wrong.exit_code == 2
    assert "thin.toml, line 3: quality.completness" in wrong.stderr
