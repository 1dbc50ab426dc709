"""Delivery against a real mail server and a real database."""

import datetime as dt
from collections import Counter

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from callbacks import operations
from callbacks.clock import database_now
from callbacks.messages import deliver_due, delivery
from callbacks.messages.breaker import Breakers
from callbacks.messages.channels import Lines
from callbacks.messages.delivery import Ways
from callbacks.models import Appointment, Message
from callbacks.states import MessageChannel, MessageKind, MessageState
from tests.callbacks.holding import holding
from tests.callbacks.messages.mailserver import MailServer, free_port
from tests.factories import NOW, World, at

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def appointment(world: World) -> Appointment:
    """Booked, so that a confirmation to the customer and a request to the specialist are waiting."""
    appointment = world.book()
    Message.objects.update(look_at=database_now() - HOUR, useful_until=database_now() + HOUR)
    return appointment


def deliver(**changes: object) -> int:
    """Deliver what waits, as if nothing had been tried yet."""
    Message.objects.filter(state=MessageState.PENDING).update(look_at=database_now(), **changes)
    return deliver_due(now=database_now(), size=20)


def mails() -> QuerySet[Message]:
    """What goes by e-mail: the list in the application is not delivered."""
    return Message.objects.filter(channel=MessageChannel.EMAIL)


def to_customer() -> Message:
    return Message.objects.get(kind=MessageKind.CUSTOMER_BOOKED)


def test_every_waiting_message_is_sent_once(appointment: Appointment, mail_server: MailServer) -> None:
    assert deliver() == 2
    assert deliver() == 0
    assert set(mails().values_list("state", "tries")) == {(MessageState.SENT, 1)}
    assert {mail["To"] for mail in mail_server.mails} == set(mails().values_list("recipient", flat=True))


def test_a_batch_uses_one_connection(appointment: Appointment, mail_server: MailServer) -> None:
    deliver()
    assert (len(mail_server.mails), mail_server.connections) == (2, 1)


def test_nothing_due_opens_no_connection(appointment: Appointment, mail_server: MailServer) -> None:
    assert deliver_due(now=database_now() - 2 * HOUR, size=20) == 0
    assert mail_server.connections == 0


def test_a_claim_hides_messages_for_a_lease(appointment: Appointment, settings: Settings) -> None:
    now = database_now()
    assert len(delivery.claim_due(now=now, size=20)) == 2
    assert delivery.claim_due(now=now, size=20) == []
    lease = dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    assert len(delivery.claim_due(now=now + lease, size=20)) == 2


