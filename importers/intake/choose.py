"""Chooses the mapping of an input: the named one, or a proposal that is certain enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from config.errors import RefusedError
from importers import NotAListingFileError, ReadOptions, Rows
from importers.intake.inputs import Input
from importers.intake.sample import read_ahead, readable
from importers.mapping import Mapping, Suggestion, load_mapping, suggest
from importers.mapping.guess import ColumnGuess
from importers.mapping.suggest import CERTAIN

_PROPOSED_FROM: Final = 5_000
"""Rows that a proposal is made from; so many show whether an id repeats."""

LIKELY: Final = 0.6
"""Columns with less confidence stay unmapped in a proposal that is used without review (0..1)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A mapping, and why it is used if the user did not name it."""

    mapping: Mapping
    note: str | None = None


async def choose_mapping(
    given: Input, named: str | None, *, sheet: str | None, folders: Sequence[Path] = ()
) -> Chosen:
    """Return the mapping to read with. Raises RefusedError if none was named and none is certain."""
    if named is not None:
        return Chosen(load_mapping(named, folders=folders))
    proposal, _ = await propose(given, sheet=sheet)
    if not proposal.columns:
        raise NotAListingFileError(f"{given.name} is empty", next_step="give a file with a header and rows")
    if proposal.shipped is not None:
        return Chosen(
            load_mapping(proposal.shipped, folders=folders),
            f"The columns are those of the shipped mapping {proposal.shipped}, which was used.",
        )
    if doubts := _doubts(proposal):
        raise RefusedError(
            f"{given.name} was not read: no mapping was given, and {'; '.join(doubts)}",
            next_step=f"import --suggest {given.where}, check the mapping, then import with --mapping",
        )
    certain = ", ".join(
        f"{target} ← {guess.column!r} ({guess.confidence:g})"
        for target in ("title", "price")
        if (guess := _guess(proposal, target)) is not None
    )
    identity = proposal.ids[0]
    likely = {guess.target for guess in proposal.mapped if guess.confidence >= LIKELY}
    fields = {target: cell for target, cell in proposal.mapping.fields.items() if target in likely}
    return Chosen(
        proposal.mapping.model_copy(update={"fields": fields}),
        f"No mapping was given; a proposed one was certain enough: "
        f"id ← {identity.name} ({identity.confidence:g}), {certain}.",
    )


def read_options(mapping: Mapping, *, sheet: str | None) -> ReadOptions:
    """Return the reading options that the mapping states; `sheet` overrides its sheet."""
    stated = mapping.options
    return ReadOptions(
        encoding=stated.encoding,
        delimiter=stated.delimiter,
        skip_rows=stated.skip_rows,
        sheet=sheet or (None if stated.sheet is None else str(stated.sheet)),
        rows=mapping.rows,
        neutralised=stated.neutralised,
        drop_if_blank=stated.drop_if_blank,
        drop_if=stated.drop_if,
    )


async def propose(given: Input, *, sheet: str | None) -> tuple[Suggestion, Rows]:
    """Propose a mapping from the headers and first rows; also return the rows as far as they were read."""
    async with given.open(ReadOptions(sheet=sheet)) as rows:
        first, _ = await read_ahead(rows, _PROPOSED_FROM)
        stem = given.name.partition(".")[0] or given.name
        base = given.where if given.host is not None and given.reso is None else None
        proposal = suggest(rows.columns, readable(first), name=stem, base=base)
        if place := rows.dialect.get("rows"):  # so that a day with one listing, or none, is read alike
            proposal = replace(proposal, mapping=proposal.mapping.model_copy(update={"rows": place}))
        return proposal, rows


def _guess(proposal: Suggestion, target: str) -> ColumnGuess | None:
    return next((guess for guess in proposal.mapped if guess.target == target), None)


def _doubts(proposal: Suggestion) -> list[str]:
    """Return why the proposal cannot be used without review."""
    found = []
    if not proposal.ids:
        found.append("no column is unique enough to be the id")
    elif proposal.ids[0].confidence < CERTAIN:
        first = proposal.ids[0]
        found.append(f"the id is not certain ({first.name}, {first.confidence:g})")
    guesses = [guess for guess in proposal.mapped if guess.target in ("title", "price")]
    if not guesses:
        found.append("no column is certain to be the title or the price")
    if all(guess.target != "price" for guess in guesses):
        found += [
            f"{guess.column!r} is {guess.why}" for guess in proposal.columns if guess.perhaps == "price"
        ]
    found += [
        f"{guess.target} is not certain ({guess.column!r}, {guess.confidence:g})"
        for guess in guesses
        if guess.confidence < CERTAIN
    ]
    return found
