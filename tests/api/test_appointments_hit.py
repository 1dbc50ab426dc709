"""Changing what can be booked over the API: appointments that it hits are named, and decided on."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from availability.models import Absence, Closure, Specialist, Window, WindowException
from callbacks.models import Appointment, LogEntry
from callbacks.states import State, Verb
from tests.api.test_organisation import API, patch, post
from tests.factories import TeamFactory, World

AWAY = {"starts_at": "2026-11-23T09:00+01:00", "ends_at": "2026-11-23T17:00+01:00"}
DAY = {"first_day": "2026-11-23", "last_day": "2026-11-23", "name": "Studiedag"}


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00–10:30, with the first specialist."""
    return world.book()


def specialist(world: World) -> Specialist:
    return world.specialists[0]


def window(world: World) -> Window:
    return specialist(world).windows.get(weekday=1)


def decided(appointment: Appointment, remedy: str = "rebook", **more: object) -> dict[str, Any]:
    decision = {"remedy": remedy, "version": 1, "reason": "Ziek", **more}
    return {"decisions": {appointment.reference: decision}}


def absence(client: APIClient, world: World, more: dict[str, Any] | None = None) -> Any:
    return post(client, "absences", {"specialist": specialist(world).pk, **AWAY, **(more or {})})


def test_an_absence_that_hits_appointments_names_them(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    answer = absence(lead, world)
    assert (answer.status_code, answer.json()["code"]) == (409, "appointments_hit")
    assert answer.json()["appointments"] == [
        {
            "reference": booked.reference,
            "version": 1,
            "starts_at": "2026-11-23T09:00:00Z",
            "ends_at": "2026-11-23T09:30:00Z",
            "specialist": specialist(world).pk,
        }
    ]
    assert not Absence.objects.exists()


def test_an_absence_is_entered_with_what_was_decided(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    answer = absence(lead, world, decided(booked))
    booked.refresh_from_db()
    assert (answer.status_code, booked.state) == (201, State.TO_REBOOK)
    assert LogEntry.objects.get(verb=Verb.SEND_BACK).reason == "Ziek"


def test_a_substitute_is_named_by_key(lead: APIClient, world: World, booked: Appointment) -> None:
    other = world.specialist()
    assert absence(lead, world, decided(booked, "substitute", substitute=other.pk)).status_code == 201
    booked.refresh_from_db()
    assert booked.specialist == other


def test_a_reference_may_be_typed_as_it_is_said(lead: APIClient, world: World, booked: Appointment) -> None:
    said = {
        "decisions": {booked.reference.lower().replace("-", " "): decided(booked)["decisions"].popitem()[1]}
    }
    assert absence(lead, world, said).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"remedy": "forget"}, "remedy"),
        ({"version": 0}, "version"),
        ({"version": 10**30}, "version"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "\x00"}, "reason"),
        ({"substitute": "x"}, "substitute"),
    ],
)
def test_a_wrong_decision_is_named(
    lead: APIClient, world: World, booked: Appointment, wrong: dict[str, Any], field: str
) -> None:
    answer = absence(lead, world, decided(booked, **({"remedy": "rebook"} | wrong)))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == f"decisions.{booked.reference}.{field}"


@pytest.mark.parametrize("wrong", [[], "x", 3, {"ABC": 3}])
def test_decisions_of_another_shape_are_refused(lead: APIClient, world: World, wrong: object) -> None:
    assert absence(lead, world, {"decisions": wrong}).status_code == 400


def test_a_decision_on_an_older_version_stops_all(lead: APIClient, world: World, booked: Appointment) -> None:
    answer = absence(lead, world, decided(booked, version=2))
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert not Absence.objects.exists()


def test_a_closing_day_is_asked_about(lead: APIClient, world: World, booked: Appointment) -> None:
    day = DAY | {"team": world.team.slug}
    assert post(lead, "closures", day).json()["code"] == "appointments_hit"
    assert post(lead, "closures", day | decided(booked)).status_code == 201
    assert Closure.objects.get().team == world.team


def test_closing_everybody_is_asked_about(admin: APIClient, booked: Appointment) -> None:
    assert post(admin, "closures", DAY).json()["code"] == "appointments_hit"
    assert post(admin, "closures", DAY | decided(booked)).status_code == 201


def test_a_closing_day_that_moves_is_asked_about(lead: APIClient, world: World, booked: Appointment) -> None:
    day = DAY | {"team": world.team.slug, "first_day": "2026-11-24", "last_day": "2026-11-24"}
    made = post(lead, "closures", day).json()
    answer = patch(lead, f"closures/{made['id']}", {"first_day": "2026-11-23"})
    assert answer.json()["code"] == "appointments_hit"


def test_a_window_that_shrinks_is_asked_about(lead: APIClient, world: World, booked: Appointment) -> None:
    path = f"windows/{window(world).pk}"
    assert patch(lead, path, {"starts": "11:00"}).json()["code"] == "appointments_hit"
    assert patch(lead, path, {"starts": "11:00"} | decided(booked)).status_code == 200


def test_a_window_that_goes_to_somebody_else_is_asked_about(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    other = world.specialist()
    other.windows.all().delete()
    answer = patch(lead, f"windows/{window(world).pk}", {"specialist": other.pk})
    assert answer.json()["code"] == "appointments_hit"


def test_another_time_zone_of_the_team_is_asked_about(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    path, zone = f"teams/{world.team.slug}", {"time_zone": "Asia/Tokyo"}
    assert patch(lead, path, zone).json()["code"] == "appointments_hit"
    world.team.refresh_from_db()
    assert world.team.time_zone == "Europe/Amsterdam"
    assert patch(lead, path, zone | decided(booked)).status_code == 200
    booked.refresh_from_db()
    assert booked.state == State.TO_REBOOK


def test_a_specialist_who_goes_to_a_closed_team_is_asked_about(
    admin: APIClient, world: World, booked: Appointment
) -> None:
    other = TeamFactory.create()
    Closure.objects.create(team=other, **DAY)
    answer = patch(admin, f"specialists/{specialist(world).pk}", {"team": other.slug})
    assert answer.json()["code"] == "appointments_hit"
    assert specialist(world).team_id == world.team.pk


def test_a_window_is_not_deleted_under_an_appointment(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    path = f"{API}/windows/{window(world).pk}/"
    refused, done = lead.delete(path), lead.delete(path, decided(booked), format="json")
    assert (refused.json()["code"], done.status_code) == ("appointments_hit", 204)


def test_an_exception_is_asked_about(lead: APIClient, world: World, booked: Appointment) -> None:
    body = {"window": window(world).pk, "day": "2026-11-23"}
    assert post(lead, "window-exceptions", body).json()["code"] == "appointments_hit"
    assert post(lead, "window-exceptions", body | decided(booked, "keep")).status_code == 201
    assert WindowException.objects.get().day.isoformat() == "2026-11-23"


def test_who_is_not_responsible_is_told_that_alone(world: World, booked: Appointment, sign_in: Any) -> None:
    answer = absence(sign_in(World().lead), world)
    assert (answer.status_code, "appointments" in answer.json()) == (403, False)


def test_a_request_that_is_sent_again_is_asked_again(
    lead: APIClient, world: World, booked: Appointment
) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"specialist": specialist(world).pk, **AWAY}
    refused = post(lead, "absences", body, **key)
    done = post(lead, "absences", body | decided(booked), **key)
    assert (refused.status_code, done.status_code) == (409, 201)
