"""A frozen clock, and a client per person."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import NOW, World

SignIn = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sign_in() -> SignIn:
    """Make a client for a person."""

    def make(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return make


@pytest.fixture
def agent(world: World, sign_in: SignIn) -> APIClient:
    """The front-office agent's client."""
    return sign_in(world.agent)


@pytest.fixture
def lead(world: World, sign_in: SignIn) -> APIClient:
    """The client of the team's lead."""
    return sign_in(world.lead)


@pytest.fixture
def admin(world: World, sign_in: SignIn) -> APIClient:
    """The administrator's client."""
    return sign_in(world.admin)
