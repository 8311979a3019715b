"""Advice on fields: filled before and empty now, never filled, filled with what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.reports.quality.advice.words import (
    many,
    of_rows,
    percent,
    quoted,
    read_again,
    session_of,
    share_of,
    when,
)
from services.reports.quality.model import LostField, QualityReport, Recommendation
from services.results import UnreadField

_LEAST: Final = 0.3
"""How much a field matters that has no weight in completeness; those that have one matter more."""
_OF_PRICE: Final = ("currency", "price_period", "price_max", "price_note", "offers", "price_per_m2")
_READ_OUT_OF: Final = {
    **dict.fromkeys(_OF_PRICE, "price"),
    "half_bathrooms": "bathrooms",
    "longitude": "latitude",
}
"""Fields that are read out of another's cell, or with it: what is wrong with that one is wrong with them."""
_MENDED: Final = {
    "coordinates_swapped": "Swap latitude and longitude in the mapping or the recipe.",
    "coordinates_mirrored": "Correct the sign in the mapping or the recipe: west and south are negative.",
}


def field_advice(report: QualityReport) -> Iterator[Recommendation]:
    """What is wrong with the columns of a session."""
    lost = {each.field for each in report.lost}
    for each in report.lost:
        if _READ_OUT_OF.get(each.field) not in lost:
            yield _lost(report, each)
    yield from _never(report)
    unread = {each.field: each.unreadable + each.doubtful for each in report.unread}
    for field in report.unread:
        if unread[field.field] and unread.get(_READ_OUT_OF.get(field.field, "")) != unread[field.field]:
            yield _unread(report, field)


def _matters(report: QualityReport, field: str) -> float:
    weight = next((each.weight for each in report.fields if each.field == field), 0.0)
    return min(1.0, _LEAST + 3.5 * weight)


def _empty(report: QualityReport, field: str) -> int:
    filled = next((each.filled for each in report.fields if each.field == field), 0)
    return report.rows - filled


def _lost(report: QualityReport, lost: LostField) -> Recommendation:
    since = "this session" if lost.since_session == report.session_id else "the session"
    problem = (
        f"{lost.field} is empty in {of_rows(_empty(report, lost.field), report.rows)}; it was filled in "
        f"{percent(lost.share_before)} until {when(lost.last_at)}."
    )
    cause, fix = _why_lost(report, lost, f"{since} of {when(lost.since_at)}")
    harm = (lost.share_before - lost.share) * _matters(report, lost.field)
    return Recommendation("field_lost", harm, problem, cause, fix, read_again(report), lost.field)


def _why_lost(report: QualityReport, lost: LostField, since: str) -> tuple[str, str]:
    unread = next((each for each in report.unread if each.field == lost.field), None)
    if unread is not None and unread.unreadable + unread.doubtful > report.rows * lost.share:
        return (
            f"Its cells are there and cannot be read since {since}: {_first_cell(unread)}.",
            "See how the source writes it now, and say so in the mapping or the recipe.",
        )
    if lost.field in report.columns_gone:
        gone = report.columns_gone[lost.field]
        has = f"; no field is read from {', '.join(report.unmapped[:5])}" if report.unmapped else ""
        return (
            f"The file has no column {gone} since {since}{has}.",
            "Name its new column in the mapping, and import the file again.",
        )
    if lost.field in report.selectors:
        selector = report.selectors[lost.field]
        return (
            f"The selector `{selector}` of the recipe has matched nothing since {since}.",
            "Correct the selector in the source's file, and try it on one page.",
        )
    if lost.evidence is not None and report.kind != "import":
        return (
            f"It was read from {lost.evidence}, where nothing has stood since {since}.",
            "See where the page shows it now; a recipe in the source's file can name that place.",
        )
    if report.kind == "import" and report.columns:
        has = f"; no field is read from {', '.join(report.unmapped[:5])}" if report.unmapped else ""
        return (
            f"The file has its column, with nothing in these rows since {since}{has}.",
            "Ask who makes the file; if another column has it now, name that one in the mapping.",
        )
    return f"The source has not said it since {since}.", "Compare what was read with the source."


def _never(report: QualityReport) -> Iterator[Recommendation]:
    """The weighted fields that nothing ever filled, as one: those that were filled before are lost."""
    lost = {each.field for each in report.lost}
    weights = {each.field: each.weight for each in report.fields}
    names = [name for name in report.never_filled if weights[name] and name not in lost]
    if not names or not report.rows:
        return
    weight = sum(weights[name] for name in names)
    imported = report.kind == "import"
    also = f" No field is read from {', '.join(report.unmapped[:5])}." if report.unmapped else ""
    yield Recommendation(
        "field_never_filled",
        0.6 * min(1.0, 0.2 + 2 * weight),
        f"{_listed(names)} {many(len(names), 'is', 'are')} empty in all {report.rows:,} rows, and "
        f"{many(len(names), 'weighs', 'weigh')} {percent(weight)} in completeness.",
        f"No column of the file is mapped to {many(len(names), 'it', 'them')}, or it is empty.{also}"
        if imported
        else f"No element of a page was taken for {many(len(names), 'it', 'them')}, in "
        f"{many(len(report.history), 'this session', f'any of the last {len(report.history)} sessions')}.",
        "Map a column to each, or set a value for the whole file."
        if imported
        else "If the pages show it, say where in the recipe of the source's file.",
        read_again(report),
        names[0] if len(names) == 1 else None,
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _unread(report: QualityReport, unread: UnreadField) -> Recommendation:
    cells = unread.unreadable + unread.doubtful
    what = " or is ".join(
        text
        for text, count in (("cannot be read", unread.unreadable), ("doubtful", unread.doubtful))
        if count
    )
    if not unread.unreadable:
        what = "is doubtful"
    slip = _slip(unread)
    return Recommendation(
        slip or "unread",
        share_of(cells, report.rows) * _matters(report, unread.field),
        f"{unread.field} {what} in {of_rows(cells, report.rows)}: {_first_cell(unread)}.",
        f"{_why(unread)}.",
        _MENDED.get(slip or "")
        or "Say in the mapping or the recipe how the source writes it; doubtful values are not applied.",
        f"session-details --session-id {session_of(report)} --unread",
        unread.field,
    )


def _slip(unread: UnreadField) -> str | None:
    """What made a place doubtful: its numbers are swapped, or one lacks a sign."""
    whys = " ".join(each.why for each in unread.examples)
    if unread.field not in ("latitude", "gps_coordinates"):
        return None
    if "swapped" in whys or any(_beyond_poles(each.text) for each in unread.examples):
        return "coordinates_swapped"
    return "coordinates_mirrored" if "another sign" in whys else None


def _beyond_poles(text: str | None) -> bool:
    try:
        return 90 < abs(float((text or "").split(",")[0])) <= 180
    except ValueError:
        return False


def _first_cell(unread: UnreadField) -> str:
    shown = [quoted(each.text) for each in unread.examples if each.text is not None]
    return ", ".join(dict.fromkeys(shown)) or "no text"


def _why(unread: UnreadField) -> str:
    whys = list(dict.fromkeys(each.why for each in unread.examples if each.kind != "missing"))
    text = "; ".join(whys) or "No reason was recorded"
    readings = next((each.readings for each in unread.examples if each.readings), ())
    also = f" (it may stand for {' or '.join(readings)})" if readings else ""
    return f"{text[:1].upper()}{text[1:]}{also}"
