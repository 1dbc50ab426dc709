"""What the database refuses, whoever writes."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from availability.models import Window
from callbacks.models import Appointment, Customer, LogEntry, Promise, Reservation
from tests.factories import NOW, CustomerFactory, WindowFactory, World, at


@pytest.mark.parametrize("percent", [0, 101])
def test_an_agreed_share_is_a_percentage(world: World, percent: int) -> None:
    world.team.agreed_kept = percent
    with pytest.raises(ValidationError, match="agreed_kept"):
        world.team.clean_fields()
    with pytest.raises(IntegrityError, match="team_agreed_kept_percent"), transaction.atomic():
        world.team.save(update_fields=["agreed_kept"])


def test_nobody_is_booked_twice_at_one_time(world: World) -> None:
    world.book()
    with pytest.raises(IntegrityError, match="reservation_once"), transaction.atomic():
        Reservation.objects.create(
            specialist=world.specialists[0],
            starts_at=at(10, 15),
            ends_at=at(10, 45),
            held_by=world.agent,
            expires_at=NOW,
        )


def test_back_to_back_periods_do_not_overlap(world: World) -> None:
    world.book(at(10))
    assert world.book(at(10, 30)).starts_at == at(10, 30)


@pytest.mark.parametrize("change", [{"reason": "better"}, {"by_name": "Somebody else"}, {"at": at(11)}])
def test_the_log_cannot_be_rewritten(world: World, change: dict[str, object]) -> None:
    world.book()
    with pytest.raises(DatabaseError, match="log_append_only"), transaction.atomic():
        LogEntry.objects.update(**change)


def test_the_log_cannot_be_deleted(world: World) -> None:
    world.book()
    with pytest.raises(DatabaseError, match="log_append_only"), transaction.atomic():
        LogEntry.objects.all().delete()


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": at(9)},
        {"ends_at": at(12)},
        {"due_at": at(13)},
        {"counts_from": at(9)},
        {"made_at": at(9, 1)},
    ],
)
def test_the_facts_of_a_promise_cannot_be_overwritten(world: World, change: dict[str, dt.datetime]) -> None:
    world.book()
    with pytest.raises(DatabaseError, match="promise_facts_stay"), transaction.atomic():
        Promise.objects.update(**change)


def test_an_appointment_has_one_open_promise(world: World) -> None:
    world.book()
    promise = Promise.objects.get()
    promise.pk = None
    with pytest.raises(IntegrityError, match="promise_one_open"), transaction.atomic():
        promise.save(force_insert=True)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"specialist": None}, "appt_owned_has_specialist"),
        ({"next_action_at": None}, "appt_open_has_next_action"),
        ({"state": "completed"}, "appt_open_has_next_action"),
        ({"state": "lost", "next_action_at": None}, "appt_state_known"),
        ({"ends_at": at(10)}, "appt_ends_after_start"),
    ],
)
def test_an_appointment_cannot_be_left_without_owner_or_next_action(
    world: World, change: dict[str, object], constraint: str
) -> None:
    world.book()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Appointment.objects.update(**change)


def test_a_customers_phone_is_stored_in_one_notation(db: None) -> None:
    with pytest.raises(IntegrityError, match="customer_phone_e164"), transaction.atomic():
        Customer.objects.create(name="X", phone="06 1234 5678", created_at=NOW)


def test_a_customer_who_was_promised_something_cannot_be_deleted(world: World) -> None:
    customer = CustomerFactory.create()
    world.book(customer=customer)
    with pytest.raises(ProtectedError):
        customer.delete()


def test_windows_of_one_specialist_do_not_overlap(db: None) -> None:
    window = WindowFactory.create()
    with pytest.raises(IntegrityError, match="window_no_overlap"), transaction.atomic():
        WindowFactory.create(specialist=window.specialist, starts=dt.time(11), ends=dt.time(0))


def test_the_administrator_reads_why_a_window_is_refused(db: None) -> None:
    window = WindowFactory.create()
    copy = Window(
        specialist=window.specialist,
        weekday=1,
        starts=dt.time(11),
        ends=dt.time(0),
        valid_from=dt.date(2026, 12, 1),
    )
    with pytest.raises(ValidationError, match=r"overlap"):
        copy.full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"starts": dt.time(12), "ends": dt.time(14)},
        {"weekday": 2},
        {"valid_from": dt.date(2026, 12, 1)},
    ],
)
def test_windows_beside_or_after_each_other_are_fine(db: None, fields: dict[str, object]) -> None:
    window = WindowFactory.create(valid_until=dt.date(2026, 11, 30))
    assert WindowFactory.create(specialist=window.specialist, **fields).pk


def test_a_window_that_ends_before_it_starts_is_refused(db: None) -> None:
    with pytest.raises(IntegrityError, match="window_ends_after_start"), transaction.atomic():
        WindowFactory.create(starts=dt.time(12), ends=dt.time(9))
