"""`rules`: what every row is checked by; rules tried, added, changed, switched and removed; their history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.actor import actor
from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.rules import (
    render_added,
    render_functions,
    render_history,
    render_removed,
    render_rule,
    render_rules,
    render_set,
)

if TYPE_CHECKING:
    from services.workflows.rule_files import RuleDraft

_KINDS = (
    *("required", "range", "length", "pattern", "one_of", "compare"),
    *("unique", "certain", "likely", "custom"),
)
_SEVERITIES = ("error", "warning", "info")


@click.group(
    epilog=example(
        "rules list",
        "rules test price_range --min 5000",
        "rules add rent_in_euros --field price --kind range --max 20000 --when operation=rent",
        "rules enable rent_in_euros",
    )
)
def rules() -> None:
    """Look at the rules rows are checked by; try, add and change them."""


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what a rule allows and which rows it judges."""
    for option in (
        click.option(
            "--fail-above", metavar="SHARE", help="Hold a session of which a larger share fails: 5%, or none."
        ),
        click.option(
            "--warn-above", metavar="SHARE", help="Warn of a session of which a larger share fails."
        ),
        click.option(
            "--when",
            multiple=True,
            metavar="FIELD=VALUE",
            help="Judge these rows alone: operation, type, currency, source, city … Repeat it for more"
            " values; nothing after = is a field that is not stated.",
        ),
        click.option("--function", metavar="NAME", help="What a custom rule calls: see rules functions."),
        click.option("--other", metavar="FIELD", help="The field that compare compares with."),
        click.option("--operator", metavar="SIGN", help="How: <, <=, =, <>, >= or >."),
        click.option("--value", multiple=True, metavar="TEXT", help="A value that one_of allows; repeat it."),
        click.option("--regex", metavar="TEXT", help="The regular expression of a pattern."),
        click.option("--max", "most", type=float, metavar="N", help="The most that is allowed."),
        click.option("--min", "least", type=float, metavar="N", help="The least that is allowed."),
    ):
        command = option(command)
    return command


