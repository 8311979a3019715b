"""Rules that are not saved yet, of options or of a file; errors name the rule and the key."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.errors import UsageError
from config.files import read_text
from config.listing import FIELD
from parsing.nearest import UnknownName

Kind = Literal[
    "required", "range", "length", "pattern", "one_of", "compare", "unique", "certain", "likely", "custom"
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)

ALSO_CALLED: Final = {"operation": "operation_type", "type": "property_type"}
"""Shorter names of fields that rules are often limited by."""

_NEXT: Final = "see docs/rules.md: what each kind needs"
_SETTINGS: Final = (
    *("min", "max", "scaled", "regex", "values", "operator", "other_field", "function", "times", "homes"),
    *("when", "warn_above", "fail_above"),
)
Condition = dict[str, str | list[str | None] | None]


class RuleDraft(BaseModel):
    """A rule as a file states it: its name, field, kind and severity, and the settings of its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    kind: Kind
    field: str | None = None
    severity: Severity = "warning"
    description: str | None = None
    min: int | float | None = None
    max: int | float | None = None
    scaled: bool | None = None
    regex: str | None = None
    values: list[str] | None = None
    operator: str | None = None
    other_field: str | None = None
    function: str | None = None
    times: int | float | None = None
    homes: int | None = None
    when: Condition | None = None
    warn_above: float | None = None
    fail_above: float | None = None

    @field_validator("field", "other_field")
    @classmethod
    def _known_field(cls, name: str | None) -> str | None:
        if name is not None and name not in FIELD:
            raise UnknownName("field", name, list(FIELD))
        return name

    @field_validator("when")
    @classmethod
    def _known_condition(cls, when: Condition | None) -> Condition | None:
        return None if when is None else condition(when)

    @field_validator("warn_above", "fail_above", mode="before")
    @classmethod
    def _share(cls, given: object) -> float | None:
        return None if given is None else share(given)

    def as_given(self) -> dict[str, Any]:
        """The rule as the database takes it: {name, field, kind, severity, description, config}."""
        config = {name: value for name in _SETTINGS if (value := getattr(self, name)) is not None}
        return {
            **{name: getattr(self, name) for name in ("name", "field", "kind", "severity", "description")},
            "config": config,
        }


def share(given: object) -> float:
    """A share of 0..1, of "5%" or 0.05. Raises ValueError."""
    try:
        text = str(given).strip()
        number = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        number = -1.0
    if isinstance(given, bool) or not 0 <= number <= 1:
        raise ValueError(f"a share is from 0 to 100 %, such as 5% or 0.05, not {given!r}")
    return round(number, 9)


def condition(when: Condition) -> Condition:
    """The rows that a rule judges, by the names that fields have. Raises UnknownName."""
    found: Condition = {}
    for given, value in when.items():
        name = ALSO_CALLED.get(given, given)
        if name != "source" and name not in FIELD:
            raise UnknownName("field", given, ["source", *ALSO_CALLED, *FIELD])
        found[name] = value
    return found


def parse_rule(given: dict[str, Any], named: str) -> RuleDraft:
    """A rule of its settings; an error begins with what it is `named`. Raises UsageError."""
    try:
        return RuleDraft.model_validate(given)
    except ValidationError as error:
        raise UsageError(f"{named}: {_fault(error)}", next_step=_NEXT) from error


def read_rules(path: Path) -> list[RuleDraft]:
    """The rules of a TOML file ([[rule]] tables) or a JSON file (a list, or {"rule": a list}).

    Raises UsageError with the file, the rule and the key.
    """
    content = _content(path)
    listed = content.get("rule") if isinstance(content, dict) else content
    unknown = [key for key in content if key != "rule"] if isinstance(content, dict) else []
    if unknown:
        raise UsageError(f"rules {path}: {UnknownName('key', unknown[0], ['rule'])}", next_step=_NEXT)
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"rules {path}: there is no rule in it", next_step="write each as a [[rule]] table")
    found: dict[str, RuleDraft] = {}
    for number, each in enumerate(listed, 1):
        if not isinstance(each, dict):
            raise UsageError(f"rules {path}, rule {number}: it is a table of keys", next_step=_NEXT)
        rule = parse_rule(each, f"rules {path}, rule {each.get('name', number)}")
        if rule.name in found:
            raise UsageError(f"rules {path}, rule {rule.name}: it is there twice", next_step=_NEXT)
        found[rule.name] = rule
    return list(found.values())


def _content(path: Path) -> Any:
    text = read_text(path, "rules")
    is_json = path.suffix == ".json"
    try:
        return json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"rules {path}: the file is no {'JSON' if is_json else 'TOML'}:"
            f" {error or 'it is nested too deeply'}",
            next_step="correct it there; texts stand between quotation marks",
        ) from error


def _fault(error: ValidationError) -> str:
    """The first fault: its key, and what is wrong in words."""
    fault = error.errors(include_url=False)[0]
    key = str(fault["loc"][0]) if fault["loc"] else ""
    cause = fault.get("ctx", {}).get("error")
    if fault["type"] == "extra_forbidden":
        return str(UnknownName("key", key, list(RuleDraft.model_fields)))
    if fault["type"] == "missing":
        return f"{key} is missing"
    if fault["type"] == "string_pattern_mismatch":
        return f"{key}: a name is of small letters, digits and _, and begins with a letter"
    if cause is not None:
        return f"{key}: {cause}"
    return f"{key}: {fault['msg'].removeprefix('Input ')}, not {fault['input']!r}"
