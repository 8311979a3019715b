"""What receives alerts in tests: an HTTP server that answers as it is told, and a mail server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = web.Response | None
"""None: no answer, until the test ends."""

PASSWORD = "c0rrect-horse"


@dataclass
class Hook:
    """A receiver of webhooks on loopback: gives its answers one after the other, then 200."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def titles(self) -> list[str]:
        return [document["blocks"][0]["text"]["text"] for document in self.documents]

    async def _take(self, request: web.Request) -> web.Response:
        self.documents.append(await request.json())
        self.ids.append(request.headers["Idempotency-Key"])
        self.came.set()
        answer = self.answers.pop(0) if self.answers else web.Response(text="ok")
        if answer is None:
            await self.over.wait()
            return web.Response(status=503)
        return answer

    @classmethod
    @asynccontextmanager
    async def up(cls) -> AsyncIterator[Hook]:
        hook = cls()
        app = web.Application()
        app.router.add_post("/services/T0000/B0000/s3cr3t-part", hook._take)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        server = web.TCPSite(runner, "127.0.0.1", 0)
        await server.start()
        port = runner.addresses[0][1]
        hook.url = f"http://127.0.0.1:{port}/services/T0000/B0000/s3cr3t-part"
        try:
            yield hook
        finally:
            hook.over.set()
            await runner.cleanup()


@dataclass
class Post:
    """A mail server on loopback that wants TLS and a password, and refuses some recipients."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"

    @classmethod
    @asynccontextmanager
    async def up(cls, context: ssl.SSLContext) -> AsyncIterator[Post]:
        post = cls()

        def allow(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
        ) -> AuthResult:
            return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

        def protocol() -> SMTP:
            return SMTP(
                post,
                hostname="127.0.0.1",
                tls_context=context,
                require_starttls=True,
                auth_required=True,
                authenticator=allow,
                loop=asyncio.get_running_loop(),
            )

        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        post.port = server.sockets[0].getsockname()[1]
        try:
            yield post
        finally:
            server.close()
            await server.wait_closed()


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate of its own signature with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return file


def served_by(file: Path) -> ssl.SSLContext:
    """The context of a server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def trusting(file: Path) -> Callable[[], ssl.SSLContext]:
    """What makes a client's context that trusts this certificate alone."""
    return lambda: ssl.create_default_context(cafile=str(file))
