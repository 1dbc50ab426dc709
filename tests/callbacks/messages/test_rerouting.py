"""What does not get through by one way goes by the next, where there is one."""

import datetime as dt

import pytest
from pytest_django import Settings

from callbacks.clock import database_now
from callbacks.messages import deliver_due, delivery
from callbacks.models import Appointment, Message
from callbacks.states import MessageKind, MessageState
from tests.callbacks.messages.mailserver import MailServer, free_port
from tests.callbacks.messages.provider import Provider
from tests.factories import CustomerFactory, World

MOBILE = "+447700900123"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _gateway(provider: Provider, settings: Settings) -> None:
    settings.SMS_URL = f"json://127.0.0.1:{provider.server_port}/?:to={{phone}}"


@pytest.fixture
def appointment(world: World) -> Appointment:
    """Of somebody who can be reached both ways, at a team without quiet hours."""
    world.team.quiet_from = world.team.quiet_until = dt.time(0)
    world.team.save(update_fields=["quiet_from", "quiet_until"])
    booked = world.book(customer=CustomerFactory.create(email="a@example.org", phone=MOBILE))
    Message.objects.exclude(kind=MessageKind.CUSTOMER_BOOKED).delete()
    return booked


def deliver(**changes: object) -> list[tuple[str, str]]:
    """Deliver what waits; the ways and states after that."""
    now = database_now()
    waiting = Message.objects.filter(state=MessageState.PENDING)
    waiting.update(**{"look_at": now, "useful_until": now + HOUR, "created_at": now, **changes})
    deliver_due(now=now, size=20)
    return list(Message.objects.order_by("pk").values_list("channel", "state"))


def test_a_refused_address_is_followed_by_an_sms(
    appointment: Appointment, mail_server: MailServer, provider: Provider
) -> None:
    mail_server.refusals["a@example.org"] = "550 no such user"
    assert deliver() == [("email", "superseded"), ("sms", "pending")]
    assert deliver() == [("email", "superseded"), ("sms", "sent")]
    assert [one["to"] for one in provider.bodies] == [MOBILE]


def test_without_another_way_it_is_a_task(
    appointment: Appointment, mail_server: MailServer, settings: Settings
) -> None:
    settings.SMS_URL = ""
    mail_server.refusals["a@example.org"] = "550 no such user"
    assert deliver() == [("email", "failed")]


def test_when_the_last_way_fails_too_it_is_a_task(
    appointment: Appointment, mail_server: MailServer, provider: Provider
) -> None:
    mail_server.refusals["a@example.org"], provider.status = "550 no such user", 400
    deliver()
    assert deliver() == [("email", "superseded"), ("sms", "failed")]


def test_after_some_tries_it_goes_another_way(appointment: Appointment, mail_server: MailServer) -> None:
    mail_server.refusals["a@example.org"] = "451 busy"
    assert deliver(tries=delivery.ELSEWHERE_TRIES - 2) == [("email", "pending")]
    assert deliver() == [("email", "superseded"), ("sms", "pending")]


def test_a_channel_that_is_away_for_long_is_gone_around(appointment: Appointment, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    assert deliver() == [("email", "pending")]
    assert deliver() == [("email", "pending")]
    long_ago = database_now() - 2 * delivery.ELSEWHERE_AFTER
    assert deliver(created_at=long_ago) == [("email", "superseded"), ("sms", "pending")]


def test_an_sms_that_is_tried_again_at_night_waits(
    appointment: Appointment, world: World, provider: Provider
) -> None:
    local = database_now().astimezone(world.team.zone)
    world.team.quiet_from, world.team.quiet_until = (
        (local - dt.timedelta(minutes=5)).time(),
        (local + dt.timedelta(minutes=5)).time(),
    )
    world.team.save(update_fields=["quiet_from", "quiet_until"])
    Message.objects.update(channel="sms", recipient=MOBILE)
    assert deliver() == [("sms", "pending")]
    assert provider.got == []
    assert Message.objects.get().look_at > database_now() + dt.timedelta(minutes=3)
