"""A request that is sent twice takes effect once."""

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from callbacks.api.idempotency import lock_number
from callbacks.models import Appointment, IdempotentRequest
from tests.api.conftest import SignIn
from tests.factories import NOW, World

APPOINTMENTS = "/api/v1/appointments/"
KEY = {"Idempotency-Key": "0b1e6d0e"}


def book(client: APIClient, world: World, headers: dict[str, str] = KEY, **body: object) -> Any:
    caller = {"name": "Jo Jansen", "phone": "0612345678"}
    asked = {"topic": world.topic.slug, "starts_at": "2026-11-23T09:00:00Z", "customer": caller} | body
    return client.post(APPOINTMENTS, asked, format="json", headers=headers)


def test_the_same_request_gets_the_same_answer(agent: APIClient, world: World) -> None:
    first, second = book(agent, world), book(agent, world)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert [each["Location"] for each in (first, second)] == [first["Location"]] * 2
    assert (first.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    assert second["ETag"] == first["ETag"]
    assert Appointment.objects.count() == 1


def test_without_a_key_every_request_counts(agent: APIClient, world: World) -> None:
    book(agent, world, {})
    assert book(agent, world, {}).status_code == 409
    assert not IdempotentRequest.objects.exists()


def test_the_key_of_another_request_is_refused(agent: APIClient, world: World) -> None:
    book(agent, world)
    for other in (
        book(agent, world, question="Another"),
        agent.post(f"{APPOINTMENTS}K7P-4MXQ/cancel/", {}, format="json", headers=KEY),
    ):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_another_person_may_have_the_same_key(agent: APIClient, lead: APIClient, world: World) -> None:
    book(agent, world)
    assert book(lead, world, starts_at="2026-11-23T10:00:00Z").status_code == 201


def test_a_refused_request_can_be_corrected(agent: APIClient, world: World) -> None:
    assert book(agent, world, channel="pigeon").status_code == 400
    assert book(agent, world).status_code == 201


def test_answers_are_kept_for_a_day(agent: APIClient, world: World) -> None:
    book(agent, world)
    with time_machine.travel(NOW + dt.timedelta(hours=24, seconds=1), tick=False):
        later = book(agent, world, starts_at="2026-11-25T09:00:00Z")
    assert (later.status_code, later.get("Idempotent-Replayed")) == (201, None)
    assert IdempotentRequest.objects.get().body == later.json()


@pytest.mark.parametrize("key", ["", "x" * 101, "é", "a\tb"])
def test_a_key_that_cannot_be_kept_is_named(agent: APIClient, world: World, key: str) -> None:
    answer = book(agent, world, {"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_a_call_is_logged_once(admin: APIClient, world: World) -> None:
    appointment = world.book()
    path = f"{APPOINTMENTS}{appointment.reference}/attempts/"
    answers = [admin.post(path, {"outcome": "spoken_done"}, format="json", headers=KEY) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert appointment.attempts.count() == 1


def test_a_team_is_made_once(admin: APIClient) -> None:
    body = {"slug": "parking", "name": "Parking", "agreed_hours": "12.5"}
    answers = [admin.post("/api/v1/teams/", body, format="json", headers=KEY) for _time in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Location"] == "/api/v1/teams/parking/"


@pytest.mark.django_db(transaction=True)
def test_a_request_beside_the_first_is_told_to_wait(sign_in: SignIn, world: World) -> None:
    held, done = threading.Event(), threading.Event()

    def first_request() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(%s)", [lock_number(world.agent.pk, KEY["Idempotency-Key"])]
            )
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=first_request)
    thread.start()
    held.wait(10)
    answer = book(sign_in(world.agent), world)
    done.set()
    thread.join()
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert answer["Retry-After"] == "1"
    assert not Appointment.objects.exists()
