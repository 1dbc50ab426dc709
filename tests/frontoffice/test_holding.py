"""Holding a slot from the desk."""

from typing import Any

import pytest
from django.test import Client

from callbacks import operations
from callbacks.models import Reservation
from tests.factories import NOW, UserFactory, World, at
from tests.frontoffice.conftest import Enter, text_of

ADDRESS = "/desk/hold/"


def wish(world: World, **given: Any) -> dict[str, Any]:
    """What the page sends of a slot that was chosen."""
    return {"topic": world.topic.slug, "starts_at": at(10).isoformat(), **given}


def test_a_slot_is_held_for_whoever_chose_it(world: World, agent: Client) -> None:
    assert agent.post(ADDRESS, wish(world)).status_code == 204
    held = Reservation.objects.get()
    assert (held.held_by, held.starts_at, held.specialist) == (world.agent, at(10), world.specialists[0])


def test_a_hold_with_somebody_in_particular_is_theirs(world: World, agent: Client) -> None:
    colleague = world.specialist()
    agent.post(ADDRESS, wish(world, specialist=colleague.pk))
    assert Reservation.objects.get().specialist == colleague


def test_letting_go_frees_the_slot(world: World, agent: Client) -> None:
    agent.post(ADDRESS, wish(world))
    assert agent.post(ADDRESS, {"release": "1"}).status_code == 204
    assert not Reservation.objects.exists()


def test_what_somebody_else_holds_is_refused_with_other_slots_and_none_chosen(
    world: World, agent: Client
) -> None:
    operations.hold(topic=world.topic, starts_at=at(10), by=UserFactory.create(), now=NOW)
    response = agent.post(ADDRESS, wish(world))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Dit tijdslot is net bezet." in text_of(page)
    assert at(10).isoformat() not in page
    assert at(9).isoformat() in page
    assert "checked" not in page.split('id="id_starts_at"')[1]


def test_a_held_slot_is_free_for_its_holder_alone(world: World, agent: Client, enter: Enter) -> None:
    agent.post(ADDRESS, wish(world))
    address, slot = f"/desk/?topic={world.topic.slug}&day=2026-11-23", f'value="{at(10).isoformat()}"'
    assert slot in agent.get(address).content.decode()
    assert slot not in enter(world.admin).get(address).content.decode()


@pytest.mark.parametrize("wrong", [{"topic": "none"}, {"starts_at": "later"}, {"specialist": "0"}])
def test_what_cannot_be_read_is_not_held(world: World, agent: Client, wrong: dict[str, str]) -> None:
    assert agent.post(ADDRESS, wish(world, **wrong)).status_code == 422
    assert not Reservation.objects.exists()


def test_looking_holds_nothing(agent: Client) -> None:
    assert agent.get(ADDRESS).status_code == 405


def test_who_is_not_signed_in_holds_nothing(world: World) -> None:
    assert Client().post(ADDRESS, wish(world)).status_code == 302
    assert not Reservation.objects.exists()
