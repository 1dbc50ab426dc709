"""Whoever is taken out of service leaves no appointment behind, and nothing that can be booked."""

import datetime as dt

import pytest
from django.db import connection

from accounts.models import User
from availability.models import Specialist
from callbacks import operations
from callbacks.models import Appointment, Contact, LogEntry, Message, Promise, Reservation
from callbacks.states import MessageKind, State, Verb
from callbacks.sweeps import SWEEPS
from callbacks.sweeps.engine import LockedRows
from tests.callbacks.sweeps.test_costs import MANY, _close_copies, _copy, _rows_read, _scans
from tests.factories import NOW, CustomerFactory, SpecialistFactory, UserFactory, World, at

LEAVERS, WINDOWS = SWEEPS["leavers"], SWEEPS["windows"]


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00, with the first specialist."""
    return world.book(specialist=world.specialists[0])


def deactivate(record: User | Specialist) -> None:
    record.is_active = False
    record.save(update_fields=["is_active"])


def sweep(appointment: Appointment) -> Appointment:
    LEAVERS.run_batch(now=NOW)
    return Appointment.objects.get(pk=appointment.pk)


def gone(world: World, who: str = "specialist") -> None:
    deactivate(world.specialists[0] if who == "specialist" else world.person)


@pytest.mark.parametrize("who", ["specialist", "account"])
def test_a_free_colleague_takes_the_promised_time(world: World, booked: Appointment, who: str) -> None:
    colleague = world.specialist()
    gone(world, who)
    after = sweep(booked)
    assert (after.specialist, after.starts_at, after.state) == (colleague, at(10), State.SCHEDULED)
    assert Reservation.objects.get().specialist == colleague


@pytest.mark.parametrize("who", ["specialist", "account"])
def test_without_one_the_front_office_must_agree_a_new_time(
    world: World, booked: Appointment, who: str
) -> None:
    gone(world, who)
    after = sweep(booked)
    assert (after.specialist, after.state, Reservation.objects.count()) == (None, State.TO_REBOOK, 0)


def test_a_colleague_who_left_too_is_none(world: World, booked: Appointment) -> None:
    deactivate(world.specialist())
    gone(world)
    assert sweep(booked).state == State.TO_REBOOK


def test_a_colleague_who_is_taken_is_none(world: World, booked: Appointment) -> None:
    world.book(specialist=world.specialist())
    gone(world)
    assert sweep(booked).state == State.TO_REBOOK


def test_the_promise_stays(world: World, booked: Appointment) -> None:
    gone(world)
    sweep(booked)
    assert Promise.objects.get().ended_at is None


def test_the_log_names_the_system_and_the_reason(world: World, booked: Appointment) -> None:
    gone(world)
    sweep(booked)
    entry = LogEntry.objects.latest("pk")
    assert (entry.verb, entry.by, entry.by_name, entry.to_state) == (Verb.DECLINE, None, "", State.TO_REBOOK)
    assert world.person.name in entry.reason


def test_the_colleague_is_asked_to_confirm(world: World, booked: Appointment) -> None:
    colleague = world.specialist()
    gone(world)
    sweep(booked)
    asked = Message.objects.filter(kind=MessageKind.SPECIALIST_GIVEN, recipient=colleague.user.email)
    assert asked.count() == 1


def test_whoever_booked_is_told_when_a_new_time_is_needed(world: World, booked: Appointment) -> None:
    gone(world)
    sweep(booked)
    assert (
        Message.objects.get(kind=MessageKind.AGENT_TO_REBOOK, channel="email").recipient == world.agent.email
    )


def test_the_team_is_told_once_when_nobody_is_free(world: World, booked: Appointment) -> None:
    gone(world)
    for _ in range(2):
        sweep(booked)
    told = Message.objects.filter(kind=MessageKind.TEAM_UNTAKEN, channel="email")
    assert [one.recipient for one in told] == [world.team.mailbox]


def test_also_what_was_confirmed_is_passed_on(world: World, booked: Appointment) -> None:
    operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    gone(world)
    assert sweep(booked).state == State.TO_REBOOK


def test_it_happens_once(world: World, booked: Appointment) -> None:
    world.specialist()
    gone(world)
    assert [LEAVERS.run_batch(now=NOW) for _ in range(2)] == [1, 0]


def test_who_still_works_keeps_everything(world: World, booked: Appointment) -> None:
    deactivate(world.specialist())
    deactivate(UserFactory.create())
    assert LEAVERS.run_batch(now=NOW) == 0


def test_who_came_back_before_the_turn_came_keeps_it(world: World, booked: Appointment) -> None:
    assert operations.pass_on_of_leavers(appointment_ids=[booked.pk], now=NOW) == 0


def test_what_is_closed_stays_where_it_was(world: World, booked: Appointment) -> None:
    operations.cancel(
        appointment=booked, version=1, reason="Opgelost", by_customer=True, by=world.agent, now=NOW
    )
    gone(world)
    assert LEAVERS.run_batch(now=NOW) == 0


def test_nine_appointments_find_as_many_colleagues_as_are_free(world: World) -> None:
    first = world.specialists[0]
    customer = CustomerFactory.create()
    for hour in (10, 11, 12):
        world.book(at(hour), specialist=first, customer=customer)
    colleague = world.specialist()
    world.book(at(11), specialist=colleague)
    gone(world)
    assert LEAVERS.run_batch(now=NOW) == 3
    owners = Appointment.objects.order_by("starts_at", "pk").values_list("specialist", flat=True)
    assert sorted(owners, key=str) == sorted([colleague.pk, None, colleague.pk, colleague.pk], key=str)


def test_it_reads_what_leavers_own_and_not_what_others_do(world: World, booked: Appointment) -> None:
    others = SpecialistFactory.create_batch(30, team=world.team)
    contacts = Contact.objects.bulk_create(
        Contact(customer=booked.customer, agent=world.agent, result="callback", at=NOW) for _ in range(MANY)
    )
    _copy(
        booked,
        lambda n: {"reference": f"O{n}", "contact_id": contacts[n].pk, "specialist_id": others[n % 30].pk},
    )
    # What the leaver has done long ago is not looked at either.
    _close_copies(booked)
    gone(world)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE callbacks_appointment, availability_specialist, accounts_user")
    assert isinstance(LEAVERS, LockedRows)
    scans = _scans(LEAVERS.rows(NOW)[: LEAVERS.size])
    read = [scan for scan in scans if scan["Relation Name"] == "callbacks_appointment"]
    assert [scan.get("Index Name") for scan in read] == ["appt_own_list"]
    assert sum(map(_rows_read, read)) == 1


# What they published --------------------------------------------------------------------------------------


def last_days(specialist: Specialist) -> set[dt.date | None]:
    return set(specialist.windows.values_list("valid_until", flat=True))


@pytest.mark.parametrize("who", ["specialist", "account"])
def test_what_a_leaver_published_ends_today(world: World, who: str) -> None:
    gone(world, who)
    assert [WINDOWS.run_batch(now=NOW) for _ in range(2)] == [5, 0]
    assert last_days(world.specialists[0]) == {NOW.date()}


def test_what_was_to_begin_later_is_gone(world: World) -> None:
    windows = world.specialists[0].windows
    windows.update(valid_from=NOW.date() + dt.timedelta(days=7))
    gone(world)
    WINDOWS.run_batch(now=NOW)
    assert not windows.exists()


def test_today_is_that_of_the_team(world: World) -> None:
    world.team.time_zone = "Pacific/Kiritimati"
    world.team.save(update_fields=["time_zone"])
    gone(world)
    evening = NOW + dt.timedelta(hours=12)
    assert [WINDOWS.run_batch(now=evening) for _ in range(2)] == [5, 0]
    assert last_days(world.specialists[0]) == {NOW.date() + dt.timedelta(days=1)}


def test_whoever_works_publishes_on(world: World) -> None:
    before = last_days(world.specialists[0])
    deactivate(world.specialist())
    WINDOWS.run_batch(now=NOW)
    assert last_days(world.specialists[0]) == before


def test_it_reads_what_lasts_and_not_what_leavers_published_before(world: World) -> None:
    past = [dt.date(2020, 1, 1) + n * dt.timedelta(days=1) for n in range(MANY)]
    _copy(
        world.specialists[0].windows.all()[0], lambda n: dict.fromkeys(("valid_from", "valid_until"), past[n])
    )
    SpecialistFactory.create_batch(30, team=world.team)
    gone(world)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE availability_window, availability_specialist, accounts_user")
    assert isinstance(WINDOWS, LockedRows)
    scans = _scans(WINDOWS.rows(NOW)[: WINDOWS.size])
    read = [scan for scan in scans if scan["Relation Name"] == "availability_window"]
    assert [scan.get("Index Name") for scan in read] == ["window_by_last_day"]
    assert sum(map(_rows_read, read)) == 5


def test_who_came_back_before_the_turn_came_publishes_on(world: World) -> None:
    keys = list(world.specialists[0].windows.values_list("pk", flat=True))
    assert operations.end_windows_of_leavers(window_ids=keys, now=NOW) == 0
