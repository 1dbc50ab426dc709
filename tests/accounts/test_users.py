"""Users, their roles, and where they come from."""

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.test.utils import override_settings

from accounts.addresses import client_address
from accounts.models import Role, User
from tests.factories import UserFactory


@pytest.mark.parametrize("role", Role)
def test_only_administrators_open_the_administration(db: None, role: Role) -> None:
    user = UserFactory.create(role=role)
    expected = role == Role.ADMINISTRATOR
    assert (user.is_staff, user.has_perm("any.thing"), user.has_module_perms("any")) == (expected,) * 3


def test_a_closed_account_opens_nothing(db: None) -> None:
    assert not UserFactory.create(role=Role.ADMINISTRATOR, is_active=False).is_staff


def test_the_first_administrator_is_made_on_the_command_line(db: None) -> None:
    made = User.objects.create_superuser("root", "secret", name="Root", email="root@example.org")
    assert (made.role, made.check_password("secret")) == (Role.ADMINISTRATOR, True)


def test_without_a_password_nobody_gets_in(db: None) -> None:
    assert not User.objects.create_user("sso", role=Role.AGENT).has_usable_password()


def test_an_unknown_role_is_refused_by_the_database(db: None) -> None:
    with pytest.raises(IntegrityError, match="user_role_known"), transaction.atomic():
        UserFactory.create(role="king")


def test_a_user_is_called_by_name_or_else_by_user_name(db: None) -> None:
    assert str(UserFactory.create(name="Anna")) == "Anna"
    assert str(UserFactory.create(name="", username="anna")) == "anna"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (True, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "", "127.0.0.1"),
        (False, "198.51.100.7", "127.0.0.1"),
    ],
)
def test_a_client_has_the_address_that_our_own_proxy_saw(
    trusted: object, forwarded: str, address: str
) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUST_PROXY=trusted):
        assert client_address(request) == address
