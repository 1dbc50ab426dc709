"""The feed that a specialist's calendar program reads."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from icalendar import Calendar

from availability.models import PersonalFeed
from callbacks import operations
from callbacks.errors import Forbidden
from callbacks.operations.feeds import close_personal_feed, open_personal_feed
from tests.factories import NOW, CustomerFactory, World, at

FEED = "/calendar/appointments.ics"


@pytest.fixture
def secret(world: World) -> str:
    return open_personal_feed(specialist=world.specialists[0], by=world.person, now=NOW)


def ask(key: str, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return Client(headers=headers).get(FEED, {"key": key})


def events(key: str) -> list[Any]:
    return list(Calendar.from_ical(ask(key).content).events)


def test_an_appointment_is_an_event_at_the_promised_time(world: World, secret: str) -> None:
    world.book(at(10))
    event = events(secret)[0]
    assert (event.start, event.end) == (at(10), at(10, 30))


def test_the_event_carries_reference_and_team(world: World, secret: str) -> None:
    booked = world.book()
    event = events(secret)[0]
    assert booked.reference in event["SUMMARY"]
    assert event["DESCRIPTION"] == world.team.name


def test_nothing_of_the_customer_leaves(world: World, secret: str) -> None:
    customer = CustomerFactory.create(name="Zeer Herkenbaar", phone="+447700900321")
    world.book(customer=customer, question="Over mijn schulden", internal_note="kwetsbaar")
    text = ask(secret).content.decode()
    assert [one for one in ("Herkenbaar", "7700", "schulden", "kwetsbaar", "@example") if one in text] == []


@override_settings(CALENDAR_SHOWS_CUSTOMERS=True)
def test_name_and_number_are_shown_where_the_house_wants_it(world: World, secret: str) -> None:
    world.book(customer=CustomerFactory.create(name="Zeer Herkenbaar"), question="Over mijn schulden")
    text = ask(secret).content.decode()
    assert ("Herkenbaar" in text, "schulden" in text) == (True, False)


def test_an_appointment_to_confirm_is_tentative(world: World, secret: str) -> None:
    booked = world.book()
    before = events(secret)[0]["STATUS"]
    operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    assert (before, events(secret)[0]["STATUS"]) == ("TENTATIVE", "CONFIRMED")


def test_a_moved_appointment_is_the_same_event_of_a_later_version(world: World, secret: str) -> None:
    booked = world.book()
    before = events(secret)[0]
    operations.reschedule(
        appointment=booked, version=1, starts_at=at(11), customer_agreed=True, by=world.agent, now=NOW
    )
    after = events(secret)[0]
    assert (after["UID"], after.start) == (before["UID"], at(11))
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_cancelled_appointment_is_gone(world: World, secret: str) -> None:
    booked = world.book()
    operations.cancel(
        appointment=booked, version=1, reason="Opgelost", by_customer=True, by=world.agent, now=NOW
    )
    assert events(secret) == []


def test_appointments_of_colleagues_are_not_in_it(world: World, secret: str) -> None:
    world.book(specialist=world.specialist())
    assert events(secret) == []


def test_what_is_longer_ago_than_two_weeks_is_not_in_it(world: World, secret: str) -> None:
    booked = world.book()
    booked.starts_at, booked.ends_at = (NOW - dt.timedelta(days=days, hours=1) for days in (14, 13))
    booked.save(update_fields=["starts_at", "ends_at"])
    assert events(secret) == []


def test_what_has_not_changed_is_not_sent_again(world: World, secret: str) -> None:
    world.book()
    tag = ask(secret)["ETag"]
    again = ask(secret, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_what_has_changed_is_sent_again(world: World, secret: str) -> None:
    tag = ask(secret)["ETag"]
    world.book()
    assert ask(secret, if_none_match=tag).status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", "x" * 5000, "é"])
def test_another_secret_finds_nothing(world: World, secret: str, key: str) -> None:
    assert ask(key).status_code == 404


def test_the_hash_is_not_the_secret(world: World, secret: str) -> None:
    assert ask(PersonalFeed.objects.get().secret_hash).status_code == 404


def test_a_new_address_makes_the_old_one_worthless(world: World, secret: str) -> None:
    new = open_personal_feed(specialist=world.specialists[0], by=world.person, now=NOW)
    assert (ask(secret).status_code, ask(new).status_code) == (404, 200)


def test_a_closed_feed_is_gone(world: World, secret: str) -> None:
    close_personal_feed(specialist=world.specialists[0], by=world.person)
    assert ask(secret).status_code == 404


@pytest.mark.parametrize("who", ["account", "specialist"])
def test_the_feed_ends_with_the_account(world: World, secret: str, who: str) -> None:
    gone = world.person if who == "account" else world.specialists[0]
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert ask(secret).status_code == 404


@pytest.mark.parametrize("who", ["agent", "lead", "admin"])
def test_nobody_else_opens_it(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        open_personal_feed(specialist=world.specialists[0], by=getattr(world, who), now=NOW)


def test_it_is_never_kept_by_a_shared_cache(world: World, secret: str) -> None:
    assert "private" in ask(secret)["Cache-Control"]


def test_it_is_only_read(world: World, secret: str) -> None:
    assert Client().post(f"{FEED}?key={secret}").status_code == 405
