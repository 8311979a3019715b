"""`alerts`: what somebody should hear of, and whether they did."""

from __future__ import annotations

import click

from cli.options import limit_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.alerts import render_alerts, render_sending, render_status, render_trials
from config.errors import UsageError


@click.group(epilog=example("alerts test", "alerts list", "alerts send", "alerts status"))
def alerts() -> None:
    """Tell by webhook and mail what needs somebody: held plans, failures, late and paused sources.

    PROPERTY_MANAGER_ALERT_WEBHOOK and PROPERTY_MANAGER_ALERT_SMTP say where to; schedule install lets a
    worker send every minute.
    """


@alerts.command(name="list", epilog=example("alerts list", "alerts list --source acme --ended"))
@only_source_option
@click.option("--ended", is_flag=True, help="Also those that ended in the last 90 days.")
@limit_option
@runs
async def list_(run: Run, *, source: str | None, ended: bool, limit: int) -> Result:
    """List what needs somebody now, the newest first, and who was told."""
    from services.alerts import list_alerts

    async with run.database() as database:
        return render_alerts(await list_alerts(database, source, ended=ended, limit=limit))


@alerts.command(epilog=example("alerts test", "alerts test --channel mail"))
@click.option("--channel", type=click.Choice(["webhook", "mail"]), help="Only this one; by default all.")
@runs
async def test(run: Run, *, channel: str | None) -> Result:
    """Send a test message by each channel that is set. No database is asked; quiet hours do not count."""
    from services.alerts import DeliveryError, Policy, channels_of
    from services.alerts.message import Message

    policy = Policy.of(run.settings)
    chosen = [each for each in channels_of(run.settings) if channel in (None, each.name)]
    _require(bool(chosen))
    trials = []
    for each in chosen:
        note, step, delivered = None, None, True
        try:
            note = await each.deliver(Message.trial(policy.dashboard))
        except DeliveryError as error:
            note, step, delivered = error.message, error.next_step, False
        trials.append(
            {
                "channel": each.name,
                "target": each.target,
                "delivered": delivered,
                "error": note,
                "next": step,
            }
        )
    return render_trials(trials)


@alerts.command(epilog=example("alerts send", "alerts send --again"))
@click.option("--again", is_flag=True, help="Also what waits for its next try, and what was given up.")
@runs
async def send(run: Run, *, again: bool) -> Result:
    """Look for alerts and tell those that nobody was told of, once each.

    As a job a worker does it every minute: schedule install. All of one kind are one message, and the next
    one of that kind comes five minutes later at the earliest. What a receiver does not take is tried again,
    later each time, for three days. Exit code 4: some messages were not delivered, 1: none was.
    """
    from services.alerts import Policy, channels_of, send_alerts

    channels, policy = channels_of(run.settings), Policy.of(run.settings)
    _require(bool(channels))
    async with run.database() as database:
        return render_sending(await send_alerts(database, channels, policy, at_once=again))


@alerts.command(epilog=example("alerts status", "alerts status --json"))
@limit_option
@runs
async def status(run: Run, *, limit: int) -> Result:
    """Show the channels, the kinds of alerts, the last messages and how their delivery went."""
    from services.alerts import Policy, alert_kinds, channels_of, list_messages
    from services.schedule import list_jobs

    channels, policy = channels_of(run.settings), Policy.of(run.settings)
    async with run.database() as database:
        now = await database.value("server_time")
        jobs = [job for job in await list_jobs(database) if job.command[:2] == ["alerts", "send"]]
        return render_status(
            channels=channels,
            is_quiet=policy.is_quiet(now),
            job=next((job for job in jobs if job.enabled), None),
            kinds=await alert_kinds(database),
            without=policy.without,
            messages=await list_messages(database, limit=limit),
        )


def _require(found: bool) -> None:
    if not found:
        raise UsageError(
            "no channel for alerts is set",
            next_step="set PROPERTY_MANAGER_ALERT_WEBHOOK or PROPERTY_MANAGER_ALERT_SMTP, then: "
            "property-manager alerts test",
        )
