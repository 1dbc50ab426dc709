"""The line to the mail server: one connection for a batch, and what its refusals mean."""

import contextlib
import smtplib

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend


class LineDown(OSError):
    """The mail server cannot be reached or does not answer; no use in trying others of the batch."""


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
            raise LineDown(describe(error)) from error

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Return once the server has accepted the mail. Raises ``OSError``, smtplib's own errors included."""
        try:
            self._backend.send_messages([mail])
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            self._hang_up()
            raise
        except TimeoutError:
            self._give_up()
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


def is_final(error: Exception) -> bool:
    """Whether trying again is useless: the server refuses this reader or this mail for good (5xx).

    A refused sender or sign-in is the installation's fault and can be put right, so it is tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def describe(error: Exception) -> str:
    """One short line for the log and the worklist."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = (f"{code} {answer!r}" for code, answer in error.recipients.values())
        return f"{type(error).__name__}: {'; '.join(answers)}"[:300]
    return f"{type(error).__name__}: {error}"[:300]
