"""Who is told by which way: decided as the row is written."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from availability.models import Specialist
from callbacks import operations
from callbacks.models import Appointment, Customer, Message
from callbacks.operations.reaching import House, after_quiet
from callbacks.states import AttemptOutcome, MessageKind, NextStep, PromiseOutcome
from tests.factories import NOW, CustomerFactory, World, at

MOBILE, LANDLINE = "+447700900123", "+442079460123"


@pytest.fixture
def gateway(settings: Settings) -> None:
    settings.SMS_URL = "json://sms.example.org/?:to={phone}"


def told(kind: MessageKind, **which: object) -> list[tuple[str, str]]:
    found = Message.objects.filter(kind=kind, **which).order_by("channel")
    return list(found.values_list("channel", "recipient"))


def customer(email: str = "", phone: str = MOBILE) -> Customer:
    return CustomerFactory.create(email=email, phone=phone)


@pytest.mark.usefixtures("gateway")
def test_a_letter_is_preferred_where_there_is_an_address(world: World) -> None:
    world.book(customer=customer("a@example.org"))
    assert told(MessageKind.CUSTOMER_BOOKED) == [("email", "a@example.org")]


@pytest.mark.usefixtures("gateway")
def test_without_address_an_sms_goes_to_a_mobile_number(world: World) -> None:
    world.book(customer=customer())
    assert told(MessageKind.CUSTOMER_BOOKED) == [("sms", MOBILE)]


@pytest.mark.usefixtures("gateway")
def test_just_before_the_call_an_sms_is_preferred(world: World) -> None:
    promise = world.book(at(11), customer=customer("a@example.org")).promises.get()
    operations.queue_reminders(promise_ids=[promise.pk], now=at(10))
    assert told(MessageKind.CUSTOMER_HOUR_BEFORE) == [("sms", MOBILE)]


@pytest.mark.parametrize("phone", [MOBILE, LANDLINE])
def test_who_cannot_be_reached_is_told_by_the_team(world: World, phone: str, settings: Settings) -> None:
    settings.SMS_URL = "" if phone == MOBILE else "json://sms.example.org/?:to={phone}"
    world.book(customer=customer(phone=phone))
    assert told(MessageKind.CUSTOMER_BOOKED) == [("email", world.team.mailbox)]


def test_a_reminder_that_reaches_nobody_bothers_nobody(world: World) -> None:
    promise = world.book(at(11), customer=customer()).promises.get()
    operations.queue_reminders(promise_ids=[promise.pk], now=at(10))
    assert told(MessageKind.CUSTOMER_HOUR_BEFORE) == []


def test_what_a_team_leaves_out_is_not_told_and_the_rest_is(world: World) -> None:
    world.team.muted_messages = [MessageKind.CUSTOMER_BOOKED]
    world.team.save(update_fields=["muted_messages"])
    world.book()
    assert set(Message.objects.values_list("kind", flat=True)) == {MessageKind.SPECIALIST_CONFIRM}


def test_what_is_switched_on_again_is_told_again(world: World) -> None:
    world.team.muted_messages = [MessageKind.LEAD_OVERDUE]
    world.team.save(update_fields=["muted_messages"])
    first, second = (world.book(at(hour)).promises.get() for hour in (10, 11))
    operations.flag_overdue(promise_ids=[first.pk], now=at(12))
    assert told(MessageKind.LEAD_OVERDUE) == []
    assert len(told(MessageKind.SPECIALIST_OVERDUE)) == 2
    world.team.muted_messages = []
    world.team.save(update_fields=["muted_messages"])
    operations.flag_overdue(promise_ids=[second.pk], now=at(12))
    assert told(MessageKind.LEAD_OVERDUE) == [("app", world.lead.name), ("email", world.lead.email)]


def test_alerts_stand_in_the_chat_where_there_is_one(world: World, settings: Settings) -> None:
    settings.CHAT_URL = "json://chat.example.org/"
    promise = world.book().promises.get()
    operations.flag_overdue(promise_ids=[promise.pk], now=at(12))
    assert told(MessageKind.LEAD_OVERDUE, channel="chat") == [("chat", "chat")]
    assert told(MessageKind.SPECIALIST_OVERDUE, channel="chat") == []


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ((20, 59), (20, 59)),
        ((21, 0), (32, 0)),
        ((23, 30), (32, 0)),
        ((3, 0), (8, 0)),
        ((7, 59), (8, 0)),
        ((8, 0), (8, 0)),
    ],
)
def test_quiet_hours_end_by_the_teams_own_clock(
    world: World, clock: tuple[int, int], until: tuple[int, int]
) -> None:
    world.team.refresh_from_db()
    moment = at(0) + dt.timedelta(hours=clock[0], minutes=clock[1])
    assert after_quiet(moment, House.of(world.team)) == at(0) + dt.timedelta(hours=until[0], minutes=until[1])


def test_without_quiet_hours_nothing_waits() -> None:
    house = House(1, "", "Europe/Amsterdam", [], dt.time(0), dt.time(0))
    assert after_quiet(at(3), house) == at(3)


@pytest.mark.usefixtures("gateway")
def test_an_sms_of_the_night_waits_for_the_morning(world: World) -> None:
    world.team.quiet_until = dt.time(8, 30)
    world.team.save(update_fields=["quiet_until"])
    promise = world.book(at(9, 15), now=NOW - dt.timedelta(days=2), customer=customer()).promises.get()
    operations.queue_reminders(promise_ids=[promise.pk], now=at(8, 15))
    assert Message.objects.get(kind=MessageKind.CUSTOMER_HOUR_BEFORE).look_at == at(8, 30)


@pytest.mark.usefixtures("gateway")
def test_an_sms_that_would_come_too_late_goes_another_way(world: World) -> None:
    world.team.quiet_until = dt.time(12)
    world.team.save(update_fields=["quiet_until"])
    reached = customer("a@example.org")
    promise = world.book(at(11), now=NOW - dt.timedelta(days=2), customer=reached).promises.get()
    operations.queue_reminders(promise_ids=[promise.pk], now=at(10))
    assert told(MessageKind.CUSTOMER_HOUR_BEFORE) == [("email", "a@example.org")]


def call(world: World, outcome: AttemptOutcome, step: NextStep, **fields: Any) -> None:
    booked = world.book(at(10))
    operations.log_attempt(
        appointment=booked,
        version=booked.version,
        started_at=at(10, 5),
        outcome=outcome,
        next_step=step,
        by=world.person,
        now=at(10, 6),
        **fields,
    )


def test_a_call_in_time_is_told_to_who_promised_it(world: World) -> None:
    call(world, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE)
    assert told(MessageKind.AGENT_KEPT) == [("app", world.agent.name)]
    assert [channel for channel, _address in told(MessageKind.CUSTOMER_CLOSED)] == ["email"]


@pytest.mark.parametrize(
    ("step", "fields"),
    [(NextStep.TRY_AGAIN, {"next_at": at(12)}), (NextStep.CLOSE, {"reason": "moved away"})],
)
def test_who_was_not_reached_hears_that_we_tried(
    world: World, step: NextStep, fields: dict[str, object]
) -> None:
    call(world, AttemptOutcome.NO_ANSWER, step, **fields)
    assert [channel for channel, _address in told(MessageKind.CUSTOMER_NOT_REACHED)] == ["email"]
    assert told(MessageKind.CUSTOMER_CLOSED) == []


def test_a_broken_promise_is_told_to_who_made_it_once(world: World) -> None:
    booked = world.book(at(10))
    operations.flag_overdue(promise_ids=[booked.promises.get().pk], now=at(12))
    operations.cancel(
        appointment=booked, version=booked.version, reason="x", by_customer=False, by=world.lead, now=at(12)
    )
    assert booked.promises.get().outcome == PromiseOutcome.BROKEN
    assert len(told(MessageKind.AGENT_BROKEN)) == 2


def test_who_breaks_it_need_not_be_told(world: World) -> None:
    booked = world.book(at(10))
    operations.cancel(
        appointment=booked, version=booked.version, reason="x", by_customer=False, by=world.agent, now=NOW
    )
    assert told(MessageKind.AGENT_BROKEN) == []


def reassigned(booked: Appointment, to: Specialist, world: World) -> None:
    operations.reassign(appointment=booked, version=booked.version, specialist=to, by=world.lead, now=NOW)


def forwarded(booked: Appointment, to: Specialist, world: World) -> None:
    operations.forward(appointment=booked, version=booked.version, to=to, reason="x", by=world.lead, now=NOW)


def declined(booked: Appointment, _to: Specialist, world: World) -> None:
    operations.decline(appointment=booked, version=booked.version, reason="x", by=world.lead, now=NOW)


def sent_back(booked: Appointment, _to: Specialist, world: World) -> None:
    operations.send_back(appointment=booked, version=booked.version, reason="x", by=world.lead, now=NOW)


def escalated(booked: Appointment, to: Specialist, world: World) -> None:
    world.team.escalate_after = 15
    world.team.save(update_fields=["escalate_after"])
    Specialist.objects.filter(appointments=booked).update(substitute=to)
    promise = booked.promises.get()
    operations.flag_overdue(promise_ids=[promise.pk], now=at(12))
    operations.escalate(promise_ids=[promise.pk], now=at(16))


@pytest.mark.parametrize("take", [reassigned, forwarded, declined, sent_back, escalated])
def test_who_loses_an_appointment_is_told(db: None, take: Callable[..., None]) -> None:
    world = World(capacity=2)
    first, second = world.specialists
    take(world.book(specialist=first), second, world)
    assert told(MessageKind.SPECIALIST_RELIEVED) == [("app", first.user.name), ("email", first.user.email)]


def test_who_gives_it_away_is_not_told(db: None) -> None:
    world = World(capacity=2)
    booked = world.book(specialist=world.specialists[0])
    operations.decline(appointment=booked, version=1, reason="x", by=world.person, now=NOW)
    assert told(MessageKind.SPECIALIST_RELIEVED) == []


def test_who_works_here_no_more_is_not_told(db: None) -> None:
    world = World(capacity=2)
    booked = world.book(specialist=world.specialists[0])
    User.objects.filter(pk=world.person.pk).update(is_active=False)
    operations.pass_on_of_leavers(appointment_ids=[booked.pk], now=NOW)
    assert told(MessageKind.SPECIALIST_RELIEVED) == []


def test_reassigning_tells_both(db: None) -> None:
    world = World(capacity=2)
    booked = world.book(specialist=world.specialists[0])
    operations.reassign(
        appointment=booked, version=booked.version, specialist=world.specialists[1], by=world.lead, now=NOW
    )
    first, second = (one.user for one in world.specialists)
    assert told(MessageKind.SPECIALIST_RELIEVED) == [("app", first.name), ("email", first.email)]
    assert told(MessageKind.SPECIALIST_GIVEN) == [("app", second.name), ("email", second.email)]
