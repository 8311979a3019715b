"""Alerts: what somebody should hear of, found in the database and told by webhook and mail, once."""

from services.alerts.channel import Channel, DeliveryError
from services.alerts.channels import channels_of
from services.alerts.policy import Policy
from services.alerts.report import Alert, AlertKind, AlertMessage, alert_kinds, list_alerts, list_messages
from services.alerts.send import Sending, Sent, say_worker_failed, send_alerts

__all__ = [
    "Alert",
    "AlertKind",
    "AlertMessage",
    "Channel",
    "DeliveryError",
    "Policy",
    "Sending",
    "Sent",
    "alert_kinds",
    "channels_of",
    "list_alerts",
    "list_messages",
    "say_worker_failed",
    "send_alerts",
]
