"""The circuit breaker of a channel, against a real mail server."""

import datetime as dt

import pytest
from pytest_django import Settings

from callbacks.clock import database_now
from callbacks.messages import breaker, deliver_due
from callbacks.messages.breaker import Breakers
from callbacks.models import ChannelHealth, Message
from callbacks.states import MessageChannel, MessageState
from tests.callbacks.messages.mailserver import MailServer, free_port
from tests.factories import World, at

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
EMAIL = MessageChannel.EMAIL


@pytest.fixture
def waiting(world: World) -> None:
    """Eight messages that are due."""
    for number in range(4):
        world.book(at(10 + number))
    now = database_now()
    Message.objects.update(look_at=now, useful_until=now + HOUR)


def look_again() -> int:
    """Deliver what waits for its moment, and not for a resting channel."""
    return deliver_due(now=database_now(), size=20)


def make_due() -> None:
    Message.objects.exclude(channel="app").filter(state=MessageState.PENDING).update(look_at=database_now())


def let_the_pause_pass() -> None:
    ChannelHealth.objects.filter(opened_at__isnull=False).update(probe_at=database_now())
    make_due()


def states() -> set[tuple[str, int]]:
    return set(Message.objects.exclude(channel="app").values_list("state", "tries"))


def break_down(settings: Settings) -> None:
    """The mail server is away; knock until the breaker opens."""
    settings.EMAIL_PORT = free_port()
    for _ in range(breaker.THRESHOLD):
        make_due()
        look_again()


def test_too_many_failures_in_a_row_open_it(waiting: None, settings: Settings) -> None:
    break_down(settings)
    health = ChannelHealth.objects.get(channel=EMAIL)
    assert (health.failures, health.opened_at is not None) == (breaker.THRESHOLD, True)
    assert "ConnectionRefusedError" in health.last_error


def test_one_batch_counts_a_server_that_is_away_once(waiting: None, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    look_again()
    assert ChannelHealth.objects.get().failures == 1


def test_while_it_is_open_messages_wait_without_burning_tries(
    waiting: None, settings: Settings, mail_server: MailServer
) -> None:
    port = settings.EMAIL_PORT
    break_down(settings)
    settings.EMAIL_PORT = port
    make_due()
    look_again()
    assert states() == {(MessageState.PENDING, 0)}
    until = ChannelHealth.objects.get().probe_at
    assert set(Message.objects.exclude(channel="app").values_list("look_at", flat=True)) == {until}
    assert mail_server.connections == 0


def test_what_is_past_its_moment_does_not_wait(waiting: None, settings: Settings) -> None:
    break_down(settings)
    Message.objects.update(look_at=database_now(), useful_until=database_now())
    look_again()
    assert states() == {(MessageState.FAILED, 0)}


def test_nobody_waits_beyond_the_last_moment(waiting: None, settings: Settings) -> None:
    break_down(settings)
    soon = database_now() + SECOND
    Message.objects.update(look_at=database_now(), useful_until=soon)
    look_again()
    assert set(Message.objects.exclude(channel="app").values_list("look_at", flat=True)) == {soon}


def test_a_try_that_works_closes_it_and_all_go_out(
    waiting: None, settings: Settings, mail_server: MailServer
) -> None:
    port = settings.EMAIL_PORT
    break_down(settings)
    settings.EMAIL_PORT = port
    let_the_pause_pass()
    look_again()
    assert states() == {(MessageState.SENT, 1)}
    health = ChannelHealth.objects.get()
    assert (health.failures, health.opened_at, health.probe_at) == (0, None, None)


def test_a_try_that_fails_doubles_the_pause(waiting: None, settings: Settings) -> None:
    break_down(settings)
    pauses = []
    for _ in range(5):
        health = ChannelHealth.objects.get()
        assert health.probe_at
        assert health.failed_at
        pauses.append(round((health.probe_at - health.failed_at).total_seconds()))
        let_the_pause_pass()
        look_again()
    assert pauses == [15, 30, 60, 120, 120]


def test_of_many_workers_one_tries(waiting: None, settings: Settings) -> None:
    break_down(settings)
    let_the_pause_pass()
    now, others = database_now(), [Breakers() for _ in range(10)]
    assert [one.rests_until(EMAIL, now) for one in others].count(None) == 1


def test_who_dies_with_the_try_leaves_it_to_the_next_pause(waiting: None, settings: Settings) -> None:
    break_down(settings)
    let_the_pause_pass()
    now = database_now()
    assert Breakers().rests_until(EMAIL, now) is None
    later = now + breaker.LONGEST_PAUSE + SECOND
    assert Breakers().rests_until(EMAIL, later) is None


def test_an_answer_ends_a_row_of_failures(waiting: None, mail_server: MailServer) -> None:
    ChannelHealth.objects.create(channel=EMAIL, failures=breaker.THRESHOLD - 1)
    look_again()
    assert ChannelHealth.objects.get().failures == 0


def test_a_refused_recipient_is_an_answer(waiting: None, mail_server: MailServer) -> None:
    ChannelHealth.objects.create(channel=EMAIL, failures=breaker.THRESHOLD - 1)
    mail_server.data_answer = "554 looks like spam"
    look_again()
    assert ChannelHealth.objects.get().failures == 0


def test_busy_answers_open_it_too(waiting: None, mail_server: MailServer) -> None:
    mail_server.data_answer = "451 busy"
    look_again()
    assert ChannelHealth.objects.get().opened_at is not None
    assert Message.objects.exclude(channel="app").filter(tries=0).count() == 8 - breaker.THRESHOLD


def test_a_message_that_cannot_be_made_says_nothing_about_the_channel(
    waiting: None, mail_server: MailServer
) -> None:
    Message.objects.update(kind="unheard_of")
    look_again()
    assert not ChannelHealth.objects.exists()
