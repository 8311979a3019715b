"""Where alerts go to: addresses that are refused, mails as they arrive, and secrets that are said nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.errors import UsageError
from config.secrets import forget
from config.settings import Settings
from services.alerts import DeliveryError, channels_of
from services.alerts.mail import Mail
from services.alerts.message import Line, Message
from services.alerts.webhook import Webhook
from tests.services.alerts.receivers import PASSWORD, Hook, Post, certificate, served_by, trusting

TO = "ops@example.com, Ana <ana@example.com>"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No secret of one test is masked in another's texts."""
    yield
    forget()


async def test_a_private_address_is_refused_unless_it_is_allowed(hook: Hook) -> None:
    """Written as a number or behind a name; and no other port than that of the address becomes reachable."""
    for url in (hook.url, hook.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(DeliveryError, match="is on a private network") as refused:
            await Webhook(url).deliver(Message.trial(None))
        assert "s3cr3t" not in refused.value.message
        assert refused.value.next_step is not None and "ALERT_PRIVATE" in refused.value.next_step
        await Webhook(url, allow_private=True).deliver(Message.trial(None))
    with pytest.raises(DeliveryError, match="is on a private network"):  # where clouds keep their metadata
        await Webhook("http://169.254.169.254/x", allow_private=True).deliver(Message.trial(None))
    assert len(hook.documents) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"alert_webhook": "hooks.example.com/x"}, "ALERT_WEBHOOK is not a web address"),
        ({"alert_webhook": "http://hooks.example.com/t0ken-part"}, "sent openly"),
        ({"alert_smtp": "mail.example.com"}, "ALERT_SMTP is not the address"),
        ({"alert_smtp": "smtp://u:p%40ss-word@mail.example.com"}, "ALERT_EMAIL_FROM has no e-mail"),
        ({"alert_smtp": "smtp://mail.example.com:x", "alert_email_from": "a@example.com"}, "not an address"),
        (
            {"alert_smtp": "smtps://mail.example.com", "alert_email_from": "a@example.com"},
            "ALERT_EMAIL_TO has no e-mail",
        ),
    ],
)
def test_a_channel_that_is_set_wrongly_is_refused_without_its_secret(given: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        channels_of(Settings(_env_file=None, **given))
    assert not any(part in f"{refused.value}" for part in ("t0ken", "p%40ss", "p@ss"))


@pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning")  # by the server of this test
async def test_a_mail_arrives_encrypted_with_its_id_and_no_header_of_an_alert_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS, a login, each line of the alert; a title with a newline stays one header."""
    file = certificate(tmp_path)
    message = Message.trial("https://pm.example.com")
    line = Line(
        "acme", "3 rows, usual 30", "property-manager plans show 1", "https://pm.example.com/p", "now"
    )
    message = Message(message.id, "1 plan is held: acme", [line], rest="and 4 more")
    async with Post.up(served_by(file)) as post:
        server = f"smtp://ops:{PASSWORD}@localhost:{post.port}"
        mail = Mail(server, "pm@example.com", TO)
        with pytest.raises(DeliveryError, match="cannot be trusted") as untrusted:
            await mail.deliver(message)
        assert PASSWORD not in untrusted.value.message
        monkeypatch.setattr("services.alerts.mail.tls_context", trusting(file))
        post.refused.add("ana@example.com")
        note = await mail.deliver(message)
        assert note is not None and "ana@example.com: 550 no such mailbox" in note
        post.refused.add("ops@example.com")
        with pytest.raises(DeliveryError, match="refuses every recipient"):
            await mail.deliver(message)
        with pytest.raises(DeliveryError, match=r"refuses the user or password \(535\)"):
            await Mail(server.replace(PASSWORD, "wr0ng"), "pm@example.com", TO).deliver(message)
    (sent,) = post.mails
    assert (sent["Subject"], sent["From"], sent["To"]) == (
        *("1 plan is held: acme", "pm@example.com"),
        "ops@example.com, ana@example.com",
    )
    assert sent["Message-ID"] == f"<{message.id}@property-manager>"
    assert sent.get_content().splitlines()[:6] == [
        *("1 plan is held: acme", "", "- acme: 3 rows, usual 30 (now)"),
        *("  property-manager plans show 1", "  https://pm.example.com/p", "and 4 more"),
    ]
    with pytest.raises(DeliveryError, match="cannot be used"):  # the server is gone
        await mail.deliver(message)


def test_what_a_message_shows_of_an_alert_is_one_line_without_secrets() -> None:
    """Whatever a source wrote: newlines, controls, a password, a text without end."""
    alert = {
        "source": "acme\r\nBcc: x@example.com",
        "sentence": "https://u:hunter22@h.example/?token=abcdef123456 \x1b[2J " + "long " * 400,
        **{"next_step": None, "path": None, "began_at": "2026-01-01T00:00:00+00:00"},
        **{"ended_at": None, "lasts": True},
    }
    found = {
        **{"id": "3f1d5c8e-0000-4000-8000-000000000000", "title": "plan is held", "titles": "plans are held"},
        **{"alerts": 1, "sources": 1, "by_source": [{"source": alert["source"], "alerts": 1}]},
        **{"first": [alert], "part": "began", "attempts": 1, "created_at": "2026-01-01T00:00:00+00:00"},
    }
    message = Message.of(found, None)
    (line,) = message.lines
    text = "\n".join(message.plain())
    assert message.title == "1 plan is held: acme Bcc: x@example.com"
    assert len(line.sentence) == 400 and "\\x1b[2J" in line.sentence
    assert "hunter22" not in text and "abcdef123456" not in text
