"""SMS and chat through Apprise, against a real server that takes what a provider would take."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import Settings

from callbacks.clock import database_now
from callbacks.messages import deliver_due
from callbacks.messages.channels import LineDown, Lines, Refused
from callbacks.messages.channels.gateway import SmsLine
from callbacks.models import Appointment, Message
from callbacks.states import MessageChannel, MessageKind, MessageState
from tests.callbacks.messages.mailserver import free_port
from tests.callbacks.messages.provider import Provider
from tests.factories import CustomerFactory, World, at

MOBILE = "+447700900123"
SECRET = "QUESTION-OR-NOTE"


@pytest.fixture(autouse=True)
def _gateways(provider: Provider, settings: Settings) -> None:
    place = f"127.0.0.1:{provider.server_port}"
    settings.SMS_URL = f"json://{place}/sms/?:to={{phone}}&:reference={{id}}"
    settings.CHAT_URL = f"json://{place}/chat/"
    settings.CHANNEL_TIMEOUT_SECONDS = 1


@pytest.fixture
def appointment(world: World) -> Appointment:
    """Of somebody without e-mail address, so that the confirmation is an SMS, whenever the tests run."""
    world.team.quiet_from = world.team.quiet_until = dt.time(0)
    world.team.save(update_fields=["quiet_from", "quiet_until"])
    customer = CustomerFactory.create(email="", phone=MOBILE, language="en")
    return world.book(at(10), customer=customer, question=SECRET, internal_note=SECRET)


@pytest.fixture
def sms(appointment: Appointment) -> Message:
    return appointment.messages.get(channel=MessageChannel.SMS)


def test_an_sms_says_time_team_and_reference_and_nothing_else(
    sms: Message, appointment: Appointment, provider: Provider
) -> None:
    SmsLine().send(sms)
    (body,) = provider.bodies
    *said, address = body["message"].splitlines()
    assert said == [
        "We will call you back on Monday 23 November 2026 between 10:00 and 10:30.",
        f"Team: {appointment.team.name}",
        f"Reference: {appointment.reference}",
    ]
    assert address.startswith("http://localhost:8000/callback/?key=")


def test_the_provider_gets_the_number_and_a_reference_that_stays(sms: Message, provider: Provider) -> None:
    for _try in range(2):
        SmsLine().send(sms)
    assert [(one["to"], one["reference"]) for one in provider.bodies] == [(MOBILE, str(sms.uid))] * 2


@pytest.mark.parametrize(
    ("status", "error"), [(400, Refused), (404, Refused), (401, OSError), (429, OSError), (503, OSError)]
)
def test_what_a_refusal_means(sms: Message, provider: Provider, status: int, error: type[Exception]) -> None:
    provider.status = status
    with pytest.raises(OSError, match=str(status)) as raised:
        SmsLine().send(sms)
    assert type(raised.value) is error


def test_an_address_in_the_settings_leads_nowhere_else(sms: Message, provider: Provider) -> None:
    provider.status = 307
    with pytest.raises(OSError, match="307"):
        SmsLine().send(sms)
    assert len(provider.got) == 1


def test_a_provider_that_hangs_is_given_up_and_left_alone(sms: Message, provider: Provider) -> None:
    provider.waits = 3
    line = SmsLine()
    with pytest.raises(LineDown):
        line.send(sms)
    with pytest.raises(LineDown):
        line.open()


def test_a_provider_that_is_away_is_known_as_such(sms: Message, settings: Settings) -> None:
    settings.SMS_URL = f"json://127.0.0.1:{free_port()}/?:to={{phone}}"
    line = SmsLine()
    with pytest.raises(LineDown):
        line.send(sms)
    assert line.is_down


def test_an_address_that_apprise_does_not_know_is_said(sms: Message, settings: Settings) -> None:
    settings.SMS_URL = "carrier-pigeon://{phone}"
    with pytest.raises(OSError, match="does not understand"):
        SmsLine().send(sms)


def test_one_delivery_sends_by_every_channel(
    appointment: Appointment, world: World, provider: Provider, mail_server: Any
) -> None:
    alert = appointment.messages.get(kind=MessageKind.SPECIALIST_CONFIRM, channel="email")
    alert.pk, alert.uid, alert.dedupe_key = None, Message().uid, "chat"
    alert.kind, alert.channel, alert.recipient = MessageKind.LEAD_UNCONFIRMED, MessageChannel.CHAT, "chat"
    alert.save(force_insert=True)
    now = database_now()
    Message.objects.filter(state=MessageState.PENDING).update(
        look_at=now, useful_until=now.replace(year=2099)
    )
    assert deliver_due(now=now, size=20) == 3
    assert sorted(path.split("/")[1] for path, _headers, _body in provider.got) == ["chat", "sms"]
    assert len(mail_server.mails) == 1
    assert not Message.objects.exclude(state=MessageState.SENT).exists()


def test_a_post_in_the_chat_has_the_address_of_the_appointment(
    appointment: Appointment, provider: Provider
) -> None:
    message = appointment.messages.filter(kind=MessageKind.SPECIALIST_CONFIRM).first()
    assert message is not None
    message.kind, message.channel, message.language = MessageKind.LEAD_UNCONFIRMED, MessageChannel.CHAT, "en"
    with Lines() as lines:
        lines.to(message.channel).send(message)
    (body,) = provider.bodies
    assert body["title"] == "Not confirmed: callback on Monday 23 November 2026 at 10:00"
    assert f"/appointments/{appointment.reference}/" in body["message"]
    assert SECRET not in str(body)
