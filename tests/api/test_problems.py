"""Every refusal is a problem detail."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from rest_framework.test import APIClient

from callbacks import errors
from callbacks.api.constraints import FIELDS, ORGANISATION
from callbacks.api.problems import DOMAIN_STATUS, describe

TEAMS = "/api/v1/teams/"


def post(client: APIClient, body: str, content_type: str = "application/json") -> Any:
    return client.post(TEAMS, body, content_type=content_type)


def test_a_problem_has_all_its_members(agent: APIClient) -> None:
    body = agent.get(f"{TEAMS}nowhere/").json()
    assert body.keys() == {"type", "title", "status", "detail", "code", "errors"}
    assert body["type"] == "urn:belbelofte:problem:not_found"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "parse_error"),
        ("[" * 100_000, 400, "parse_error"),
        ("9" * 5000, 400, "parse_error"),
        ("NaN", 400, "parse_error"),
        ("[]", 400, "invalid"),
        ("null", 400, "invalid"),
        ('"text"', 400, "invalid"),
        ('{"name": "' + "x" * 300_000 + '"}', 413, "body_too_large"),
    ],
)
def test_a_body_that_is_no_record_is_refused(admin: APIClient, body: str, status: int, code: str) -> None:
    answer = post(admin, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_kind_of_body_is_refused(admin: APIClient) -> None:
    answer = post(admin, "<team/>", "application/xml")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_method_that_is_not_there_is_refused(admin: APIClient) -> None:
    answer = admin.delete(TEAMS)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_an_answer_in_another_format_is_refused(admin: APIClient) -> None:
    answer = admin.get(TEAMS, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
@pytest.mark.parametrize("path", ["", "v1", "v1/", "v2/teams/", "v1/teams", "v1/appointments/K7P-4MXQ/fly/"])
def test_an_unknown_address_is_a_problem(client: Any, method: str, path: str) -> None:
    answer = getattr(client, method)(f"/api/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_every_domain_error_has_a_status() -> None:
    # The pages have one of their own, which no door raises.
    of_doors = {one for one in errors.DomainError.__subclasses__() if one.__module__ == errors.__name__}
    assert set(DOMAIN_STATUS) == of_doors


def test_a_busy_database_asks_to_try_again() -> None:
    problem = describe(OperationalError("canceling statement due to lock timeout"))
    assert problem
    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})


def test_an_unforeseen_error_is_not_hidden() -> None:
    assert describe(RuntimeError()) is None
    assert describe(IntegrityError()) is None


def test_the_constraints_with_a_field_exist() -> None:
    names = {each.name for model in ORGANISATION for each in model._meta.constraints}
    assert set(FIELDS) <= names


@pytest.mark.parametrize(
    ("topic", "phone", "status", "named"),
    [
        ("nowhere", "06 1234 5678", 404, {"topic"}),
        ("nowhere", "", 400, {"topic", "customer.phone"}),
    ],
)
def test_a_record_that_is_not_there_is_a_404_when_nothing_else_is_wrong(
    agent: APIClient, topic: str, phone: str, status: int, named: set[str]
) -> None:
    body = {"topic": topic, "starts_at": "2026-11-24T08:00:00Z", "customer": {"name": "An", "phone": phone}}
    answer = agent.post("/api/v1/appointments/", body, format="json")
    assert answer.status_code == status
    assert {error["field"] for error in answer.json()["errors"]} == named
