"""A mail server that says how far it is with a mail, so that a worker can be killed at that very point."""

import asyncio
import threading
from enum import Enum

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.callbacks.messages.mailserver import MailServer


class Stage(Enum):
    """Points in the delivery of one mail."""

    RECIPIENT = "before the mail was handed over"
    CONTENT = "while the server has it and has not accepted it"
    ACCEPTED = "after acceptance, before the answer"
    ANSWERED = "while the worker notes that it was sent"


class WatchedMailServer(MailServer):
    """Holds the first mail that reaches the armed stage until the worker's connection breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self._armed: Stage | None = None

    def arm(self, stage: Stage) -> None:
        """Say at which stage ``reached`` is set."""
        self.reached.clear()
        self._armed = stage

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient."""
        await self._pass(Stage.RECIPIENT)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept a mail."""
        await self._pass(Stage.CONTENT)
        answer = await super().handle_DATA(server, session, envelope)
        await self._pass(Stage.ACCEPTED)
        if self._armed is Stage.ANSWERED:
            self._armed = None
            self.reached.set()
        return answer

    async def _pass(self, stage: Stage) -> None:
        if self._armed is stage:
            self._armed = None
            self.reached.set()
            # A broken connection cancels this; a worker that lives on gives up after its patience.
            await asyncio.sleep(5)
