"""A mail server that Django's backend talks to, and a server for everything else."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.callbacks.messages.mailserver import MailServer
from tests.callbacks.messages.provider import Provider


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    server.start()
    yield server
    server.stop()
