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


class Mood(Enum):
    """How it treats whoever comes."""

    WELL = "accepts"
    AWAY = "hangs up on everybody"
    HANGING = "takes a mail and does not answer"
    BUSY = "says 451 to every mail"
    REFUSING = "says 554 to every mail"
    CUTTING = "takes a mail and cuts the line"


ANSWERS = {Mood.BUSY: "451 busy", Mood.REFUSING: "554 no"}
LONGER_THAN_THE_PATIENCE = 5


class WatchedMailServer(MailServer):
    """Holds the first mail that reaches the armed stage until the worker's connection breaks.

    ``cut_off`` counts what it accepted without being able to say so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mood = Mood.WELL
        self.cut_off = 0
        self.reached = threading.Event()
        self._armed: Stage | None = None

    def arm(self, stage: Stage) -> None:
        """Say at which stage ``reached`` is set."""
        self.reached.clear()
        self._armed = stage

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet, or hang up."""
        if self.mood is Mood.AWAY:
            _cut(server)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient."""
        await self._pass(Stage.RECIPIENT)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept a mail, or what else its mood is."""
        await self._pass(Stage.CONTENT)
        if self.mood is Mood.HANGING:
            await asyncio.sleep(LONGER_THAN_THE_PATIENCE)
        if self.mood is Mood.CUTTING:
            await super().handle_DATA(server, session, envelope)
            self.cut_off += 1
            _cut(server)
        if self.mood is not Mood.WELL:
            return ANSWERS.get(self.mood, "451 never read")
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


def _cut(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()