def test_what_is_left_when_the_lease_runs_out_is_not_sent(
    appointment: Appointment, mail_server: MailServer, settings: Settings
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 0
    assert deliver() == 0
    assert mail_server.mails == []


def test_a_try_begins_with_a_fresh_lease(appointment: Appointment, settings: Settings) -> None:
    message = delivery._read(delivery.claim_due(now=database_now(), size=20)[0])
    assert message is not None
    Message.objects.update(look_at=database_now() - HOUR)
    assert delivery._take(message)
    message.refresh_from_db()
    lease = dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    assert lease - dt.timedelta(seconds=5) < message.look_at - database_now() <= lease


@pytest.mark.django_db(transaction=True)
def test_a_claim_skips_what_another_worker_is_claiming() -> None:
    World().book()
    held, free = mails().order_by("pk")
    now = database_now()
    Message.objects.update(look_at=now)
    with holding(Message.objects.filter(pk=held.pk)):
        assert [claim.pk for claim in delivery.claim_due(now=now, size=20)] == [free.pk]


def test_who_lost_the_lease_before_reading_sends_nothing(
    appointment: Appointment, mail_server: MailServer
) -> None:
    slow = delivery.claim_due(now=database_now(), size=20)
    mail_server.data_answer = "451 busy"
    deliver()
    mail_server.data_answer = ""
    with Lines() as lines:
        delivery._deliver(slow[0], Ways(lines, Breakers()))
    assert mail_server.mails == []


def test_who_lost_the_lease_after_reading_sends_nothing(
    appointment: Appointment, mail_server: MailServer
) -> None:
    slow = delivery._read(delivery.claim_due(now=database_now(), size=20)[0])
    assert slow is not None
    mail_server.data_answer = "451 busy"
    deliver()
    mail_server.data_answer = ""
    with Lines() as lines:
        assert delivery._send(slow, Ways(lines, Breakers()), database_now()) is None
    assert mail_server.mails == []


def test_a_message_about_a_moved_promise_is_not_sent(
    appointment: Appointment, world: World, mail_server: MailServer
) -> None:
    operations.reschedule(
        appointment=appointment,
        version=appointment.version,
        starts_at=at(11),
        customer_agreed=True,
        by=world.agent,
        now=NOW,
    )
    deliver(useful_until=database_now() + HOUR)
    ended = Counter(mails().values_list("kind", "state"))
    assert ended == {
        (MessageKind.CUSTOMER_BOOKED, MessageState.SUPERSEDED): 1,
        (MessageKind.SPECIALIST_CONFIRM, MessageState.SUPERSEDED): 1,
        (MessageKind.CUSTOMER_MOVED, MessageState.SENT): 1,
        (MessageKind.SPECIALIST_CONFIRM, MessageState.SENT): 1,
    }
    assert len(mail_server.mails) == 2


def test_after_its_moment_a_message_becomes_a_persons_task(
    appointment: Appointment, mail_server: MailServer
) -> None:
    deliver(useful_until=database_now())
    assert set(mails().values_list("state", flat=True)) == {MessageState.FAILED}
    assert mail_server.mails == []


def test_after_its_moment_it_fails_even_when_the_mail_server_is_away(
    appointment: Appointment, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    deliver(useful_until=database_now())
    assert set(mails().values_list("state", flat=True)) == {MessageState.FAILED}


def test_a_mail_server_that_is_away_is_asked_once_a_batch(
    appointment: Appointment, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    assert deliver() == 2
    found = mails().values_list("state", "tries", "last_error")
    assert {(state, tries) for state, tries, _ in found} == {(MessageState.PENDING, 0)}
    assert sorted("LineDown" in error for *_, error in found) == [False, True]


def test_a_temporary_refusal_is_tried_again_later(appointment: Appointment, mail_server: MailServer) -> None:
    message = to_customer()
    mail_server.refusals[message.recipient] = "451 busy"
    deliver()
    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.PENDING, 1)
    assert message.last_error == "OSError: 451 b'busy'"
    assert dt.timedelta(seconds=20) < message.look_at - database_now() <= dt.timedelta(seconds=30)


def test_a_refused_recipient_fails_at_once_and_alone(
    appointment: Appointment, mail_server: MailServer
) -> None:
    message = to_customer()
    mail_server.refusals[message.recipient] = "550 no such user"
    deliver()
    assert to_customer().state == MessageState.FAILED
    assert len(mail_server.mails) == 1


def test_a_mail_refused_for_good_fails_at_once(appointment: Appointment, mail_server: MailServer) -> None:
    mail_server.data_answer = "554 looks like spam"
    deliver()
    assert set(mails().values_list("state", flat=True)) == {MessageState.FAILED}


def test_the_next_try_is_not_later_than_the_last_moment(
    appointment: Appointment, mail_server: MailServer
) -> None:
    mail_server.data_answer = "451 busy"
    soon = database_now() + dt.timedelta(seconds=5)
    deliver(useful_until=soon)
    assert set(mails().values_list("look_at", flat=True)) == {soon}


def test_a_message_that_cannot_be_made_does_not_stop_the_others(
    appointment: Appointment, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    poison = to_customer()
    Message.objects.filter(pk=poison.pk).update(kind="unheard_of")
    deliver()
    poison.refresh_from_db()
    assert (poison.state, poison.tries, len(mail_server.mails)) == (MessageState.PENDING, 1, 1)
    assert f"Message {poison.pk} cannot be delivered" in caplog.text


@pytest.mark.parametrize(("tries", "longest"), [(0, 30), (1, 60), (2, 120), (3, 240), (500, 240)])
def test_pauses_double_up_to_four_minutes(tries: int, longest: int) -> None:
    pauses = [delivery._pause(tries).total_seconds() for _ in range(50)]
    assert 0.75 * longest <= min(pauses)
    assert max(pauses) <= longest
    assert len(set(pauses)) > 1
