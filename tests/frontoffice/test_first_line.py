"""What an agent can do without a callback, per topic."""

import re

import pytest
from django.test import Client

from availability.models import Channel
from callbacks.models import AvoidableReason
from tests.factories import NOW, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of


def desk(client: Client, world: World) -> str:
    """The desk with the world's topic chosen."""
    return client.get(f"/desk/?topic={world.topic.slug}").content.decode()


def free_now(client: Client, world: World) -> str:
    """The part that refreshes itself."""
    return client.get(f"/desk/first-line/?topic={world.topic.slug}").content.decode()


def test_guidance_is_shown_as_it_was_meant(world: World, agent: Client) -> None:
    world.topic.guidance = "Vraag eerst naar het **zaaknummer**."
    world.topic.save()
    assert "Vraag eerst naar het <strong>zaaknummer</strong>." in desk(agent, world)


def test_guidance_is_no_way_in(world: World, agent: Client) -> None:
    world.topic.guidance = "<script>alert(1)</script>"
    world.topic.save()
    assert "<script>alert" not in desk(agent, world)


def test_who_is_free_is_named_with_extension_and_until_when(world: World, agent: Client) -> None:
    person = world.specialists[0]
    person.extension = "1234"
    person.save()
    assert re.search(rf"{person} ☎ 1234 tot 17:00", text_of(free_now(agent, world)))


def test_who_has_an_appointment_now_is_not_free(world: World, agent: Client) -> None:
    world.book(at(9))
    text = text_of(free_now(agent, world))
    assert str(world.person) not in text
    assert "nu is niemand vrij" in text


def test_who_switched_transfers_off_is_not_named(world: World, agent: Client) -> None:
    person = world.specialists[0]
    person.takes_transfers = False
    person.save()
    assert str(world.person) not in text_of(free_now(agent, world))


def test_a_transfer_to_somebody_who_is_not_listed_can_be_registered(world: World, agent: Client) -> None:
    assert 'value="reached:0"' in free_now(agent, world)


def test_no_more_colleagues_are_named_than_are_tried(agent: Client) -> None:
    page = free_now(agent, World(capacity=5))
    assert len(re.findall(r'value="missed:[1-9]\d*"', page)) == 3


def test_naming_three_takes_as_many_queries_as_one(agent: Client) -> None:
    one, three = World(), World(capacity=3)
    address = "/desk/first-line/?topic={}"
    queries(agent, address.format(one.topic.slug))
    assert queries(agent, address.format(one.topic.slug)) == queries(agent, address.format(three.topic.slug))


def test_the_refreshed_part_is_the_same_as_in_a_fresh_page(world: World, agent: Client) -> None:
    assert squashed(free_now(agent, world)) in squashed(desk(agent, world))


@pytest.mark.parametrize("topic", ["", "nowhere"])
def test_without_a_topic_nobody_is_free(agent: Client, topic: str) -> None:
    assert agent.get(f"/desk/first-line/?topic={topic}").status_code == 404


def test_a_closed_topic_names_nobody(world: World, agent: Client) -> None:
    world.topic.is_active = False
    world.topic.save()
    assert agent.get(f"/desk/first-line/?topic={world.topic.slug}").status_code == 404


def test_preferred_channels_come_first_then_those_that_support(world: World, agent: Client) -> None:
    world.topic.preferred_channels = ["chat"]
    world.topic.supporting_channels = ["desk", "phone"]
    world.topic.save()
    page = squashed(desk(agent, world))
    assert re.findall(r'value="referred:(\w+)"', page) == ["chat", "desk", "phone", "webcare", "email"]
    assert re.findall(r'class="refer__mark">(\w+)<', page) == ["voorkeur", "ondersteunend", "ondersteunend"]


def test_discouraged_channels_come_last_and_say_so(world: World, agent: Client) -> None:
    world.topic.discouraged_channels = ["phone"]
    world.topic.save()
    page = squashed(desk(agent, world))
    assert re.findall(r'value="referred:(\w+)"', page)[-1] == "phone"
    assert re.findall(r'class="refer__mark">([\w ]+)<', page) == ["liever niet"]


def test_without_a_topic_every_channel_can_be_referred_to(agent: Client) -> None:
    page = agent.get("/desk/").content.decode()
    assert set(re.findall(r'value="referred:(\w+)"', page)) == set(Channel.values)


def test_active_reasons_for_avoidable_contacts_can_be_chosen(agent: Client) -> None:
    AvoidableReason.objects.create(name="Brief onduidelijk")
    AvoidableReason.objects.create(name="Oude reden", is_active=False)
    page = agent.get("/desk/").content.decode()
    assert "Brief onduidelijk" in page
    assert "Oude reden" not in page


def test_who_left_or_is_away_takes_no_transfers(world: World, agent: Client) -> None:
    world.specialists[0].absences.create(starts_at=NOW, ends_at=at(12))
    assert str(world.person) not in text_of(free_now(agent, world))


def test_everybody_who_talks_with_customers_sees_who_is_free(world: World, enter: Enter) -> None:
    for user in (world.agent, world.person, world.lead, world.admin):
        assert enter(user).get(f"/desk/first-line/?topic={world.topic.slug}").status_code == 200
