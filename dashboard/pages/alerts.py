"""Alerts: what needs somebody now, what did lately, and whether somebody was told."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboard.page import Asked, Data, Page
from services.alerts import alert_kinds, list_alerts, list_messages

_FRESH = timedelta(minutes=1)


async def alerts(asked: Asked) -> Data:
    """Open alerts, those that ended, and the last messages; looked for anew once a minute at most."""
    database = asked.database
    now: datetime = await database.value("server_time")
    kinds = await alert_kinds(database)
    searched = max((kind.searched_at for kind in kinds if kind.searched_at), default=None)
    found = await list_alerts(
        database,
        asked.text("source"),
        ended=True,
        limit=asked.number("limit", 200, least=1, most=1_000),
        search=searched is None or now - searched > _FRESH,
    )
    return {
        "open": [each for each in found if each.ended_at is None],
        "ended": [each for each in found if each.ended_at is not None],
        "messages": await list_messages(database),
    }


PAGES = (
    Page(
        "/alerts",
        "alerts.html",
        alerts,
        title="Alerts",
        menu="Alerts",
        topics=("sessions", "plans", "jobs"),
    ),
)
