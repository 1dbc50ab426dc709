"""A frozen clock, and a browser session per person."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from tests.factories import NOW, World

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Real hashing takes its time, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def enter() -> Enter:
    """Sign a person in."""

    def session(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return session


@pytest.fixture
def agent(world: World, enter: Enter) -> Client:
    """The front-office agent's session."""
    return enter(world.agent)


@pytest.fixture
def specialist(world: World, enter: Enter) -> Client:
    """The first specialist's session."""
    return enter(world.person)


@pytest.fixture
def lead(world: World, enter: Enter) -> Client:
    """The team lead's session."""
    return enter(world.lead)


def squashed(html: str) -> str:
    """HTML without what differs between two answers: tokens, white space, where the focus goes."""
    plain = re.sub(r'name="(csrfmiddlewaretoken|token)" value="[^"]*"', "", html)
    plain = re.sub(r"<noscript>.*?</noscript>", "", plain, flags=re.DOTALL)
    plain = re.sub(r"\s+", " ", plain).replace(" autofocus", "")
    return re.sub(r" *([<>]) *", r"\1", plain).strip()


def text_of(html: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def queries(client: Client, address: str, **how: Any) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, **how).status_code == 200
    return len(captured)
