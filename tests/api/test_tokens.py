"""Tokens: asked for, used, revoked."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import World

PASSWORD = "a-long-enough-password"


@pytest.fixture
def client() -> APIClient:
    return APIClient()


def sign_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    return client.post("/api/v1/token/", {"username": username, "password": password}, format="json")


@pytest.fixture
def username(world: World) -> str:
    world.agent.set_password(PASSWORD)
    world.agent.save()
    return world.agent.username


def test_a_token_opens_the_api(client: APIClient, username: str) -> None:
    token = sign_in(client, username).json()["token"]
    assert client.get("/api/v1/teams/", headers={"Authorization": f"Token {token}"}).status_code == 200


def test_a_token_costs_one_query(client: APIClient, username: str, django_assert_num_queries: Any) -> None:
    for _sign_in in range(3):
        token = sign_in(client, username).json()["token"]
    with django_assert_num_queries(2):
        client.get("/api/v1/closures/?page_size=1", headers={"Authorization": f"Token {token}"})


def test_a_revoked_token_is_refused(client: APIClient, username: str) -> None:
    headers = {"Authorization": f"Token {sign_in(client, username).json()['token']}"}
    assert client.delete("/api/v1/token/", headers=headers).status_code == 204
    assert client.get("/api/v1/teams/", headers=headers).status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "é" * 20, "\x00" * 20, "a" * 5000, "a b", ""])
def test_what_is_no_token_is_refused(client: APIClient, db: None, token: str) -> None:
    answer = client.get("/api/v1/teams/", headers={"Authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert answer["WWW-Authenticate"] == "Token"


def test_a_wrong_password_is_refused(client: APIClient, username: str) -> None:
    answer = sign_in(client, username, "wrong")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_closed_account_gets_no_token(client: APIClient, world: World, username: str) -> None:
    world.agent.is_active = False
    world.agent.save()
    assert sign_in(client, username).status_code == 401


def test_a_token_of_a_closed_account_is_refused(client: APIClient, world: World, username: str) -> None:
    token = sign_in(client, username).json()["token"]
    world.agent.is_active = False
    world.agent.save()
    assert client.get("/api/v1/teams/", headers={"Authorization": f"Token {token}"}).status_code == 401


def test_too_many_wrong_passwords_lock_the_account(client: APIClient, username: str) -> None:
    answers = [sign_in(client, username, "wrong") for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[0].json()["code"] == "sign_in_failed"
    locked = sign_in(client, username)
    assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
    assert locked["Retry-After"] == "900"


@pytest.mark.parametrize("username", ["", "\x00", "x" * 151, "\ud800", 5 * [0]])
def test_a_user_name_that_cannot_be_one_is_named(client: APIClient, db: None, username: object) -> None:
    body = json.dumps({"username": username, "password": "x"})
    answer = client.post("/api/v1/token/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "username"


def test_a_browser_session_works_with_its_csrf_token_only(world: World) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.admin)
    assert client.get("/api/v1/teams/").status_code == 200
    answer = client.post("/api/v1/teams/", {"slug": "new", "name": "New"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
