"""Files that describe counties: listed, shown, tried and drafted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, red

if TYPE_CHECKING:
    from config.county.columns import Column
    from config.county.layout import AnyLayer, County
    from services.workflows.county_check import KindTrial, LayerTrial
    from services.workflows.county_draft import CountyDraft


def render_counties(counties: Sequence[tuple[County, Path]]) -> Result:
    """The described counties, with their files."""
    document = [
        {
            "county": county.name,
            "title": county.title,
            "state": county.state,
            "county_fips": county.county_fips,
            "layers": [layer.name for layer in county.layers],
            "path": str(path),
        }
        for county, path in counties
    ]
    rows = [
        [county.name, county.title or "", county.county_fips, str(len(county.layers)), str(path)]
        for county, path in counties
    ]
    return Result({"counties": document}, [table(["county", "title", "FIPS", "layers", "file"], rows)])


def render_county(county: County) -> Result:
    """One county's description."""
    return Result(county.model_dump(mode="json", exclude_none=True), list(_county_lines(county)))


def render_check(county: County, trials: Sequence[LayerTrial], which: str) -> Result:
    """What the layers of a county gave; exit code 1 where one does not hold."""
    holds = all(trial.holds for trial in trials)
    layers = [{**asdict(trial), "holds": trial.holds} for trial in trials]
    document = {"success": holds, "county": county.name, "layers": layers}
    return Result(document, list(_check_lines(county, trials, which)), 0 if holds else 1)


def render_draft(draft: CountyDraft, path: Path, named: str) -> Result:
    """A drafted file, and how to go on."""
    document = {
        "success": True,
        "path": str(path),
        "type": draft.type,
        "rows": draft.rows,
        "kinds": draft.kinds,
        "unused": draft.unused,
    }
    return Result(document, list(_draft_lines(draft, path, named)))


def _county_lines(county: County) -> Iterator[object]:
    yield f"{county.title or county.name}: {county.state}, FIPS {county.county_fips}, {county.time_zone}."
    rule = county.key.model_dump(mode="json", exclude_defaults=True)
    said = ", ".join(f"{name} {_value(value)}" for name, value in rule.items())
    yield f"Parcel ids: {said or 'as they are printed'}."
    for layer in county.layers:
        yield ""
        yield f"{layer.name} ({layer.type}): {layer.where}"
        yield from _facts(layer)
        for kind, columns in layer.kinds.items():
            rows = [[name, _source(column)] for name, column in columns.items()]
            yield table([kind, "from"], rows)


def _facts(layer: AnyLayer) -> Iterator[str]:
    if layer.title:
        yield layer.title
    said = [f"ids are {layer.key_order}"] if layer.key_order else []
    said += [f"loaded at {layer.schedule}"] if layer.schedule else []
    said += [] if layer.complete else ["shows a part of its kinds, so that nothing is missed in it"]
    said += [] if layer.checked else ["not checked yet against what is there"]
    if said:
        yield "; ".join(said)


def _source(column: Column) -> str:
    """What fills a field, in words: a column, several, or a value."""
    facts = column.model_dump(mode="json", exclude_defaults=True, exclude={"column", "columns"})
    names = (" or " if column.take == "first" else " and ").join(column.columns)
    said = [f"{name} {_value(value)}" for name, value in facts.items() if name != "take"]
    return ", ".join([*filter(None, (column.column, names)), *said])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key or 'blank'} = {meaning}" for key, meaning in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _check_lines(county: County, trials: Sequence[LayerTrial], which: str) -> Iterator[object]:
    yield f"{county.name}: the file is right; {counted(len(trials), 'layer')}."
    for trial in trials:
        yield ""
        if not trial.tried:
            yield f"{trial.layer} ({trial.type}): not asked, as it is on a server; --online asks it."
            continue
        yield from _trial_lines(trial)
    if all(trial.holds for trial in trials):
        yield next_line(f"county load {which} --dry-run")


def _trial_lines(trial: LayerTrial) -> Iterator[object]:
    rows = "" if trial.expected is None else f", {counted(trial.expected, 'row')}"
    yield f"{trial.layer} ({trial.type}): {trial.where}{rows}"
    if trial.error:
        yield red(trial.error)
        if trial.next_step:
            yield f"next: {trial.next_step}"
    yield from trial.warnings
    for kind in trial.kinds:
        yield from _kind_lines(kind, trial.columns)


def _kind_lines(kind: KindTrial, columns: Sequence[str]) -> Iterator[object]:
    if kind.missing:
        there = ", ".join(name for name in columns if not name.startswith("@"))
        yield red(f"{kind.kind}: the layer has no column {', '.join(kind.missing)}. It has {there}.")
    if not kind.rows:
        return
    yield f"{kind.kind}: {counted(kind.rows, 'row')} read, {kind.unusable} of them unusable."
    yield table(
        ["field", "filled"], [[name, f"{times} of {kind.rows}"] for name, times in kind.filled.items()]
    )
    yield from (f"  {finding}" for finding in kind.findings)


def _draft_lines(draft: CountyDraft, path: Path, named: str) -> Iterator[Any]:
    rows = "" if draft.rows is None else f" of {counted(draft.rows, 'row')}"
    yield f"A layer of type {draft.type}{rows}."
    for kind, fields in draft.kinds.items():
        yield table([kind, "from"], [[name, column] for name, column in fields.items()])
    if not draft.kinds:
        yield "No column has a name that says what it is: fill in the fields by hand."
    if draft.unused:
        yield f"Not used: {', '.join(draft.unused[:12])}{' …' if len(draft.unused) > 12 else ''}"
    yield f"Wrote {path}: look at it before you rely on it."
    yield f"to try it: {command(f'county check {named} --online')}"
