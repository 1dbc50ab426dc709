"""A real SMTP server in a thread: it accepts, refuses or delays, and remembers what it accepted."""

import logging
import socket
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class MailServer:
    """``refusals`` holds the answer per recipient, ``data_answer`` the answer to any mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.data_answer = ""
        self.connections = 0
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Listen on its port of this machine."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # else a line for every command
        self._controller.start()

    def stop(self) -> None:
        """Close the port."""
        self._controller.stop()

    @property
    def counts(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(mail["Message-ID"] for mail in self.mails)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count connections: each begins with one EHLO."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept or refuse a recipient."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Accept or refuse a mail."""
        if self.data_answer:
            return self.data_answer
        self.mails.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        return "250 accepted"
