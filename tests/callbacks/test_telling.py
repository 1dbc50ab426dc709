"""Messages that did not arrive become somebody's task, once."""

import datetime as dt

import pytest
from pytest_django import Settings

from accounts.models import User
from callbacks import operations
from callbacks.errors import Forbidden, WrongState
from callbacks.models import LogEntry, Message
from callbacks.operations.notices import tell_teams
from callbacks.queries import lists
from callbacks.states import MessageChannel, MessageKind, MessageState, Verb
from tests.factories import NOW, UserFactory, World

HOUR = dt.timedelta(hours=1)
# What is in somebody's list has arrived.
MAILS = Message.objects.filter(channel=MessageChannel.EMAIL)


@pytest.fixture
def failed(world: World) -> World:
    """What was told of one booking, to the customer and to the specialist, did not arrive."""
    world.book()
    MAILS.update(state=MessageState.FAILED, ended_at=NOW, last_error="Refused: 550", useful_until=NOW + HOUR)
    return world


def of(kind: MessageKind) -> Message:
    return MAILS.select_related("appointment").get(kind=kind)


def tell(kind: MessageKind, by: User) -> Message:
    return operations.tell_by_hand(message=of(kind), by=by, now=NOW)


def kinds(user: User) -> list[str]:
    """The tasks that somebody sees."""
    rows = [*lists.undelivered(user=user, now=NOW)]
    if user.role in {"lead", "administrator"}:
        rows += [*lists.untold_colleagues(user=user, now=NOW)]
    return [row.kind for row in rows]


def test_customers_are_told_by_the_front_office_and_colleagues_by_their_lead(failed: World) -> None:
    customer, specialist = MessageKind.CUSTOMER_BOOKED, MessageKind.SPECIALIST_CONFIRM
    assert kinds(failed.agent) == [customer]
    assert kinds(failed.lead) == [customer, specialist]
    assert kinds(UserFactory.create(role="lead")) == []


def test_what_a_teams_chat_did_not_say_of_an_appointment_is_a_task_of_the_lead(failed: World) -> None:
    of(MessageKind.CUSTOMER_BOOKED).delete()
    MAILS.update(channel=MessageChannel.CHAT, recipient="chat")
    assert kinds(failed.lead) == [MessageKind.SPECIALIST_CONFIRM]
    assert kinds(failed.agent) == []


def test_whoever_told_the_reader_ends_the_task_and_is_in_the_log(failed: World) -> None:
    told = tell(MessageKind.CUSTOMER_BOOKED, failed.agent)
    assert (told.handled_by, told.handled_at) == (failed.agent, NOW)
    assert kinds(failed.agent) == []
    entry = LogEntry.objects.get(verb=Verb.TELL)
    assert (entry.by, entry.details) == (failed.agent, {"message": MessageKind.CUSTOMER_BOOKED})


def test_of_two_who_told_one_was_first(failed: World) -> None:
    tell(MessageKind.CUSTOMER_BOOKED, failed.agent)
    with pytest.raises(WrongState, match="Anna Agent"):
        tell(MessageKind.CUSTOMER_BOOKED, failed.lead)
    assert LogEntry.objects.filter(verb=Verb.TELL).count() == 1


def test_what_is_on_its_way_is_no_task(failed: World) -> None:
    Message.objects.update(state=MessageState.PENDING)
    with pytest.raises(WrongState):
        tell(MessageKind.CUSTOMER_BOOKED, failed.agent)


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        (MessageKind.CUSTOMER_BOOKED, "person"),
        (MessageKind.SPECIALIST_CONFIRM, "agent"),
        (MessageKind.SPECIALIST_CONFIRM, "person"),
    ],
)
def test_others_cannot(failed: World, kind: MessageKind, who: str) -> None:
    with pytest.raises(Forbidden):
        tell(kind, getattr(failed, who))


@pytest.fixture
def team_untold(world: World, settings: Settings) -> World:
    """What was told of a team, by mail and in its chat, did not arrive."""
    settings.CHAT_URL = "json://127.0.0.1"
    details = {world.team.pk: {"days": "2026-11-24"}}
    tell_teams(MessageKind.LEAD_FULL_DAYS, details, occasion="full", now=NOW)
    told = Message.objects.filter(kind=MessageKind.LEAD_FULL_DAYS, channel__in=["email", "chat"])
    told.update(state=MessageState.FAILED, ended_at=NOW)
    return world


def test_what_is_told_of_a_team_is_a_task_of_its_leads_for_a_week(team_untold: World) -> None:
    for user in (team_untold.lead, team_untold.admin):
        found = lists.untold_colleagues(user=user, now=NOW)
        assert {row.channel for row in found} == {"email", "chat"}
    stranger = UserFactory.create(role="lead")
    assert not lists.untold_colleagues(user=stranger, now=NOW)
    assert not lists.undelivered(user=team_untold.agent, now=NOW)
    assert not lists.untold_colleagues(user=team_untold.lead, now=NOW + dt.timedelta(days=8))


def test_a_lead_ends_a_task_of_the_team_and_nobody_else_can(team_untold: World) -> None:
    task = Message.objects.get(channel="chat")
    for user in (team_untold.agent, team_untold.person, UserFactory.create(role="lead")):
        with pytest.raises(Forbidden):
            operations.tell_by_hand(message=task, by=user, now=NOW)
    operations.tell_by_hand(message=task, by=team_untold.lead, now=NOW)
    assert [row.channel for row in lists.untold_colleagues(user=team_untold.lead, now=NOW)] == ["email"]


def retry(failed: World, by: User | None = None) -> int:
    return operations.retry_failed(channel="email", error="Refused: 550", by=by or failed.admin, now=NOW)


def test_an_administrator_has_them_tried_again(failed: World) -> None:
    assert retry(failed) == 2
    assert set(MAILS.values_list("state", "look_at", "ended_at")) == {(MessageState.PENDING, NOW, None)}
    assert LogEntry.objects.filter(verb=Verb.RETRY, by=failed.admin).count() == 2


def test_not_what_somebody_told_or_what_comes_too_late(failed: World) -> None:
    tell(MessageKind.CUSTOMER_BOOKED, failed.agent)
    Message.objects.filter(kind=MessageKind.SPECIALIST_CONFIRM).update(useful_until=NOW)
    assert retry(failed) == 0
    assert not Message.objects.filter(state=MessageState.PENDING).exists()


@pytest.mark.parametrize("who", ["agent", "person", "lead"])
def test_nobody_else_can_have_them_tried_again(failed: World, who: str) -> None:
    with pytest.raises(Forbidden):
        retry(failed, getattr(failed, who))
