"""Leads hear of a channel that is away, once for each time."""

import datetime as dt

import pytest
from django.utils import translation

from callbacks.messages.wording import words_of
from callbacks.models import ChannelHealth, Message
from callbacks.states import MessageKind
from callbacks.sweeps import SWEEPS
from tests.factories import NOW, World

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def mail_down(world: World) -> ChannelHealth:
    """Mail has been away since ``NOW``."""
    return ChannelHealth.objects.create(channel="email", failures=3, opened_at=NOW, probe_at=NOW)


def look(minutes: float) -> list[Message]:
    """What the leads have in their lists after a look, so many minutes later."""
    SWEEPS["channels"].run_batch(now=NOW + minutes * MINUTE)
    return list(Message.objects.filter(kind=MessageKind.LEAD_CHANNEL_DOWN, channel="app"))


def test_two_minutes_are_waited_for(mail_down: ChannelHealth) -> None:
    assert look(1.9) == []
    assert len(look(2)) == 1


def test_it_is_told_once(mail_down: ChannelHealth) -> None:
    look(2)
    assert not SWEEPS["channels"].due(NOW + 5 * MINUTE).exists()
    assert len(look(5)) == 1


def test_the_next_time_is_told_again(mail_down: ChannelHealth) -> None:
    look(2)
    ChannelHealth.objects.update(opened_at=NOW + 10 * MINUTE)
    assert len(look(12)) == 2


def test_a_channel_that_is_back_is_not_told_of(mail_down: ChannelHealth) -> None:
    ChannelHealth.objects.update(opened_at=None, probe_at=None)
    assert look(5) == []


def test_the_lead_reads_which_and_since_when(mail_down: ChannelHealth, world: World) -> None:
    (told,) = look(2)
    with translation.override("nl"):
        words = words_of(told)
    assert told.reader_id == world.lead.pk
    assert "e-mail" in words.subject
    assert "09:00" in words.opening


def test_a_team_that_leaves_it_out_is_not_told(mail_down: ChannelHealth, world: World) -> None:
    world.team.muted_messages = [MessageKind.LEAD_CHANNEL_DOWN]
    world.team.save(update_fields=["muted_messages"])
    assert look(2) == []
