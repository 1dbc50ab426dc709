"""E-mail: one connection to the mail server for a batch, and what its refusals mean."""

import contextlib
import smtplib

from django.core.mail.backends.smtp import EmailBackend

from callbacks.messages.channels.base import LineDown, Refused
from callbacks.messages.rendering import compose
from callbacks.models import Message


class MailLine:
    """A connection that is opened when first needed, kept, and replaced when the server hangs up."""

    def __init__(self) -> None:
        self._backend = EmailBackend()
        self.is_down = False

    def open(self) -> None:
        """Make sure that there is a connection. Raises ``LineDown``."""
        if self.is_down:
            raise LineDown("The mail server did not answer a moment ago.")
        try:
            self._backend.open()
        except OSError as error:
            self._give_up()
            raise LineDown(f"{type(error).__name__}: {error}") from error

    def send(self, message: Message) -> None:
        """Return once the server has accepted the mail. Raises ``Refused`` and smtplib's own errors."""
        try:
            self._backend.send_messages([compose(message)])
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            self._hang_up()
            raise
        except TimeoutError:
            self._give_up()
            raise
        except smtplib.SMTPRecipientsRefused as error:
            answers = list(error.recipients.values())
            final = all(code >= 500 for code, _answer in answers)
            said = "; ".join(f"{code} {answer!r}" for code, answer in answers)
            raise (Refused if final else OSError)(said) from error
        except smtplib.SMTPDataError as error:
            # A refused sender or sign-in can be put right by the installation: that is tried again.
            if error.smtp_code >= 500:
                raise Refused(str(error)) from error
            raise

    def close(self) -> None:
        """Say goodbye; nothing depends on the answer."""
        with contextlib.suppress(OSError):
            self._backend.close()

    def _give_up(self) -> None:
        self.is_down = True
        self._hang_up()

    def _hang_up(self) -> None:
        """Drop the connection without a word, as the other side no longer listens."""
        if self._backend.connection is not None:
            self._backend.connection.close()
            self._backend.connection = None
