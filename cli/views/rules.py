"""The rules of validation, what was changed of one, and the functions that one may call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted
from config.text import format_time, format_value

if TYPE_CHECKING:
    from services.reports.rules import Rule, RuleChange, RuleFunction

_DONE: Final = {
    "add_rule": "added",
    "change_rule": "changed",
    "enable_rule": "enabled",
    "disable_rule": "disabled",
    "remove_rule": "removed",
}


def render_rules(rules: Sequence[Rule]) -> Result:
    """Rules, a line each; `found` counts the findings of the sessions that are kept."""
    rows = [
        (each.name, each.field, each.kind, settings(each.config), _severity(each), each.failed)
        for each in rules
    ]
    columns = ["rule", "field", "kind", "configuration", "severity", "found"]
    return Result({"rules": rules}, [table(columns, rows) if rows else "There are no rules."])


def render_rule(rule: Rule) -> Result:
    """One rule in full."""
    rows = [
        ("field", rule.field),
        ("kind", rule.kind),
        ("configuration", settings(rule.config)),
        ("severity", _severity(rule)),
        ("what it says", rule.description),
        ("version", rule.version),
        ("changed", format_time(rule.updated_at)),
        ("found", rule.failed),
    ]
    text: list[object] = [table(["rule", rule.name], rows)]
    if rule.draft:
        text.append(next_line(f"rules test {rule.name}"))
    return Result(rule, text)


def render_set(rule: Rule) -> Result:
    """A rule that was changed."""
    line = f"{rule.name}, version {rule.version}: {settings(rule.config) or rule.kind}, {_severity(rule)}."
    after = (
        "The next sync of each source checks every row by it."
        if rule.active
        else "No sync checks rows by it; what it found is kept."
    )
    return Result(rule, [line, after])


def render_added(rules: Sequence[Rule]) -> Result:
    """Rules that were added, and how a draft is tried and enabled."""
    rows = [(each.name, each.field, each.kind, settings(each.config), _severity(each)) for each in rules]
    text: list[object] = [table(["rule", "field", "kind", "configuration", "severity"], rows)]
    first = rules[0]
    if first.draft:
        text.append(f"Added {counted(len(rules), 'draft')}: no sync checks rows by a draft.")
        text.append(next_line(f"rules test {first.name}, then rules enable {first.name}"))
    else:
        text.append("The next sync of each source checks every row by what was added.")
    return Result({"rules": rules}, text)


def render_removed(name: str) -> Result:
    """A rule that was removed; its history is kept."""
    return Result({"removed": name}, [f"Removed the rule {name}; see rules history {name}."])


def render_history(name: str, changes: Sequence[RuleChange]) -> Result:
    """The changes of a rule, the oldest first: what differs of each."""
    rows = [
        (
            format_time(each.at),
            each.actor,
            _DONE.get(each.action, each.action),
            each.version,
            _difference(each),
        )
        for each in changes
    ]
    text: list[object] = [table(["when", "who", "what", "version", "from → to"], rows)]
    if not rows:
        text = [f"The rule {name} is as it came with the program: nobody has changed it."]
    return Result({"rule": name, "changes": changes}, text)


def render_functions(functions: Sequence[RuleFunction]) -> Result:
    """The functions that custom rules may call."""
    rows = [(each.name, each.description, ", ".join(each.rules)) for each in functions]
    return Result({"functions": functions}, [table(["function", "what it says", "rules"], rows)])


def settings(config: Mapping[str, Any]) -> str | None:
    """ "min 1,000, max 50,000,000, when operation_type is sale or not stated, fails above 5 %" """
    return ", ".join(_setting(name, value) for name, value in config.items()) or None


def _setting(name: str, value: Any) -> str:
    if name == "when" and isinstance(value, dict):
        return " and ".join(f"when {field} is {_values(stated)}" for field, stated in value.items())
    if name in ("warn_above", "fail_above"):
        what = "warns" if name == "warn_above" else "fails"
        return f"no more {what}" if value is None else f"{what} above {100 * value:g} %"
    if isinstance(value, list):
        return f"{name} {', '.join(str(each) for each in value)}"
    return f"{name} {json.dumps(value) if isinstance(value, dict) else format_value(value)}"


def _values(stated: Any) -> str:
    listed = stated if isinstance(stated, list) else [stated]
    return " or ".join("not stated" if each is None else str(each) for each in listed)


def _severity(rule: Rule) -> str:
    if rule.draft:
        return f"{rule.severity}, draft"
    return rule.severity if rule.active else f"{rule.severity}, off"


def _difference(change: RuleChange) -> str:
    """What differs: "severity warning → error; min 1,000 → 5,000"; of a new rule, what it is."""
    old, new = change.old, change.new
    if old is None or new is None:
        rule = new or old or {}
        return ", ".join(str(each) for each in _told(rule) if each)
    return "; ".join(_changed(old, new))


def _told(rule: Mapping[str, Any]) -> Iterator[object]:
    yield from (rule["field"], rule["kind"], settings(rule["config"]), rule["severity"])


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in ("field", "kind", "severity", "description"):
        if old[name] != new[name]:
            yield f"{name} {old[name]} → {new[name]}"
    if old["active"] != new["active"]:
        yield "off → on" if new["active"] else "on → off"
    for name in sorted({*old["config"], *new["config"]}):
        before, after = (each["config"].get(name) for each in (old, new))
        if before != after:
            yield f"{name} {_plain(before)} → {_plain(after)}"


def _plain(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
