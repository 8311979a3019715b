"""Tells alerts by e-mail."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Final
from urllib.parse import unquote, urlsplit

from config.errors import UsageError
from config.secrets import remember
from scrapers.fetch.address import is_loopback
from services.alerts.channel import DeliveryError
from services.alerts.message import Message

SECONDS: Final = 20.0
"""How long the mail server may take for each answer."""
_VARIABLE: Final = "PROPERTY_MANAGER_ALERT_SMTP"
_EXAMPLE: Final = "smtps://USER:PASSWORD@HOST:465, with %40 for an @ in the user or password"
_PORTS: Final = {"smtps": 465, "smtp": 587}


class Mail:
    """Sends messages by one mail server, encrypted beyond this machine."""

    name: Final = "mail"

    def __init__(self, server: str, sender: str | None, recipients: str | None, *, seconds: float = SECONDS):
        """`server` is a url: smtps:// is TLS from the start, smtp:// with STARTTLS. Raises UsageError."""
        try:
            parts = urlsplit(server)
            port = parts.port
        except ValueError:
            raise UsageError(f"{_VARIABLE} is not an address", next_step=f"give {_EXAMPLE}") from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(f"{_VARIABLE} is not the address of a mail server", next_step=f"give {_EXAMPLE}")
        self._tls = parts.scheme == "smtps"
        self._host, self._port = parts.hostname, port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        remember(self._password)
        self._sender = _addresses("PROPERTY_MANAGER_ALERT_EMAIL_FROM", sender)[0]
        self._recipients = _addresses("PROPERTY_MANAGER_ALERT_EMAIL_TO", recipients)
        self._seconds = seconds

    @property
    def target(self) -> str:
        return f"{', '.join(self._recipients)} by {self._host}:{self._port}"

    async def deliver(self, message: Message) -> str | None:
        """Send a message; its Message-ID is made of its id. Returns which recipients were refused, if any.

        Raises DeliveryError where none has it.
        """
        mail = self._composed(message)
        try:
            # the standard library's client blocks, and one message a minute needs no other
            return await asyncio.to_thread(self._send, mail)
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(
                f"{self._server} refuses the user or password ({error.smtp_code})",
                next_step=f"see whether {_VARIABLE} is right: {_EXAMPLE}",
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            why = _refused(error.recipients)
            raise DeliveryError(f"{self._server} refuses every recipient: {why}") from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"{self._server}: {_said(error.smtp_code, error.smtp_error)}") from error
        except ssl.SSLError as error:
            raise DeliveryError(f"{self._server} cannot be trusted: {error.reason or error}") from error
        except TimeoutError as error:
            raise DeliveryError(f"{self._server} did not answer within {self._seconds:g} s") from error
        except (smtplib.SMTPException, OSError) as error:
            said = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise DeliveryError(f"{self._server} cannot be used: {said}") from error

    @property
    def _server(self) -> str:
        return f"mail server {self._host}:{self._port}"

    def _composed(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.title
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._recipients)
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = f"<{message.id}@property-manager>"
        mail["Auto-Submitted"] = "auto-generated"  # so that nobody's absence note answers it
        mail.set_content("\n".join(message.plain()))
        return mail

    def _send(self, mail: EmailMessage) -> str | None:
        context = tls_context()
        client = (
            smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds, context=context)
            if self._tls
            else smtplib.SMTP(self._host, self._port, timeout=self._seconds)
        )
        with client:
            if not self._tls:
                client.ehlo()
                if client.has_extn("starttls"):
                    client.starttls(context=context)
                elif not is_loopback(self._host):
                    raise smtplib.SMTPException("it offers no STARTTLS, and nothing is sent openly")
            if self._user:
                client.login(self._user, self._password)
            refused = client.send_message(mail)
        return f"{self._server} refuses {_refused(refused)}" if refused else None


def tls_context() -> ssl.SSLContext:
    """What a mail server has to prove: a certificate of its name that this host trusts."""
    return ssl.create_default_context()


def _addresses(variable: str, text: str | None) -> list[str]:
    found = [address for _, address in getaddresses([text or ""]) if "@" in address]
    if not found:
        raise UsageError(f"{variable} has no e-mail address", next_step=f"set {variable}=ops@example.com")
    return found


def _refused(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{who}: {_said(*answer)}" for who, answer in recipients.items())


def _said(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(shown.split())[:200]}"
