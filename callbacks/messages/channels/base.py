"""What delivery asks of a channel, and how a channel says that something did not go out."""

from typing import Protocol

from callbacks.models import Message


class Refused(OSError):
    """The other side refuses this reader or this message for good: trying again is useless."""


class LineDown(OSError):
    """The other side cannot be reached or does not answer; no use in trying others of the batch."""


class Line(Protocol):
    """The way to one channel for a batch: opened when first needed, kept, and closed at the end.

    Every question to the other side has a time-out; together those for one message take less than
    ``DELIVERY_LEASE_SECONDS``.
    """

    is_down: bool

    def open(self) -> None:
        """Make sure that the other side can be reached, as far as that can be known. Raises ``LineDown``."""

    def send(self, message: Message) -> None:
        """Return once the other side has accepted the message.

        Raises ``Refused`` (final); ``LineDown`` or any other error: not now, perhaps later.
        """

    def close(self) -> None:
        """Say goodbye; nothing depends on the answer."""
