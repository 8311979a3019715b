"""Each alert is told once, in few messages, at least once whatever breaks, and not in quiet hours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from config.errors import UsageError
from config.settings import Settings
from services.alerts import Policy, list_alerts, list_messages, send_alerts
from services.alerts.policy import QuietHours
from services.alerts.webhook import Webhook
from tests.faults.processes import ROOT, python
from tests.services.alerts.conftest import Desk
from tests.services.alerts.receivers import Hook

SENDER = """
import asyncio, sys
from database.direct import DirectDatabase
from services.alerts import Policy, send_alerts
from services.alerts.webhook import Webhook
async def main():
    async with await DirectDatabase.connect(sys.argv[1]) as database:
        await send_alerts(database, [Webhook(sys.argv[2], allow_private=True)], Policy(gap_seconds=0))
asyncio.run(main())
"""


async def test_many_alerts_are_one_message_with_counts_and_each_is_told_once(desk: Desk, hook: Hook) -> None:
    for source in range(15):
        await desk.ask("insert into public.sources (name, facts) values ($1, '{}')", f"source-{source:02}")
    await desk.ask(
        "insert into property_manager.alerts (kind, key, source_id, sentence, path, lasts, ended_at)"
        " select 'plan_held', s.id || ' ' || n, s.id, 'rows <!channel> & ' || n, '/plans/' || n, false, now()"
        " from public.sources s cross join generate_series(1, 4) n"
    )
    desk.policy = Policy(gap_seconds=0, dashboard="https://pm.example.com/")
    # what happened before a channel was there is not told by it
    assert (await desk.send()).messages == ()
    await desk.ask("update property_manager.alert_channels set since = now() - interval '1 hour'")
    (sent,) = (await desk.send()).messages
    assert (sent.alerts, sent.error, sent.title) == (60, None, "60 plans are held")
    (document,) = hook.documents
    text = str(document)
    assert "and 50 more; of all source-00 4, source-01 4" in text
    assert "and 5 sources more" in text
    assert len(document["blocks"]) == 13
    assert [f"*source-{n:02}*" in text for n in (0, 9, 10)] == [True, True, False]  # one of each source first
    assert "&lt;!channel&gt; &amp; 1" in text and "<!channel>" not in text
    assert "<https://pm.example.com/plans/1|open>" in text
    assert f"message {sent.id}" in text and hook.ids == [str(sent.id)]
    assert (await desk.send()).messages == ()


async def test_what_comes_within_the_gap_is_told_together_when_it_is_over(desk: Desk, hook: Hook) -> None:
    desk.policy = Policy(gap_seconds=300)
    await desk.send()
    await desk.raised("a")
    await desk.send()
    for key in "bcd":
        await desk.raised(key)
        assert (await desk.send()).messages == ()
    await desk.ask(
        "update property_manager.alert_messages set created_at = created_at - interval '6 minutes'"
    )
    await desk.send()
    assert hook.titles == ["1 worker failed", "3 workers failed"]


async def test_an_end_is_told_once_where_the_beginning_was(desk: Desk, hook: Hook) -> None:
    """What ended before its beginning was told is one message that says both."""
    await desk.send()
    broken = (
        "insert into property_manager.subscribers (name, error, failed_at) values ($1, 'it is full', now())"
    )
    await desk.ask(broken, "cache")
    await desk.send()
    await desk.ask(broken, "brief")
    await list_alerts(desk.database)
    await desk.ask("update property_manager.subscribers set error = null")
    for _ in range(2):
        await desk.send()
    assert hook.titles == ["1 subscriber failed", "1 subscriber failed", "Over: 1 subscriber failed"]
    assert " to " in hook.documents[1]["text"] and "cache" in hook.documents[2]["text"]
    assert {tuple(each.told) for each in await list_alerts(desk.database, ended=True)} == {("webhook",)}
    await desk.ask(broken, "again")
    desk.policy = Policy(gap_seconds=0, ends=False, without=("worker_failed",))
    await desk.send()
    await desk.ask("update property_manager.subscribers set error = null")
    await desk.raised("not told")
    await desk.send()
    assert len(hook.titles) == 4
    with pytest.raises(UsageError, match='there is no kind "plans" of alerts'):
        await send_alerts(desk.database, desk.channels, Policy(without=("plans",)))


REFUSALS: list[tuple[web.Response | None, str, int]] = [
    (web.Response(status=500, text="no such\ntable"), "answers 500: no such table", 30),
    (web.Response(status=429, headers={"Retry-After": "600"}), "answers 429", 600),
    (web.Response(status=404), "answers 404", 120),
    (web.Response(status=307, headers={"Location": "http://127.0.0.1:1/"}), "a redirect (307)", 240),
    (None, "did not answer within 0.2 s", 480),
]
"""What a receiver answers, one after the other; what is said of it; the seconds until the next try."""


async def test_a_message_that_is_not_taken_waits_ever_longer_and_is_sent_again_under_its_id(
    desk: Desk, hook: Hook
) -> None:
    await desk.send()
    await desk.raised("a")
    for answer, error, seconds in REFUSALS:
        desk.channels = [Webhook(hook.url, allow_private=True, seconds=0.2 if answer is None else 5)]
        hook.answers.append(answer)
        (failed,) = (await desk.send()).messages
        assert failed.error is not None and error in failed.error
        assert "s3cr3t" not in failed.error
        assert (await desk.send()).messages == ()  # not before its time
        waits = "select extract(epoch from next_try_at - now()) from property_manager.alert_messages"
        assert seconds - 5 < await desk.ask(waits) <= seconds, error
        await desk.ask("update property_manager.alert_messages set next_try_at = now()")
    (sent,) = (await desk.send()).messages
    assert (sent.id, sent.attempt, sent.error) == (failed.id, 6, None)
    assert hook.ids == [str(sent.id)] * 6
    (message,) = await list_messages(desk.database)
    assert (message.status, message.attempts, message.error) == ("sent", 6, None)


async def test_a_message_is_given_up_after_three_days_and_doctor_says_so(desk: Desk, hook: Hook) -> None:
    await desk.send()
    await desk.raised("a")
    hook.answers += [web.Response(status=500), web.Response(status=500)]
    await desk.send()
    await desk.ask(
        "update property_manager.alert_messages"
        " set created_at = now() - interval '4 days', next_try_at = now()"
    )
    await desk.send()
    (message,) = await list_messages(desk.database)
    assert (message.status, message.attempts) == ("given up", 2)
    checks = "select detail from property_manager.alert_checks() where found = 1"
    assert "answers 500" in await desk.ask(checks)
    assert (await desk.send()).messages == ()
    assert [each.error for each in (await desk.send(at_once=True)).messages] == [None]
    assert await desk.ask(checks) is None


async def test_a_sender_killed_before_it_marks_its_message_has_it_sent_again_under_the_same_id(
    desk: Desk, hook: Hook, dsn: str
) -> None:
    await desk.send()
    await desk.raised("a")
    hook.answers.append(None)
    async with python("-c", SENDER, dsn, hook.url, cwd=ROOT) as sender:
        await hook.came.wait()
        assert (await desk.send()).messages == ()  # that sender has it
        sender.kill()
        await sender.wait()
    await desk.ask("update property_manager.alert_messages set leased_until = now()")
    (sent,) = (await desk.send()).messages
    assert sent.error is None
    assert hook.ids == [str(sent.id)] * 2
    assert hook.documents[0] == hook.documents[1]


async def test_senders_at_once_tell_each_alert_once(desk: Desk, hook: Hook) -> None:
    await desk.send()
    for key in range(20):
        await desk.raised(str(key))
    done = await asyncio.gather(*(desk.send() for _ in range(4)))
    assert sum(message.alerts for each in done for message in each.messages) == 20
    assert len(set(hook.ids)) == len(hook.ids)


async def test_a_sender_waits_for_one_that_composes_and_tells_nothing_again(desk: Desk, hook: Hook) -> None:
    await desk.send()
    await desk.raised("a")
    waits = (
        "select exists (select from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock')"
    )
    async with desk.superuser.transaction():
        await desk.ask("select api.compose_alerts('{webhook}', 0, true, '{}')")
        sending = asyncio.create_task(desk.send())
        while not await desk.ask(waits):
            assert not sending.done()
    assert [each.alerts for each in (await sending).messages] == [1]
    assert len(hook.ids) == 1


async def test_nothing_is_sent_in_quiet_hours_and_nothing_is_lost(desk: Desk, hook: Hook) -> None:
    await desk.send()
    now = datetime.now(ZoneInfo("America/Mexico_City"))
    begin, end = (now.hour - 1) % 24, (now.hour + 2) % 24
    text = f"{begin:02}:00-{end:02}:00 America/Mexico_City"
    desk.policy = Policy(gap_seconds=0, quiet=QuietHours.parse(text))
    for key in "ab":
        await desk.raised(key)
        sending = await desk.send()
        assert (sending.quiet, sending.messages) == (True, ())
    desk.policy = Policy(gap_seconds=0)
    await desk.send()
    assert hook.titles == ["2 workers failed"]


@pytest.mark.parametrize(
    ("text", "moment", "quiet"),
    [
        ("22:00-07:00", "2026-01-01T23:00+00:00", True),
        ("22:00-07:00", "2026-01-01T07:00+00:00", False),
        ("22:00-07:00 America/Mexico_City", "2026-01-01T12:59+00:00", True),
        ("22:00-07:00 America/Mexico_City", "2026-01-01T13:00+00:00", False),
        ("9:00-17:00 Europe/Madrid", "2026-07-01T07:30+00:00", True),  # summer time
        ("9:00-17:00 Europe/Madrid", "2026-01-01T07:30+00:00", False),
    ],
)
def test_quiet_hours_are_those_of_their_zone(text: str, moment: str, quiet: bool) -> None:
    assert QuietHours.parse(text).hold(datetime.fromisoformat(moment).astimezone(UTC)) is quiet


@pytest.mark.parametrize("text", ["22-7", "25:00-07:00", "22:00-07:00 Mars/Base", "08:00-08:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="PROPERTY_MANAGER_ALERT_QUIET"):
        QuietHours.parse(text)


def test_a_policy_is_read_from_the_settings() -> None:
    settings = Settings(_env_file=None, alert_minutes=2, alert_without="job_late, source_late")  # type: ignore[call-arg]
    policy = Policy.of(settings)
    assert (policy.gap_seconds, policy.without, policy.ends) == (120, ("job_late", "source_late"), True)
