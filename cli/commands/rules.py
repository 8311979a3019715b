"""`rules`: what every row is checked by, how severe it is, and what other thresholds would find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from cli.options import any_session_option, only_source_option, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.rules import render_rule, render_rules, render_set, render_trial


@click.group(
    epilog=example(
        "rules list",
        "rules test price_range --min 5000 --session-id 5c1f",
        "rules set price_range --min 5000 --severity error",
    )
)
def rules() -> None:
    """Look at the rules rows are checked by; change them."""


def _thresholds(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is put into a rule's configuration."""
    for option in (
        click.option("--regex", metavar="TEXT", help="The regular expression of a pattern."),
        click.option("--max", "most", type=float, metavar="N", help="The most that is allowed."),
        click.option("--min", "least", type=float, metavar="N", help="The least that is allowed."),
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


@rules.command(
    name="set",
    epilog=example(
        "rules set price_range --min 5000 --max 20000000",
        "rules set valid_email --severity error",
        "rules set unit_price_agrees --off",
    ),
)
@click.argument("name")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="What a failure means.")
@_thresholds
@click.option("--on/--off", "active", default=None, help="Whether rows are checked by it.")
@runs
async def set_(
    run: Run,
    *,
    name: str,
    severity: str | None,
    least: float | None,
    most: float | None,
    regex: str | None,
    active: bool | None,
) -> Result:
    """Change a rule's severity or thresholds, or switch it off.

    The next sync checks every row by it, also rows that have not changed. `rules test` shows beforehand
    what it would find.
    """
    from services.workflows.rules import set_rule

    config = _config(least, most, regex)
    if severity is None and active is None and not config:
        raise click.UsageError("say what to change: --severity, --min, --max, --regex, --on or --off")
    async with run.database() as database:
        return render_set(await set_rule(database, name, severity=severity, active=active, config=config))


@rules.command(
    epilog=example("rules test price_range --min 5000", "rules test required_title --session-id 5c1f")
)
@click.argument("name")
@_thresholds
@any_session_option
@only_source_option
@rows_option
@click.option("--after", type=click.IntRange(0), default=0, metavar="ROW", help="Continue after this row.")
@runs
async def test(
    run: Run,
    *,
    name: str,
    least: float | None,
    most: float | None,
    regex: str | None,
    session_id: str | None,
    source: str | None,
    limit: int,
    after: int,
) -> Result:
    """Show which rows of a session a rule would fail.

    As the rule is, or with the thresholds given; nothing is changed. Of the newest completed session, or
    --session-id. Custom and unique rules are tried by `sync --dry-run`.
    """
    from services.reports.find import find_session
    from services.reports.rules import test_rule
    from services.reports.sessions import latest_session

    async with run.database() as database:
        if session_id is None:
            session = await latest_session(database, source=source)
        else:
            session = await find_session(database, session_id)
        config = _config(least, most, regex)
        trial = await test_rule(database, name, session, config, after=after, limit=limit + 1)
    shown = replace(trial, rows=trial.rows[:limit])
    return render_trial(shown, config, more=len(trial.rows) > limit)


def _config(least: float | None, most: float | None, regex: str | None) -> dict[str, Any]:
    given = {"min": _whole(least), "max": _whole(most), "regex": regex}
    return {name: value for name, value in given.items() if value is not None}


def _whole(number: float | None) -> float | None:
    """A whole number as such: a length takes no other."""
    return int(number) if number is not None and number.is_integer() else number
