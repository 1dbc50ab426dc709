"""What customers get for their own calendar."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar
from pytest_django import Settings

from callbacks import operations
from callbacks.clock import database_now
from callbacks.messages import deliver_due
from callbacks.messages.invitation import FILE_NAME, METHODS
from callbacks.messages.rendering import compose
from callbacks.models import Appointment, Message
from callbacks.states import MessageKind
from tests.callbacks.messages.mailserver import MailServer
from tests.factories import NOW, World, at

SECRET = "QUESTION-OR-NOTE"


@pytest.fixture
def appointment(world: World) -> Appointment:
    return world.book(
        at(10),
        question=SECRET,
        internal_note=SECRET,
        reach_note=SECRET,
        second_phone_note=SECRET,
        second_phone="+447700900001",
    )


def message(appointment: Appointment, kind: str = MessageKind.CUSTOMER_BOOKED, **fields: Any) -> Message:
    """A message of another kind about the same promise."""
    found = appointment.messages.exclude(promise=None).first()
    assert found is not None
    for name, value in {"kind": kind, "language": "en", **fields}.items():
        setattr(found, name, value)
    return found


def files(of: Message) -> list[EmailMessage]:
    """The files of a mail, as a mail program reads them."""
    mail = message_from_bytes(compose(of).message().as_bytes(), _class=EmailMessage, policy=policy.default)
    return [part for part in mail.iter_attachments() if isinstance(part, EmailMessage)]


def calendar(of: Message) -> Any:
    (file,) = files(of)
    return Calendar.from_ical(file.get_content())


def event(of: Message) -> Any:
    (found,) = calendar(of).walk("VEVENT")
    return found


K = MessageKind


@pytest.mark.parametrize("kind", MessageKind)
def test_only_what_makes_moves_or_cancels_comes_with_a_file(
    appointment: Appointment, kind: MessageKind
) -> None:
    booked = kind in {K.CUSTOMER_BOOKED, K.CUSTOMER_MOVED, K.CUSTOMER_CANCELLED}
    assert [file.get_filename() for file in files(message(appointment, kind))] == [FILE_NAME] * booked


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [
        (K.CUSTOMER_BOOKED, "PUBLISH", "CONFIRMED"),
        (K.CUSTOMER_MOVED, "PUBLISH", "CONFIRMED"),
        (K.CUSTOMER_CANCELLED, "CANCEL", "CANCELLED"),
    ],
)
def test_the_method_is_said_inside_and_outside_the_file(
    appointment: Appointment, kind: MessageKind, method: str, status: str
) -> None:
    one = message(appointment, kind)
    (file,) = files(one)
    assert (file.get_content_type(), file["Content-Type"].params["method"]) == ("text/calendar", method)
    assert (calendar(one)["method"], event(one)["status"]) == (method, status)


def test_it_tells_time_team_and_reference(appointment: Appointment) -> None:
    found = event(message(appointment))
    assert found["summary"] == f"{appointment.team.name} will call you back"
    assert found["description"].startswith(f"Reference: {appointment.reference}\n")
    assert (found.start, found.end) == (at(10), at(10, 30))
    assert found["organizer"].email == "terugbellen@example.org"


def test_it_is_in_the_customers_language(appointment: Appointment) -> None:
    dutch, english = (event(message(appointment, language=language)) for language in ("nl", "en"))
    assert dutch["summary"] != english["summary"]


def test_times_are_utc(appointment: Appointment) -> None:
    assert {
        moment.dt.utcoffset() for moment in event(message(appointment)).values() if hasattr(moment, "dt")
    } == {dt.timedelta(0)}


@pytest.mark.parametrize("kind", METHODS)
def test_it_tells_nothing_that_the_customer_said(appointment: Appointment, kind: str) -> None:
    text = files(message(appointment, kind))[0].get_content()
    customer = appointment.customer
    said = (SECRET, customer.name, customer.phone, customer.email, appointment.topic.name, "+447700900001")
    assert [one for one in said if one in text] == []


def test_the_time_is_that_of_the_promise_spoken_of(appointment: Appointment) -> None:
    later = dt.timedelta(hours=3)
    Appointment.objects.update(starts_at=appointment.starts_at + later, ends_at=appointment.ends_at + later)
    assert event(message(Appointment.objects.get(pk=appointment.pk))).start == at(10)


def test_a_later_file_changes_the_entry_of_an_earlier_one(world: World) -> None:
    made = world.book(at(10))
    booked = event(message(made))
    moved = operations.reschedule(
        appointment=made,
        version=made.version,
        starts_at=at(12),
        customer_agreed=True,
        by=world.agent,
        now=NOW,
    )
    after_move = event(moved.messages.get(kind=MessageKind.CUSTOMER_MOVED))
    assert after_move["uid"] == booked["uid"]
    assert after_move["sequence"] > booked["sequence"]
    assert after_move.start == at(12)


def test_a_cancellation_takes_the_entry_away(world: World) -> None:
    made = world.book(at(10))
    booked = event(message(made))
    gone = operations.cancel(
        appointment=made, version=made.version, reason="x", by_customer=False, by=world.agent, now=NOW
    )
    cancelled = event(gone.messages.get(kind=MessageKind.CUSTOMER_CANCELLED))
    assert (cancelled["uid"], cancelled.start) == (booked["uid"], booked.start)
    assert cancelled["sequence"] > booked["sequence"]


def test_two_appointments_have_two_entries(world: World) -> None:
    first, second = (event(message(world.book(at(hour)))) for hour in (10, 11))
    assert first["uid"] != second["uid"]


def test_a_repetition_is_the_same_to_the_byte(appointment: Appointment) -> None:
    one = message(appointment)
    assert files(one)[0].get_content() == files(one)[0].get_content()


def test_names_with_signs_of_the_format_stay_names(appointment: Appointment) -> None:
    appointment.team.name = 'Parks, roads; water: "all"\nBEGIN:VALARM é'
    appointment.team.save(update_fields=["name"])
    found = calendar(message(Appointment.objects.get(pk=appointment.pk)))
    assert str(found.walk("VEVENT")[0]["summary"]).startswith('Parks, roads; water: "all"\nBEGIN:VALARM é')
    assert found.walk("VALARM") == []


def test_a_sender_with_a_name_gives_its_address(appointment: Appointment, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Gemeente <bellen@example.org>"
    assert event(message(appointment))["organizer"].email == "bellen@example.org"


def test_it_survives_the_mail_server(appointment: Appointment, mail_server: MailServer) -> None:
    Message.objects.update(look_at=database_now(), useful_until=database_now() + dt.timedelta(hours=1))
    deliver_due(now=database_now(), size=20)
    (mail,) = (one for one in mail_server.mails if one["To"] == appointment.customer.email)
    (file,) = mail.iter_attachments()
    assert isinstance(file, EmailMessage)
    assert [one.start for one in Calendar.from_ical(file.get_content()).events] == [at(10)]
