"""The rules of validation, and what one would find."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.program import command, next_line
from cli.render import Result, table
from cli.text import counted, short
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.reports.rules import Rule, Trial


def render_rules(rules: Sequence[Rule]) -> Result:
    """Rules, a line each; `found` counts the findings of the sessions that are kept."""
    rows = [
        (each.name, each.field, each.kind, _config(each.config), _severity(each), each.failed)
        for each in rules
    ]
    columns = ["rule", "field", "kind", "configuration", "severity", "found"]
    return Result({"rules": rules}, [table(columns, rows) if rows else "There are no rules."])


def render_rule(rule: Rule) -> Result:
    """One rule in full."""
    rows = [
        ("field", rule.field),
        ("kind", rule.kind),
        ("configuration", _config(rule.config)),
        ("severity", _severity(rule)),
        ("what it says", rule.description),
        ("version", rule.version),
        ("changed", format_time(rule.updated_at)),
        ("found", rule.failed),
    ]
    return Result(rule, [table(["rule", rule.name], rows)])


def render_set(rule: Rule) -> Result:
    """A rule that was changed."""
    line = f"{rule.name}, version {rule.version}: {_config(rule.config) or rule.kind}, {_severity(rule)}."
    return Result(rule, [line, "The next sync of each source checks every row by it."])


def render_trial(trial: Trial, config: Mapping[str, Any], *, more: bool) -> Result:
    """A page of the rows that a rule would fail, of how many, and how to get the next page."""
    after = trial.rows[-1].row_no if more else None
    settings = f" with {_config(config)}" if config else ""
    head = (
        f"{trial.rule}{settings} fails {trial.failing:,} of {counted(trial.looked_at, 'row')} "
        f"of session {short(trial.session_id)}; nothing was changed."
    )
    text: list[object] = [head]
    if trial.rows:
        rows = [(each.row_no, each.property_id, each.reason) for each in trial.rows]
        text.append(table(["row", "listing", "why"], rows))
    options = [word for name, value in config.items() for word in (f"--{name}", str(value))]
    if after is not None:
        words = ["rules", "test", trial.rule, *options, "--session-id", short(trial.session_id)]
        text.append(f"… more: {command(shlex.join([*words, '--after', str(after)]))}")
    if config:
        text.append(next_line(shlex.join(["rules", "set", trial.rule, *options])))
    return Result({**_document(trial), "config": config, "after": after}, text)


def _document(trial: Trial) -> dict[str, Any]:
    names = ("rule", "session_id", "failing", "looked_at", "rows")
    return {name: getattr(trial, name) for name in names}


def _severity(rule: Rule) -> str:
    return rule.severity if rule.active else f"{rule.severity}, off"


def _config(config: Mapping[str, Any]) -> str | None:
    """ "min 1,000, max 50,000,000" """
    told = [
        f"{name} {json.dumps(value) if isinstance(value, dict | list) else format_value(value)}"
        for name, value in config.items()
    ]
    return ", ".join(told) or None
