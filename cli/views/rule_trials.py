"""What a rule would find in live and in sessions."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, short
from cli.views.rules import settings

if TYPE_CHECKING:
    from services.reports.rule_trials import Trial

Tried = tuple[Mapping[str, Any], Sequence["Trial"]]


def render_trials(tried: Sequence[Tried], limit: int) -> Result:
    """Each rule, where it was tried and what it would find, with examples; 1 as exit code if one failed."""
    text: list[object] = []
    for rule, trials in tried:
        text.extend(_rule_lines(rule, trials, limit))
    troubled = any(each.problem or each.raised for _, trials in tried for each in trials)
    document = {"trials": [_document(rule, trials, limit) for rule, trials in tried]}
    return Result(document, text, exit_code=1 if troubled else 0)


def _document(rule: Mapping[str, Any], trials: Sequence[Trial], limit: int) -> dict[str, Any]:
    names = ("source", "session_id", "looked_at", "judged", "failing", "share", "raised", "problem")
    return {
        "rule": rule["name"],
        "config": rule["config"],
        "saved": "kind" not in rule,
        "places": [
            {
                **{name: getattr(each, name) for name in names},
                "rows": each.rows[:limit],
                "after": _after(each, limit),
            }
            for each in trials
        ],
    }


def _after(trial: Trial, limit: int) -> int | None:
    more = len(trial.rows) > limit and trial.session_id is not None
    return trial.rows[limit - 1].row_no if more else None


def _rule_lines(rule: Mapping[str, Any], trials: Sequence[Trial], limit: int) -> Iterator[object]:
    with_settings = settings(rule["config"])
    yield f"{rule['name']}{f' with {with_settings}' if with_settings else ''}; nothing was changed."
    columns = ["source", "rows of", "looked at", "judged", "failing", "share", "note"]
    yield table(columns, [_place(each) for each in trials])
    examples = [
        (each.source, short(each.session_id) if each.session_id else "live", row.row_no, row.property_id,
         row.raw, row.reason)
        for each in trials
        for row in each.rows[:limit]
    ]  # fmt: skip
    if examples:
        yield table(["source", "rows of", "row", "listing", "raw value", "why"], examples)
    for each in trials:
        after = _after(each, limit)
        if after is not None and "kind" not in rule:
            words = ["rules", "test", rule["name"], *_options(rule["config"]), "--session-id"]
            shown = [*words, short(each.session_id), "--limit", str(limit), "--after", str(after)]
            yield f"… more: {command(shlex.join(shown))}"
    if "kind" not in rule and rule["config"]:
        yield next_line(shlex.join(["rules", "set", rule["name"], *_options(rule["config"])]))


def _place(trial: Trial) -> tuple[object, ...]:
    share = "" if trial.share is None else f"{trial.share:.1%}"
    where = "live" if trial.session_id is None else f"session {short(trial.session_id)}"
    return (trial.source, where, trial.looked_at, trial.judged, trial.failing, share, _note(trial))


def _note(trial: Trial) -> str | None:
    if trial.problem is not None:
        return f"not tried to the end: {trial.problem}"
    if trial.raised is not None:
        first = trial.raised.first
        row = f"row {first['row_no']}" if first["row_no"] is not None else f"listing {first['property_id']}"
        return (
            f"it raised on {trial.raised.raised} of the first {counted(trial.raised.tried, 'row')}:"
            f" on {row} {first['reason']}"
        )
    if trial.judged == 0 and trial.looked_at:
        return "it judges none of these rows: see its conditions"
    return None


def _options(config: Mapping[str, Any]) -> Iterator[str]:
    """The options that say a configuration again."""
    flags = {"other_field": "--other", "values": "--value"}
    for name, value in config.items():
        flag = flags.get(name, f"--{name.replace('_', '-')}")
        if name == "when":
            for field, stated in value.items():
                for each in stated if isinstance(stated, list) else [stated]:
                    yield from (flag, f"{field}={each or ''}")
        elif isinstance(value, list):
            for each in value:
                yield from (flag, str(each))
        else:
            yield from (flag, "none" if value is None else str(value))
