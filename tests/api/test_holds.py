"""Holding a slot over the API."""

from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from callbacks.models import Reservation
from tests.factories import World, at

HOLDS = "/api/v1/holds/"
AT_TEN, AT_ELEVEN = "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"


def hold(client: APIClient, world: World, starts_at: str = AT_TEN, **body: object) -> Any:
    asked = {"topic": world.topic.slug, "starts_at": starts_at, **body}
    return client.post(HOLDS, asked, format="json")


def test_a_hold_says_what_is_held_and_until_when(agent: APIClient, world: World) -> None:
    answer = hold(agent, world)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "starts_at": AT_TEN,
            "ends_at": "2026-11-23T09:30:00Z",
            "expires_at": "2026-11-23T08:01:15Z",
            "specialist": world.specialists[0].pk,
        },
    )


def test_the_buffer_behind_the_call_is_held_and_not_shown(agent: APIClient) -> None:
    world = World(buffer=10)
    assert hold(agent, world).json()["ends_at"] == "2026-11-23T09:30:00Z"
    assert Reservation.objects.get().ends_at == at(10, 40)


def test_holding_again_holds_longer(agent: APIClient, world: World) -> None:
    hold(agent, world)
    with time_machine.travel(at(9, 1), tick=False):
        assert hold(agent, world).json()["expires_at"] == "2026-11-23T08:02:15Z"
    assert Reservation.objects.count() == 1


def test_another_slot_takes_the_place_of_what_was_held(agent: APIClient, world: World) -> None:
    hold(agent, world)
    hold(agent, world, AT_ELEVEN)
    assert Reservation.objects.get().starts_at == at(11)


def test_what_somebody_holds_comes_with_alternatives(agent: APIClient, lead: APIClient, world: World) -> None:
    hold(agent, world)
    answer = hold(lead, world)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert len(answer.json()["alternatives"]) == 3


def test_who_cannot_have_another_slot_keeps_the_one_held(
    agent: APIClient, lead: APIClient, world: World
) -> None:
    hold(agent, world)
    hold(lead, world, AT_ELEVEN)
    assert hold(lead, world).status_code == 409
    assert set(Reservation.objects.values_list("starts_at", flat=True)) == {at(10), at(11)}


def test_what_is_let_go_is_free(agent: APIClient, lead: APIClient, world: World) -> None:
    hold(agent, world)
    assert [agent.delete(HOLDS).status_code for _time in range(2)] == [204, 204]
    assert hold(lead, world).status_code == 201


def test_letting_go_leaves_the_holds_of_others(agent: APIClient, lead: APIClient, world: World) -> None:
    hold(agent, world)
    lead.delete(HOLDS)
    assert Reservation.objects.exists()


def test_a_chosen_specialist_is_held(agent: APIClient) -> None:
    world = World(capacity=3)
    chosen = world.specialists[2].pk
    assert hold(agent, world, specialist=chosen).json()["specialist"] == chosen


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"topic": "nothing"}, 404, "topic"),
        ({"starts_at": "soon"}, 400, "starts_at"),
        ({"starts_at": None}, 400, "starts_at"),
        ({"starts_at": "2026-11-23T19:00:00Z"}, 409, "starts_at"),
        ({"specialist": 0}, 404, "specialist"),
    ],
)
def test_a_wrong_wish_names_the_field(
    agent: APIClient, world: World, change: dict[str, Any], status: int, field: str
) -> None:
    answer = hold(agent, world, **change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
