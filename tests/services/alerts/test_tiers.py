"""A lead that enters tier A is told once, with its reasons and a link; new weights tell nothing anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from services.alerts import Policy
from services.alerts.mail import Mail
from tests.county_rows import CountyRows
from tests.services.alerts.conftest import Desk
from tests.services.alerts.receivers import PASSWORD, Hook, Post, certificate, served_by, trusting

REASONS = json.dumps(
    [
        {"signal": "start", "points": 50},
        {"signal": "foreclosure", "points": 40},
        {"signal": "tax_sale", "points": 35},
        {"signal": "equity", "points": 15, "missing": True},
    ]
)


@dataclass
class Leads:
    """Leads whose score is written as scoring writes it."""

    superuser: asyncpg.Connection

    async def parcel(self, number: int) -> UUID:
        rows = CountyRows(self.superuser)
        return await rows.parcel(f"{number:015d}", address=f"{number} Main St", city="Orlando")

    async def move(
        self, lead: UUID, before: str | None, now: str, total: float = 80, *, version: int | None = None
    ) -> None:
        """The lead came into a tier; `version`: since its weights are other ones."""
        await self.superuser.execute(
            "insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,"
            " confidence, reasons, score_version, as_of, fingerprint, scored_at)"
            " values ($1, 0, 0, 0, 0, $2, $3, 1, $4, 1, current_date, 0, now())"
            " on conflict (property_id) do update set total = excluded.total, tier = excluded.tier",
            *(lead, total, now, REASONS),
        )
        await self.superuser.execute(
            "insert into property_manager.tier_changes (property_id, from_tier, to_tier, from_total,"
            " to_total, score_version, by_version, as_of, at)"
            " values ($1, $2, $3, $4, $5, $6, $7, current_date, now())",
            *(lead, before, now, before and 60.5, total, version or 1, version is not None),
        )


@pytest.fixture
def leads(superuser: asyncpg.Connection) -> Leads:
    return Leads(superuser)


@pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning")  # by the server of this test
async def test_leads_of_a_run_are_one_message_the_best_first_and_each_is_told_once(
    desk: Desk, hook: Hook, leads: Leads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    desk.policy = Policy(gap_seconds=0, dashboard="https://pm.example.com/")
    async with Post.up(served_by(file)) as post:
        monkeypatch.setattr("services.alerts.mail.tls_context", trusting(file))
        server = f"smtp://ops:{PASSWORD}@localhost:{post.port}"
        desk.channels.append(Mail(server, "pm@example.com", "ops@example.com"))
        await desk.send()
        known = [await leads.parcel(number) for number in range(1, 13)]
        async with leads.superuser.transaction():  # as one scoring
            for number, lead in enumerate(known, 1):
                await leads.move(lead, None if number == 12 else "B", "A", 75 + number)
        await leads.move(await leads.parcel(20), None, "B", 70)
        await desk.send()
    assert (hook.titles, [mail["Subject"] for mail in post.mails]) == (["12 leads entered tier A"],) * 2
    lines = post.mails[0].get_content().splitlines()
    assert [line.split(",")[0] for line in lines if line.startswith("- ")] == [
        f"- {number} Main St" for number in range(12, 2, -1)
    ]
    assert "- 12 Main St, Orlando: 87.00 points, new; foreclosure, tax deed sale (" in lines[2]
    assert lines[3:5] == [
        "  property-manager leads show '000000000000012'",
        f"  https://pm.example.com/leads/{known[11]}",
    ]
    assert "11 Main St, Orlando: 86.00 points, 60.50 in tier B before; " in lines[5]
    assert "and 2 more" in lines

    async def told_after(*moves: tuple[str, str]) -> list[str]:
        """What is told when the first lead has made these moves."""
        for before, now in moves:
            await leads.move(known[0], before, now)
        await desk.send()
        return hook.titles[1:]

    desk.channels.pop()
    week_ago = "update property_manager.tier_changes set at = at - interval '8 days'"
    assert await told_after(("A", "B"), ("B", "A")) == []  # one entry within a week is told
    await leads.superuser.execute(week_ago)
    assert await told_after(("A", "B"), ("B", "A")) == []  # it was in tier A until now
    await leads.superuser.execute(week_ago)
    assert await told_after(("A", "B")) == []
    await leads.superuser.execute(week_ago)
    assert await told_after(("B", "A")) == ["1 lead entered tier A"]


async def test_other_weights_are_told_once_and_not_lead_by_lead(desk: Desk, hook: Hook, leads: Leads) -> None:
    await desk.send()
    for number in range(1, 4):
        before, now = ("A", "B") if number == 3 else ("B", "A")
        await leads.move(await leads.parcel(number), before, now, version=7)
    for _ in range(2):
        await desk.send()
    assert hook.titles == ["1 version of the weights moved leads"]
    assert "version 7 of the weights moved 2 leads into tier A and 1 out of it" in hook.documents[0]["text"]
