"""Who is available right now, over the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import World, at

AVAILABLE = "/api/v1/specialists/available/"


def available(client: APIClient, world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(AVAILABLE, {"topic": world.topic.slug}).json()["results"]
    return found


def test_somebody_available_comes_with_extension_and_until_when(agent: APIClient) -> None:
    world = World(capacity=0)
    somebody = world.specialist(extension="4321")
    world.book(at(10))
    assert available(agent, world) == [
        {
            "specialist": somebody.pk,
            "name": somebody.user.name,
            "team": world.team.slug,
            "extension": "4321",
            "until": "2026-11-23T09:00:00Z",
        }
    ]


def test_who_takes_no_transfers_is_not_there(agent: APIClient) -> None:
    world = World(capacity=0)
    world.specialist(takes_transfers=False)
    assert available(agent, world) == []


@pytest.mark.parametrize(("query", "status"), [("", 400), ("topic=", 400), ("topic=nothing", 404)])
def test_the_topic_must_be_said(agent: APIClient, query: str, status: int) -> None:
    answer = agent.get(f"{AVAILABLE}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "topic")
