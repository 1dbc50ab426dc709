"""Reading the mail that the catcher kept."""

import datetime as dt
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

NAME = r"[0-9]{20}-[0-9a-f]{8}"
UNNAMED = "file"
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One caught mail: its headers as shown, its text and HTML parts as plain text, and its files."""

    name: str
    headers: dict[str, str]
    text: str
    html: str
    files: list[Attachment]

    @property
    def subject(self) -> str:
        """The subject, empty when there is none."""
        return self.headers.get("Subject", "")

    @property
    def recipient(self) -> str:
        """To whom it was sent, as the header says."""
        return self.headers.get("To", "")

    @property
    def kept_at(self) -> dt.datetime:
        """When the catcher kept it (UTC)."""
        nanoseconds, _dash, _rest = self.name.partition("-")
        return dt.datetime.fromtimestamp(int(nanoseconds) / 1e9, dt.UTC)


def names(directory: Path) -> list[str]:
    """The names of all caught mails, newest first; none when there is no such directory."""
    if not directory.is_dir():
        return []
    found = (path.stem for path in directory.glob("*.eml") if re.fullmatch(NAME, path.stem))
    return sorted(found, reverse=True)


def read(directory: Path, name: str) -> Mail:
    """One mail by its name. Raises ``FileNotFoundError`` for whatever is not the name of a caught mail."""
    if not re.fullmatch(NAME, name):
        raise FileNotFoundError(name)
    content = (directory / f"{name}.eml").read_bytes()
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    headers = {header: str(message[header]) for header in SHOWN_HEADERS if message[header]}
    return Mail(name, headers, _part(message, "plain"), _part(message, "html"), _files(message))


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    if not isinstance(body, EmailMessage):
        return ""
    try:
        return str(body.get_content())
    except LookupError:  # an unknown character set
        return str(body.get_payload())


def _files(message: EmailMessage) -> list[Attachment]:
    """What is neither text nor HTML to read; a part that is a mail itself or has parts is no file."""
    parts = ((part, part.get_payload(decode=True)) for part in message.walk() if part.is_attachment())
    return [
        Attachment(part.get_filename() or UNNAMED, part.get_content_type(), content)
        for part, content in parts
        if isinstance(content, bytes)
    ]
