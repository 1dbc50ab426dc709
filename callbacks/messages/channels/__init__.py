"""The ways a message goes out, one line for each; the list in the application needs none."""

from collections.abc import Callable, Mapping
from typing import Self

from callbacks.messages.channels.base import Line, LineDown, Refused
from callbacks.messages.channels.gateway import ChatLine, SmsLine
from callbacks.messages.channels.mail import MailLine
from callbacks.messages.channels.webhooks import WebhookLine
from callbacks.states import MessageChannel

__all__ = ["LINES", "Line", "LineDown", "Lines", "Refused"]

LINES: Mapping[MessageChannel, Callable[[], Line]] = {
    MessageChannel.EMAIL: MailLine,
    MessageChannel.SMS: SmsLine,
    MessageChannel.CHAT: ChatLine,
    MessageChannel.WEBHOOK: WebhookLine,
}


class Lines:
    """The lines that a batch needs; a block closes them at its end."""

    def __init__(self) -> None:
        self._lines: dict[MessageChannel, Line] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for line in self._lines.values():
            line.close()

    def to(self, channel: str) -> Line:
        """The line of a channel, the same for the whole batch."""
        channel = MessageChannel(channel)
        if channel not in self._lines:
            self._lines[channel] = LINES[channel]()
        return self._lines[channel]

    @property
    def down(self) -> set[MessageChannel]:
        """The channels whose other side did not answer."""
        return {channel for channel, line in self._lines.items() if line.is_down}
