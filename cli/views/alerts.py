"""Alerts: those that are open, what was sent, and how deliveries went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import next_line
from cli.render import Result, table
from cli.text import counted, red, short

if TYPE_CHECKING:
    from services.alerts import Alert, AlertKind, AlertMessage, Channel, Sending
    from services.schedule import JobStatus


def render_alerts(alerts: Sequence[Alert]) -> Result:
    """Alerts with what to do about each; the exit code is 0, as being told is no failure."""
    document = {"alerts": alerts}
    if not alerts:
        return Result(document, ["Nothing needs anybody."])
    rows = table(
        ["since", "ended", "source", "what", "told by"],
        (
            (each.began_at, each.ended_at, each.source, each.title or each.kind, ", ".join(each.told) or None)
            for each in alerts
        ),
    )
    lines: list[object] = [rows]
    for each in alerts:
        if each.ended_at is None:
            lines.append(red(f"{f'{each.source}: ' if each.source else ''}{each.sentence}"))
            if each.next_step:
                lines.append(next_line(each.next_step))
    return Result(document, lines)


def render_trials(trials: Sequence[Mapping[str, Any]]) -> Result:
    """What became of the test message by each channel."""
    lines: list[object] = []
    for trial in trials:
        where = f"{trial['channel']} ({trial['target']})"
        if trial["delivered"]:
            lines.append(f"Delivered by {where}.")
            if trial["error"]:
                lines.append(red(trial["error"]))
        else:
            lines.append(red(f"Not delivered by {where}: {trial['error']}"))
        if trial["next"]:
            lines.append(next_line(trial["next"]))
    failed = [trial for trial in trials if not trial["delivered"]]
    if not failed:
        lines.append(next_line("schedule install, so that a worker sends alerts every minute"))
    return Result({"channels": trials}, lines, 0 if not failed else 1 if len(failed) == len(trials) else 4)


def render_sending(done: Sending) -> Result:
    """What was delivered, and what was not and why."""
    sent = [asdict(each) for each in done.messages if each.error is None]
    failed = [asdict(each) for each in done.messages if each.error is not None]
    document = {"quiet": done.quiet, "sent": sent, "failed": failed}
    if done.quiet:
        return Result(document, ["These are quiet hours: nothing is sent; it is told when they end."])
    lines: list[object] = [f"Sent by {each['channel']}: {each['title']}." for each in sent]
    for each in failed:
        lines.append(red(f"Not sent by {each['channel']}: {each['title']}: {each['error']}"))
        if each["next_step"]:
            lines.append(next_line(each["next_step"]))
    code = 0 if not failed else 4 if sent else 1
    return Result(document, lines or ["Nothing is to be told."], code)


def render_status(
    *,
    channels: Sequence[Channel],
    is_quiet: bool,
    job: JobStatus | None,
    kinds: Sequence[AlertKind],
    without: Sequence[str],
    messages: Sequence[AlertMessage],
) -> Result:
    """Channels, kinds, the job that sends, and the last messages."""
    document = {
        "channels": [{"channel": each.name, "target": each.target} for each in channels],
        "quiet": is_quiet,
        "job": job,
        "kinds": [{**asdict(kind), "told": kind.name not in without} for kind in kinds],
        "messages": messages,
    }
    lines: list[object] = [f"{each.name} leads to {each.target}." for each in channels]
    if not channels:
        lines += ["No channel is set.", next_line("alerts --help")]
    elif job is None:
        lines += [red("No job sends alerts."), next_line("schedule install")]
    elif job.trouble is not None:
        lines += [red(f"job {job.name}: {job.reason}"), next_line(job.advice or "schedule list")]
    if is_quiet:
        lines.append("These are quiet hours: nothing is sent.")
    lines.append(
        table(
            ["kind", "open", "told", "looked for"],
            (
                (kind.name, kind.open, "no" if kind.name in without else "yes", kind.searched_at)
                for kind in kinds
            ),
        )
    )
    if messages:
        lines.append(
            table(
                ["message", "by", "kind", "tells", "status", "tries", "made", "next try"],
                (
                    (
                        *(short(each.id), each.channel, each.kind),
                        f"{'end of ' if each.part == 'ended' else ''}{counted(each.alerts, 'alert')}",
                        *(each.status, each.attempts, each.created_at, each.next_try_at),
                    )
                    for each in messages
                ),
            )
        )
    lines += [red(f"{short(each.id)}: {each.error}") for each in messages if each.error]
    return Result(document, lines)
