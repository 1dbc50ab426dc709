"""Sweeps record and announce, each once."""

import datetime as dt

from callbacks import operations
from callbacks.models import Appointment, LogEntry, Message, Promise
from callbacks.states import MessageKind, Verb
from tests.factories import NOW, World, at


def flag_overdue(now: dt.datetime) -> int:
    """Flag whatever is overdue."""
    return operations.flag_overdue(promise_ids=list(Promise.objects.values_list("pk", flat=True)), now=now)


def remind(now: dt.datetime) -> list[str]:
    """Queue reminders for all promises; gives the kinds that are queued by now."""
    operations.queue_reminders(promise_ids=list(Promise.objects.values_list("pk", flat=True)), now=now)
    reminders = {
        MessageKind.CUSTOMER_DAY_BEFORE,
        MessageKind.CUSTOMER_HOUR_BEFORE,
        MessageKind.SPECIALIST_REMINDER,
    }
    return list(Message.objects.filter(kind__in=reminders, channel="email").values_list("kind", flat=True))


def test_a_slipped_promise_is_logged_once_and_told_to_specialist_and_lead(world: World) -> None:
    world.book()
    assert [flag_overdue(at(11)), flag_overdue(at(12))] == [1, 0]
    assert LogEntry.objects.filter(verb=Verb.FLAG_OVERDUE, by=None).count() == 1
    told = Message.objects.filter(kind__endswith="_overdue", channel="email").values_list("kind", "recipient")
    assert set(told) == {
        (MessageKind.SPECIALIST_OVERDUE, world.person.email),
        (MessageKind.LEAD_OVERDUE, world.lead.email),
    }


def test_a_promise_that_is_not_overdue_is_not_flagged(world: World) -> None:
    world.book()
    assert flag_overdue(at(10, 40)) == 0


def test_without_a_lead_the_teams_mailbox_is_told(world: World) -> None:
    world.team.leads.clear()
    world.book()
    flag_overdue(at(11))
    assert Message.objects.get(kind=MessageKind.LEAD_OVERDUE, channel="email").recipient == world.team.mailbox


def test_what_nobody_confirmed_is_flagged_once(world: World) -> None:
    booked = world.book(at(16))
    late = NOW + dt.timedelta(hours=5)
    flags = [operations.flag_unconfirmed(appointment_ids=[booked.pk], now=late) for _ in range(2)]
    assert flags == [1, 0]
    assert LogEntry.objects.filter(verb=Verb.FLAG_UNCONFIRMED).count() == 1
    told = Message.objects.filter(kind=MessageKind.SPECIALIST_UNCONFIRMED, channel="email")
    assert told.count() == 1


def test_what_was_confirmed_in_between_is_not_flagged(world: World) -> None:
    booked = world.book(at(16))
    operations.confirm(appointment=booked, version=booked.version, by=world.person, now=NOW)
    late = NOW + dt.timedelta(hours=5)
    assert operations.flag_unconfirmed(appointment_ids=[booked.pk], now=late) == 0


def test_flagging_does_not_make_readers_of_the_appointment_stale(world: World) -> None:
    booked = world.book()
    flag_overdue(at(11))
    assert Appointment.objects.get(pk=booked.pk).version == booked.version


def test_reminders_follow_each_other_the_day_an_hour_and_a_quarter_before(world: World) -> None:
    world.book(at(10, day=25))
    day, hour, quarter = at(10, day=24), at(9, day=25), at(9, 45, day=25)
    assert remind(day - dt.timedelta(seconds=1)) == []
    assert remind(day) == [MessageKind.CUSTOMER_DAY_BEFORE]
    assert len(remind(hour)) == 2
    assert remind(quarter)[-1] == MessageKind.SPECIALIST_REMINDER
    assert Promise.objects.get().remind_at is None


def test_a_reminder_that_was_missed_gives_way_to_the_later_one(world: World) -> None:
    world.book(at(10, day=25))
    assert remind(at(9, 30, day=25)) == [MessageKind.CUSTOMER_HOUR_BEFORE]


def test_a_moment_before_the_promise_was_made_never_counts(world: World) -> None:
    world.book(at(10), now=at(9, 30))
    assert remind(at(9, 50)) == [MessageKind.SPECIALIST_REMINDER]


def test_a_customer_without_an_address_gets_none(world: World) -> None:
    booked = world.book(at(10, day=25))
    booked.customer.email = ""
    booked.customer.save(update_fields=["email"])
    assert remind(at(10, day=24)) == []
    assert Promise.objects.get().remind_at == at(9, day=25)


def test_after_the_start_nobody_is_reminded(world: World) -> None:
    world.book(at(10))
    assert remind(at(10)) == []
