"""A mail server that others wrote: aiosmtpd, which keeps what it takes and can be told to fail."""

from __future__ import annotations

import asyncio
import email
import email.policy
import functools
import time
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from billing_system import eventually
from relay import unused_port

HELD_SECONDS = 8.0


@dataclass(frozen=True)
class Mail:
    """A mail as it came over the wire."""

    sender: str
    recipients: list[str]
    content: bytes
    at: float

    @functools.cached_property
    def parsed(self) -> EmailMessage:
        message = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class MailServer:
    """Refusals are used up one by one: at `mail`, `rcpt` or `data`, a reply of the server, or one
    of `drop` (the connection breaks once the mail was taken) and `hold` (nothing is answered)."""

    mails: list[Mail] = field(default_factory=list)
    attempts: list[Mail] = field(default_factory=list)
    faults: deque[tuple[str, str]] = field(default_factory=deque)

    def fail(self, place: str, reply: str, times: int = 1) -> None:
        self.faults.extend([(place, reply)] * times)

    def to(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.mails if recipient in mail.recipients]

    def attempts_to(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.attempts if recipient in mail.recipients]

    def first_to(self, recipient: str, seconds: float = 20) -> Mail:
        return eventually(lambda: self.to(recipient), seconds, f"mail to {recipient}")[0]

    # What aiosmtpd calls.

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._fault("mail", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._fault("rcpt", server)
        if reply is not None:
            self.attempts.append(Mail(str(envelope.mail_from), [address], b"", time.monotonic()))
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert content is not None
        mail = Mail(str(envelope.mail_from), envelope.rcpt_tos, content, time.monotonic())
        self.attempts.append(mail)
        place = self._next("data")
        if place == "drop":
            self.mails.append(mail)
        reply = await self._carry_out(place, server)
        if reply is not None:
            return reply
        self.mails.append(mail)
        return "250 OK"

    def _next(self, place: str) -> str | None:
        if self.faults and self.faults[0][0] == place:
            return self.faults.popleft()[1]
        return None

    async def _fault(self, place: str, server: SMTP) -> str | None:
        return await self._carry_out(self._next(place), server)

    async def _carry_out(self, reply: str | None, server: SMTP) -> str | None:
        if reply == "drop":
            server.transport.abort()
            return "250 nobody hears this"
        if reply == "hold":
            await asyncio.sleep(HELD_SECONDS)
            return "451 too late"
        return reply

    def __enter__(self) -> MailServer:
        self.port = unused_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop(no_assert=True)