def _draft(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what a rule is that is not saved."""
    for option in (
        click.option("--description", metavar="TEXT", help="What it says, for people."),
        click.option(
            "--severity",
            type=click.Choice(_SEVERITIES),
            help="What a failure means; by default a warning.",
        ),
        click.option(
            "--file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Rules of a TOML or JSON file instead: [[rule]] tables.",
        ),
        click.option("--kind", type=click.Choice(_KINDS), help="What kind of rule it is."),
        click.option("--field", metavar="NAME", help="The field that it looks at."),
    ):
        command = option(command)
    return command


@rules.command(name="list", epilog=example("rules list", "rules list --json"))
@runs
async def list_(run: Run) -> Result:
    """List the rules: field, thresholds, severity, what they found.

    A row that fails an error rule waits in quarantine; warnings and notes lower its quality score.
    """
    from services.reports.rules import list_rules

    async with run.database() as database:
        return render_rules(await list_rules(database))


@rules.command(epilog=example("rules show price_range"))
@click.argument("name")
@runs
async def show(run: Run, *, name: str) -> Result:
    """Show one rule in full."""
    from services.reports.rules import show_rule

    async with run.database() as database:
        return render_rule(await show_rule(database, name))


@rules.command(epilog=example("rules history price_range"))
@click.argument("name")
@runs
async def history(run: Run, *, name: str) -> Result:
    """Show what was changed of a rule: when, by whom, from what to what.

    Also of a rule that was removed, and of one that was changed by SQL.
    """
    from services.reports.rules import rule_history

    async with run.database() as database:
        return render_history(name, await rule_history(database, name))


@rules.command(epilog=example("rules functions"))
@runs
async def functions(run: Run) -> Result:
    """List the functions that custom rules may call, and the rules that do."""
    from services.reports.rules import list_functions

    async with run.database() as database:
        return render_functions(await list_functions(database))


@rules.command(
    epilog=example(
        "rules add rent_usual --field price --kind range --max 20000 --when operation=rent",
        "rules add known_types --field property_type --kind one_of --value House --fail-above 5%",
        "rules add --file rules.toml --on",
    )
)
@click.argument("name", required=False)
@_draft
@_settings
@click.option("--on", "enabled", is_flag=True, help="Check rows by it from the next sync on.")
@runs
async def add(run: Run, *, name: str | None, enabled: bool, **given: Any) -> Result:
    """Add a rule, or the rules of a file, as drafts.

    No sync checks a draft: try it by `rules test`, then `rules enable`.
    """
    from services.workflows.rules import add_rules

    drafts = _drafts(name, given)
    async with run.database() as database:
        added = await add_rules(database, drafts, actor=actor(), enabled=enabled)
    return render_added(added)


@rules.command(
    name="set",
    epilog=example(
        "rules set price_range --min 5000 --max 20000000",
        "rules set valid_email --severity error --fail-above 10%",
        "rules set unit_price_agrees --off",
    ),
)
@click.argument("name")
@click.option("--severity", type=click.Choice(_SEVERITIES), help="What a failure means.")
@_settings
@click.option("--on/--off", "active", default=None, help="Whether rows are checked by it.")
@runs
async def set_(run: Run, *, name: str, severity: str | None, active: bool | None, **given: Any) -> Result:
    """Change a rule's severity or thresholds, or switch it off.

    The next sync checks every row by it, also rows that have not changed. `rules test` shows beforehand
    what it would find.
    """
    from services.workflows.rules import set_rule

    config = _config(given)
    if severity is None and active is None and not config:
        raise click.UsageError("say what to change: --severity, --min, --max, --regex, --on, --off …")
    async with run.database() as database:
        return render_set(
            await set_rule(database, name, actor=actor(), severity=severity, active=active, config=config)
        )


@rules.command(epilog=example("rules enable rent_usual"))
@click.argument("name")
@runs
async def enable(run: Run, *, name: str) -> Result:
    """Check rows by a rule from the next sync on."""
    from services.workflows.rules import set_rule

    async with run.database() as database:
        return render_set(await set_rule(database, name, actor=actor(), active=True))


@rules.command(epilog=example("rules disable unit_price_agrees"))
@click.argument("name")
@runs
async def disable(run: Run, *, name: str) -> Result:
    """Check no more rows by a rule; what it found is kept."""
    from services.workflows.rules import set_rule

    async with run.database() as database:
        return render_set(await set_rule(database, name, actor=actor(), active=False))


@rules.command(epilog=example("rules remove rent_usual"))
@click.argument("name")
@runs
async def remove(run: Run, *, name: str) -> Result:
    """Remove a rule that no sync has checked.

    One that has judged rows can only be disabled: what it found names it.
    """
    from services.workflows.rules import remove_rule

    async with run.database() as database:
        await remove_rule(database, name, actor=actor())
    return render_removed(name)


@rules.command(
    epilog=example(
        "rules test price_range --min 5000",
        "rules test required_title --session-id 5c1f",
        "rules test --field title --kind length --min 10 --source acme",
        "rules test --file rules.toml",
    )
)
@click.argument("name", required=False)
@_draft
@_settings
@only_source_option
@click.option("--session-id", metavar="ID", help="Only this session, by the start of its id.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=3,
    show_default=True,
    help="How many examples of each to show.",
)
@click.option("--after", type=click.IntRange(0), default=0, metavar="ROW", help="Continue after this row.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=30,
    show_default=True,
    help="How long a rule may take for one set of rows.",
)
@runs
async def test(
    run: Run,
    *,
    name: str | None,
    source: str | None,
    session_id: str | None,
    limit: int,
    after: int,
    seconds: float,
    **given: Any,
) -> Result:
    """Show which rows a rule would fail: in live, and in the last session of each source.

    A rule as it is, with other settings, or one that is not saved; nothing is changed. Of a rule that never
    ends, or that raises, that is said, and the exit code is 1.
    """
    from cli.views.rule_trials import render_trials
    from services.reports.rule_trials import try_rule

    asked = _asked(name, given)
    async with run.database() as database:
        tried = []
        for rule in asked:
            kind = rule.get("kind") or await _kind(database, rule["name"])
            places = await _places(database, kind, source, session_id, after)
            found = await try_rule(database, rule, places, after=after, limit=limit + 1, seconds=seconds)
            tried.append((rule, found))
    return render_trials(tried, limit)


async def _kind(database: Any, name: str) -> str:
    from services.reports.rules import show_rule

    return (await show_rule(database, name)).kind


async def _places(
    database: Any, kind: str, source: str | None, session_id: str | None, after: int
) -> list[tuple[str, Any]]:
    """The live listings and the last session of each source, or one session."""
    from services.reports.find import find_session
    from services.reports.rule_trials import last_sessions
    from services.reports.sessions import session_details

    if session_id is not None:
        session = await find_session(database, session_id)
        return [((await session_details(database, session)).source, session)]
    if after:
        raise click.UsageError("--after continues in a session: name it by --session-id")
    places: list[tuple[str, Any]] = []
    for name, session in await last_sessions(database, source):
        if kind not in ("certain", "likely"):  # which live says nothing of
            places.append((name, None))
        places.append((name, session))
    return places


def _asked(name: str | None, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules to try: one that is saved, with other settings, or those of options or a file."""
    drafted = given["field"] is not None or given["kind"] is not None
    if given["file"] is None and name is not None and not drafted:
        return [{"name": name, "config": _config(given)}]
    return [draft.as_given() for draft in _drafts(name or ("draft" if drafted else None), given)]


def _drafts(name: str | None, given: dict[str, Any]) -> list[RuleDraft]:
    from services.workflows.rule_files import parse_rule, read_rules

    file = given["file"]
    if file is not None:
        others = [key for key, value in given.items() if key != "file" and value not in (None, ())]
        if name is not None or others:
            raise click.UsageError("--file has all that is said of its rules: give nothing beside it")
        return read_rules(file)
    if name is None:
        raise click.UsageError("name the rule, or a file of rules by --file")
    if given["kind"] is None:
        raise click.UsageError(f"say what kind of rule {name} is: --kind, and --field")
    stated = {key: given[key] for key in ("field", "kind", "severity", "description")}
    settings = {"name": name, **stated, **_config(given)}
    return [parse_rule({key: value for key, value in settings.items() if value is not None}, f"rule {name}")]


def _config(given: dict[str, Any]) -> dict[str, Any]:
    """The settings that options give; None takes a threshold away."""
    config: dict[str, Any] = {
        "min": _whole(given["least"]),
        "max": _whole(given["most"]),
        "regex": given["regex"],
        "values": list(given["value"]) or None,
        "operator": given["operator"],
        "other_field": given["other"],
        "function": given["function"],
        "when": _when(given["when"]) or None,
    }
    found = {name: value for name, value in config.items() if value is not None}
    for name in ("warn_above", "fail_above"):
        if given[name] is not None:
            found[name] = _share(name, given[name])
    return found


def _share(name: str, text: str) -> float | None:
    from services.workflows.rule_files import share

    if text.strip().lower() == "none":
        return None
    try:
        return share(text)
    except ValueError as error:
        raise click.UsageError(f"--{name.replace('_', '-')}: {error}") from error


def _when(given: tuple[str, ...]) -> dict[str, Any]:
    """{field: values} of FIELD=VALUE, repeated; an empty value is a field that is not stated."""
    from services.workflows.rule_files import condition

    found: dict[str, list[str | None]] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise click.UsageError(f"--when {each}: write it as FIELD=VALUE, such as operation=rent")
        found.setdefault(name.strip(), []).append(value.strip() or None)
    try:
        return dict(
            condition({name: values if len(values) > 1 else values[0] for name, values in found.items()})
        )
    except ValueError as error:
        raise click.UsageError(f"--when: {error}") from error


def _whole(number: float | None) -> float | None:
    """A whole number as such: a length takes no other."""
    return int(number) if number is not None and number.is_integer() else number
