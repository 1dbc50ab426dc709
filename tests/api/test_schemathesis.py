"""Requests made up from the API's own description: no server error, and answers as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from callbacks.models import AvoidableReason
from config.wsgi import application
from tests.factories import World, at

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def known(world: World) -> dict[str, Any]:
    """Values that name something that is there, per input."""
    return {
        "reference": world.book().reference,
        "topic": world.topic.slug,
        "specialist": world.specialists[0].pk,
        "starts_at": "2026-11-24T09:00:00Z",
        "from": "2026-11-24",
        "until": "2026-11-25",
        "team": world.team.slug,
        "version": 1,
        "about": world.book(at(11)).reference,
        "avoidable_reason": AvoidableReason.objects.create(name="Letter unclear").pk,
        "transferred_to": world.specialists[0].pk,
    }


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the transaction of the test: a request over WSGI closes connections."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(world: World, _one_connection: None) -> Any:
    """The description; every second made-up value gives way to one that is known."""
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/schema/", application, headers={"Accept": "application/vnd.oai.openapi+json"}
    )
    values = known(world)

    def use(_context: Any, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {
            name: values[name] if name in values and len(str(value)) % 2 else value
            for name, value in given.items()
        }

    for hook in ("map_path_parameters", "map_query", "map_body"):
        schema.hook(hook)(use)
    return schema


@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
def test_made_up_requests_are_answered_as_described(described: Any, world: World, role: str) -> None:
    headers = {"Authorization": f"Token {AuthToken.objects.create(user=getattr(world, role))[1]}"}
    for operation in described.get_all_operations():
        # Where every value is allowed nothing wrong can be made up: then the right ones are all there is.
        right, wrong = (operation.ok().as_strategy(generation_mode=mode) for mode in GenerationMode)

        @BOUNDED
        @given(right | wrong)
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
