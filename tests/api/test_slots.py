"""Free slots over the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from callbacks import operations
from tests.factories import NOW, World, at

SLOTS = "/api/v1/slots/"


def ask(client: APIClient, world: World, **query: str | int | None) -> Any:
    period: dict[str, str | int | None] = {"from": "2026-11-24", "until": "2026-11-24"}
    given = period | {"topic": world.topic.slug} | query
    return client.get(SLOTS, {name: value for name, value in given.items() if value is not None})


def test_a_slot_has_its_times_and_who_is_free(agent: APIClient, world: World) -> None:
    first = ask(agent, world).json()["results"][0]
    assert first == {
        "starts_at": "2026-11-24T08:00:00Z",
        "ends_at": "2026-11-24T08:30:00Z",
        "free": 1,
        "specialists": [world.specialists[0].pk],
    }


def test_a_date_at_the_end_counts_itself(agent: APIClient, world: World) -> None:
    starts = {each["starts_at"][:10] for each in ask(agent, world, until="2026-11-25").json()["results"]}
    assert starts == {"2026-11-24", "2026-11-25"}


@pytest.mark.parametrize(
    "start",
    ["2026-11-24T10:00:00+01:00", "2026-11-24T10:00:00 01:00", "2026-11-24T09:00:00Z", "2026-11-24T10:00"],
)
def test_an_instant_can_begin_the_period(agent: APIClient, world: World, start: str) -> None:
    found = ask(agent, world, **{"from": start}).json()["results"]
    assert found[0]["starts_at"] == "2026-11-24T09:00:00Z"


def test_a_limit_gives_the_first_ones(agent: APIClient, world: World) -> None:
    assert len(ask(agent, world, limit=3).json()["results"]) == 3


def test_one_specialist_can_be_asked_for(agent: APIClient) -> None:
    world = World(capacity=2)
    chosen = world.specialists[1].pk
    assert ask(agent, world).json()["results"][0]["free"] == 2
    assert ask(agent, world, specialist=chosen).json()["results"][0]["specialists"] == [chosen]


def test_what_is_booked_is_not_offered(agent: APIClient, world: World) -> None:
    world.book(at(9, day=24))
    assert ask(agent, world).json()["results"][0]["starts_at"] == "2026-11-24T08:30:00Z"


def test_an_own_hold_is_still_offered(agent: APIClient, lead: APIClient, world: World) -> None:
    operations.hold(topic=world.topic, starts_at=at(9, day=24), by=world.agent, now=NOW)
    first = [ask(client, world).json()["results"][0]["starts_at"][11:16] for client in (agent, lead)]
    assert first == ["08:00", "08:30"]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"topic": "nothing"}, 404, "topic"),
        ({"topic": "\x00"}, 400, "topic"),
        ({"topic": None}, 400, "topic"),
        ({"from": None}, 400, "from"),
        ({"until": ""}, 400, "until"),
        ({"specialist": 0}, 404, "specialist"),
        ({"specialist": 10**30}, 404, "specialist"),
        ({"specialist": "x"}, 400, "specialist"),
        ({"limit": 0}, 400, "limit"),
        ({"limit": 10**30}, 400, "limit"),
        ({"from": "tomorrow"}, 400, "from"),
        ({"from": "2026-02-30"}, 400, "from"),
        ({"from": "0000-01-01"}, 400, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, 400, "from"),
        ({"from": "0001-01-01T00:00"}, 400, "from"),
        ({"from": "1999-12-31"}, 400, "from"),
        ({"until": "9999-12-31"}, 400, "until"),
        ({"until": "9999-12-31T23:59:59-14:00"}, 400, "until"),
        ({"until": "2026-11-23"}, 400, "until"),
        ({"until": "2027-01-26"}, 400, "until"),
        ({"from": "2027-03-28T02:30", "until": "2027-03-29"}, 400, "from"),
        ({"from": "2027-10-31T02:30", "until": "2027-11-01"}, 400, "from"),
    ],
)
def test_a_wrong_question_names_the_parameter(
    agent: APIClient, world: World, query: dict[str, str | int | None], status: int, field: str
) -> None:
    answer = ask(agent, world, **query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


@pytest.mark.parametrize("start", ["2026-11-24", "2026-09-01"])
def test_sixty_two_days_can_be_asked_for(agent: APIClient, world: World, start: str) -> None:
    # The second period holds the end of summer time: an hour more than 62 times 24.
    until = {"2026-11-24": "2027-01-24", "2026-09-01": "2026-11-01"}[start]
    assert ask(agent, world, **{"from": start, "until": until}).status_code == 200


def test_a_topic_that_is_not_in_use_is_not_there(agent: APIClient, world: World) -> None:
    world.topic.is_active = False
    world.topic.save()
    assert ask(agent, world).status_code == 404
