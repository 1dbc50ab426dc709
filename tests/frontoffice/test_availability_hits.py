"""Absences on the availability page, and the question that comes when appointments lie in their time."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from availability.models import Absence, Specialist, Window
from callbacks.models import Appointment, LogEntry
from callbacks.states import State, Verb
from tests.factories import SpecialistFactory, World, at

MORNING = {"first_day": "2026-11-23", "last_day": "2026-11-23", "starts": "09:00", "ends": "12:00"}


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00–10:30."""
    return world.book(specialist=world.specialists[0])


def post(user: User, name: str = "absence", **data: Any) -> Any:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client.post(reverse(f"availability-{name}"), data)


def answer(appointment: Appointment, remedy: str, **more: Any) -> dict[str, Any]:
    return {
        **MORNING,
        "remedy": remedy,
        "decision_reason": "Ziek",
        f"seen-{appointment.reference}": appointment.version,
        **more,
    }


def test_an_absence_is_entered(world: World) -> None:
    post(world.person, **MORNING, reason="Tandarts")
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at, absence.reason) == (at(9), at(12), "Tandarts")


def test_whole_days_need_no_times(world: World) -> None:
    post(world.person, first_day="2026-11-23", last_day="2026-11-24")
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (at(0), at(0, day=25))


def test_without_a_last_day_all_series_end(world: World) -> None:
    post(world.person, first_day="2026-11-25")
    assert {str(day) for day in Window.objects.values_list("valid_until", flat=True)} == {"2026-11-24"}


def test_an_absence_is_taken_back(world: World) -> None:
    post(world.person, **MORNING)
    absence = Absence.objects.get()
    post(world.person, "back", absence=absence.pk, version=absence.version)
    assert Absence.objects.count() == 0


def test_the_absence_of_somebody_else_is_not_there(world: World) -> None:
    other = SpecialistFactory.create(team=world.team)
    absence = Absence.objects.create(specialist=other, starts_at=at(9), ends_at=at(12))
    assert post(world.person, "back", absence=absence.pk, version=1).status_code == 422
    assert Absence.objects.filter(pk=absence.pk).exists()


def test_a_missing_day_is_said_with_the_input_kept(world: World) -> None:
    response = post(world.person, starts="09:00", reason="Tandarts")
    assert (response.status_code, b"Tandarts" in response.content) == (422, True)


def test_an_absence_that_hits_appointments_asks_first(world: World, booked: Appointment) -> None:
    response = post(world.person, **MORNING)
    assert (response.status_code, Absence.objects.count()) == (409, 0)
    assert booked.reference in response.content.decode()


def test_the_question_carries_what_was_typed(world: World, booked: Appointment) -> None:
    shown = post(world.person, **MORNING, reason="Tandarts").content.decode()
    assert '<input type="hidden" name="reason" value="Tandarts">' in shown


def test_the_answer_makes_the_change_and_settles_the_appointments(world: World, booked: Appointment) -> None:
    post(world.person, **answer(booked, "rebook"))
    booked.refresh_from_db()
    assert (Absence.objects.count(), booked.state) == (1, State.TO_REBOOK)


def test_one_appointment_may_have_an_answer_of_its_own(world: World, booked: Appointment) -> None:
    second = world.book(at(11), specialist=world.specialists[0])
    both = answer(booked, "rebook") | answer(second, "rebook") | {f"remedy-{second.reference}": "keep"}
    post(world.person, **both)
    states = [Appointment.objects.get(pk=one.pk).state for one in (booked, second)]
    assert states == [State.TO_REBOOK, State.SCHEDULED]


def test_a_substitute_takes_over(world: World, booked: Appointment) -> None:
    substitute: Specialist = SpecialistFactory.create(team=world.team)
    post(world.person, **answer(booked, "substitute", decision_substitute=substitute.pk))
    booked.refresh_from_db()
    assert booked.specialist == substitute


def test_whoever_was_named_to_stand_in_is_proposed(world: World, booked: Appointment) -> None:
    substitute: Specialist = SpecialistFactory.create(team=world.team)
    shown = post(world.person, **MORNING, substitute=substitute.pk).content.decode()
    assert f'<option value="{substitute.pk}" selected>' in shown
    assert '<option value="substitute" selected>' in shown


def test_an_answer_without_a_reason_is_asked_again(world: World, booked: Appointment) -> None:
    response = post(world.person, **answer(booked, "rebook") | {"decision_reason": ""})
    assert (response.status_code, Absence.objects.count()) == (422, 0)
    assert "Give a reason" in response.content.decode()


def test_an_appointment_that_came_in_between_is_asked_about(world: World, booked: Appointment) -> None:
    late = world.book(at(11), specialist=world.specialists[0])
    response = post(world.person, **answer(booked, "rebook"))
    assert (response.status_code, late.reference in response.content.decode()) == (422, True)
    assert Absence.objects.count() == 0


def test_ending_a_series_asks_too(world: World, booked: Appointment) -> None:
    window = Window.objects.get(weekday=1)
    data = {"window": window.pk, "version": window.version, "day": "2026-11-23", "verb": "off"}
    assert post(world.person, "day", **data).status_code == 409


def test_what_is_kept_tells_why_in_the_log(world: World, booked: Appointment) -> None:
    post(world.person, **answer(booked, "keep"))
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "Ziek"


def test_a_lead_settles_it_for_somebody_who_is_ill(world: World, booked: Appointment) -> None:
    post(world.lead, **answer(booked, "rebook"), specialist=world.specialists[0].pk)
    booked.refresh_from_db()
    assert booked.state == State.TO_REBOOK
