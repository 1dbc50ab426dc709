"""A changed password ends whatever the old one opened."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import World

NEW = "quite-another-password"
CHANGED = {"usable_password": "true", "password1": NEW, "password2": NEW}
SWITCHED_OFF = {"usable_password": "false", "unset-password": "yes"}


@pytest.fixture
def agent(world: World) -> User:
    """An agent with a password."""
    world.agent.set_password("the-password-of-before")
    world.agent.save()
    return world.agent


@pytest.fixture
def program(agent: User) -> APIClient:
    """A program with the agent's token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(agent)[1]}")
    return client


@pytest.fixture
def browser(agent: User) -> Client:
    """The agent's browser."""
    client = Client()
    client.force_login(agent)
    return client


def change(world: World, user: User, form: dict[str, str]) -> None:
    """Change a password in the administration pages."""
    administrator = Client()
    administrator.force_login(world.admin)
    answer = administrator.post(reverse("admin:auth_user_password_change", args=[user.pk]), form)
    assert answer.status_code == 302


@pytest.mark.parametrize("form", [CHANGED, SWITCHED_OFF], ids=["changed", "switched off"])
def test_a_changed_password_ends_tokens(
    world: World, agent: User, program: APIClient, form: dict[str, str]
) -> None:
    assert program.get("/api/v1/teams/").status_code == 200
    change(world, agent, form)
    assert program.get("/api/v1/teams/").status_code == 401


@pytest.mark.parametrize("form", [CHANGED, SWITCHED_OFF], ids=["changed", "switched off"])
def test_a_changed_password_ends_sessions(
    world: World, agent: User, browser: Client, form: dict[str, str]
) -> None:
    assert browser.get("/desk/").status_code == 200
    change(world, agent, form)
    assert browser.get("/desk/").status_code == 302


def test_others_stay_signed_in(world: World, agent: User, program: APIClient, browser: Client) -> None:
    change(world, world.lead, CHANGED)
    assert (program.get("/api/v1/teams/").status_code, browser.get("/desk/").status_code) == (200, 200)


def test_whoever_changes_the_own_password_stays_in_this_browser_only(world: World) -> None:
    world.admin.set_password("the-password-of-before")
    world.admin.save()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(world.admin)
    form = {"old_password": "the-password-of-before", "new_password1": NEW, "new_password2": NEW}
    assert here.post(reverse("admin:password_change"), form).status_code == 302
    assert [client.get(reverse("admin:index")).status_code for client in (here, elsewhere)] == [200, 302]


def test_other_changes_to_a_user_end_nothing(agent: User, program: APIClient) -> None:
    user = User.objects.get(pk=agent.pk)
    user.name = "Anna Anders"
    user.save()
    assert program.get("/api/v1/teams/").status_code == 200


def test_a_hash_that_is_renewed_ends_nothing(agent: User, program: APIClient) -> None:
    hashers = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("PBKDF2", "MD5")]
    with override_settings(PASSWORD_HASHERS=hashers):
        assert User.objects.get(pk=agent.pk).check_password("the-password-of-before")
        assert User.objects.get(pk=agent.pk).password.startswith("pbkdf2")
    assert program.get("/api/v1/teams/").status_code == 200
