"""The channels that the settings declare."""

from __future__ import annotations

from config.settings import Settings
from services.alerts.channel import Channel
from services.alerts.mail import Mail
from services.alerts.webhook import Webhook


def channels_of(settings: Settings) -> list[Channel]:
    """Every channel that is set. Raises UsageError for one that is set in part or wrongly."""
    found: list[Channel] = []
    if settings.alert_webhook is not None:
        url = settings.alert_webhook.get_secret_value()
        found.append(Webhook(url, allow_private=settings.alert_private))
    if settings.alert_smtp is not None:
        server = settings.alert_smtp.get_secret_value()
        found.append(Mail(server, settings.alert_email_from, settings.alert_email_to))
    return found
