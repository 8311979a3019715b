"""The ids of a scrape, settled over all its pages together before the session ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from config.source import Source
from database.handle import Database
from scrapers.ids import Choice, Rule, Seen, choose
from scrapers.ids.choose import candidates, survey
from services.staging.writer import SessionWriter

_LEAST_PAGES: Final = 3
"""A rule is remembered once it has told this many pages apart."""


@dataclass(frozen=True, slots=True)
class NamedPages:
    """How the listings of a scrape got their ids; `instead_of` is the source's rule until now."""

    rule: str
    instead_of: str | None = None
    is_new: bool = False
    proposed: Rule | None = None
    """The rule that fits the source better than its own; what it would change is planned, not done."""
    plan_id: UUID | None = None
    """The plan of ids that waits to be approved; None where it would change none, or make two homes one."""
    moves: int = 0
    """The listings that would get another id by it."""
    unused: str | None = None
    """The rule of the source's file, and why it is not followed; None where it is, or is proposed."""


async def name_pages(
    database: Database, writer: SessionWriter, source: Source, *, learn: bool
) -> NamedPages | None:
    """Choose the rule by which this session's pages have their ids, and give them these ids.

    With `learn` the rule is remembered with the source, unless it has another one by which its listings got
    their ids: then the new one is proposed. A source whose recipe says what the id is has no
    rule; neither has a session without pages.
    """
    if source.recipe is not None and source.recipe.get("id"):
        return None
    await writer.flush()
    rows = await database.rows("pages_to_name", writer.session_id)
    if not rows:
        return None
    pages = [_seen(row) for row in rows]
    remembered = await database.value("id_rule", source.name)
    declared = None if source.id_rule is None else Rule.parsed(source.id_rule)
    previous = declared if remembered is None else Rule.model_validate(remembered)
    values = {value for rule in candidates(pages, previous) for page in pages if (value := rule.read(page))}
    shown = {row["property_id"] for row in await database.rows("ids_shown", source.name, sorted(values))}
    choice = choose(pages, previous, shown)
    enough = learn and len(pages) >= _LEAST_PAGES
    wanted = _wanted(choice, pages, declared) if enough and previous is not None else None
    proposed = await _proposed(database, source, wanted)
    learned = choice.rule if enough and proposed != choice.rule else None
    await _store(writer, rows, choice, learned)
    return NamedPages(
        str(choice.rule),
        None if choice.instead_of is None else str(choice.instead_of),
        is_new=learned is not None and remembered is None,
        proposed=proposed,
        unused=_unused(choice, pages, declared, proposed) if enough else None,
    )


def _unused(choice: Choice, pages: list[Seen], declared: Rule | None, proposed: Rule | None) -> str | None:
    if declared is None or declared in (choice.rule, proposed):
        return None
    fits = any(each.rule == declared and each.fit for each in survey(pages, declared))
    why = "a plan of it was discarded" if fits else "it does not tell these homes apart"
    return f"{declared}: {why}"


def _wanted(choice: Choice, pages: list[Seen], declared: Rule | None) -> Rule | None:
    """The rule that is better than the source's: that of its file if it tells these pages apart."""
    if declared is not None and any(each.rule == declared and each.fit for each in survey(pages, declared)):
        return None if declared == choice.rule else declared
    return choice.rule if choice.instead_of is not None else choice.better


async def _proposed(database: Database, source: Source, rule: Rule | None) -> Rule | None:
    """The rule to propose instead of the source's; none that its user has decided against."""
    if rule is None or await database.value("rule_was_discarded", source.name, rule.as_json()):
        return None
    return rule


async def _store(writer: SessionWriter, rows: list[Any], choice: Choice, learned: Rule | None) -> None:
    renamed = [
        (row["row_no"], name)
        for row, name in zip(rows, choice.ids, strict=True)
        if row["property_id"] != name
    ]
    await writer.name_pages(
        [number for number, _ in renamed],
        [name for _, name in renamed],
        str(choice.rule),
        None if learned is None else learned.as_json(),
    )


def _seen(row: Any) -> Seen:
    facts = {name: value for name, value in row.items() if name not in ("row_no", "source_url", "stated")}
    return Seen(row["source_url"], row["stated"] or {}, facts, row["known"])
