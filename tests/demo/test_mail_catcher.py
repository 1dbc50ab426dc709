"""The mail catcher as its own process, spoken to by a real SMTP client."""

import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo import mailbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def start(port: int, directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "demo.mail_catcher", "--port", str(port), "--directory", str(directory)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def catcher(port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(port, tmp_path / "mail")
    for _try in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    yield process
    process.kill()
    process.communicate()


def mail(body: str = "U wordt gebeld.") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "terugbellen@example.org", "klant@example.org"
    message["Subject"] = "Uw terugbelafspraak, één belofte"
    message.set_content(body)
    message.add_alternative("<p>U wordt <b>gebeld</b>.</p>", subtype="html")
    return message


def test_a_delivered_mail_is_kept_whole(catcher: object, port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(mail())
    [name] = mailbox.names(tmp_path / "mail")
    kept = mailbox.read(tmp_path / "mail", name)
    assert (kept.subject, kept.recipient) == ("Uw terugbelafspraak, één belofte", "klant@example.org")
    assert kept.text.strip() == "U wordt gebeld."
    assert "<b>gebeld</b>" in kept.html


def test_the_newest_mail_comes_first(catcher: object, port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(mail("eerste"))
        client.send_message(mail("tweede"))
    directory = tmp_path / "mail"
    assert [mailbox.read(directory, name).text.strip() for name in mailbox.names(directory)] == [
        "tweede",
        "eerste",
    ]


def test_a_mail_above_the_limit_is_refused(catcher: object, port: int, tmp_path: Path) -> None:
    too_much = "x" * 70 + "\n"
    with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPResponseException):
        client.send_message(mail(too_much * 160_000))
    assert mailbox.names(tmp_path / "mail") == []


def test_a_full_disk_asks_the_sender_to_try_again(catcher: object, port: int, tmp_path: Path) -> None:
    (tmp_path / "mail").rename(tmp_path / "elsewhere")
    with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.send_message(mail())
    assert refused.value.smtp_code == 451


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_with_a_client_connected(
    catcher: subprocess.Popen[str], port: int, number: signal.Signals
) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        catcher.send_signal(number)
        assert catcher.wait(timeout=10) == 0


def test_a_taken_port_is_said_in_a_sentence(catcher: object, port: int, tmp_path: Path) -> None:
    second = start(port, tmp_path / "other")
    _output, errors = second.communicate(timeout=20)
    assert second.returncode == 1
    assert errors.startswith("The mail catcher cannot start:")
