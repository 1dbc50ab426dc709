"""Appointments over the API."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from callbacks.models import Appointment, AvoidableReason
from callbacks.states import State
from tests.api.conftest import SignIn
from tests.factories import TeamFactory, World, at

APPOINTMENTS = "/api/v1/appointments/"
CALLER = {"name": "Jo Jansen", "phone": "06-1234 5678", "email": "jo@example.org", "customer_number": "K-77"}
AT_TEN = "2026-11-23T09:00:00Z"


def book(client: APIClient, world: World, **body: object) -> Any:
    asked = {"topic": world.topic.slug, "starts_at": AT_TEN, "customer": CALLER} | body
    return client.post(APPOINTMENTS, json.dumps(asked), content_type="application/json")


def do(client: APIClient, appointment: Appointment, verb: str, body: object = None, **headers: str) -> Any:
    path = f"{APPOINTMENTS}{appointment.reference}/{verb}/"
    return client.post(path, body or {}, format="json", headers=headers)


@pytest.fixture
def specialist(world: World, sign_in: SignIn) -> APIClient:
    """The client of the person who must call."""
    return sign_in(world.person)


def test_booking_answers_with_the_promise(agent: APIClient, world: World) -> None:
    answer = book(agent, world, question="Where is my passport?", channel="chat")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["starts_at"], body["ends_at"]) == (
        "scheduled",
        AT_TEN,
        "2026-11-23T09:30:00Z",
    )
    assert (body["team"], body["topic"], body["specialist"]) == (
        world.team.slug,
        world.topic.slug,
        world.specialists[0].pk,
    )
    assert (body["channel"], body["question"], body["version"]) == ("chat", "Where is my passport?", 1)
    assert body["customer"] == CALLER | {"phone": "+31612345678", "language": "nl"}
    assert body["reference"] in body["spoken_sentence"]
    assert body["reached_by"] == "email"
    assert (answer["ETag"], answer["Location"]) == ('"1"', f"{APPOINTMENTS}{body['reference']}/")


def test_the_address_of_a_new_appointment_gives_it(agent: APIClient, world: World) -> None:
    answer = book(agent, world)
    shown = agent.get(answer["Location"]).json()
    assert {name: shown[name] for name in answer.json()} == answer.json()
    assert [promise["ended_at"] for promise in shown["promises"]] == [None]
    assert shown["attempts"] == []


def test_a_taken_slot_comes_with_alternatives(agent: APIClient, world: World) -> None:
    book(agent, world)
    answer = book(agent, world)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "slot_taken")
    assert len(body["alternatives"]) == 3
    assert body["alternatives"][0].keys() == {"starts_at", "ends_at", "free", "specialists"}


def test_an_alternative_can_be_booked(agent: APIClient, world: World) -> None:
    book(agent, world)
    alternative = book(agent, world).json()["alternatives"][0]
    assert book(agent, world, starts_at=alternative["starts_at"]).status_code == 201


@pytest.mark.parametrize(
    "starts_at", ["2026-11-23T19:00:00Z", "2026-11-22T09:00:00Z", "2199-01-01T00:00:00Z"]
)
def test_a_time_that_nobody_published_is_not_offered(agent: APIClient, world: World, starts_at: str) -> None:
    answer = book(agent, world, starts_at=starts_at)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_not_offered")
    assert answer.json()["errors"][0]["field"] == "starts_at"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"topic": "nothing"}, 404, "topic"),
        ({"topic": "\ud800"}, 400, "topic"),
        ({"topic": 10**400}, 404, "topic"),
        ({"specialist": 0}, 404, "specialist"),
        ({"specialist": 10**30}, 404, "specialist"),
        ({"specialist": True}, 400, "specialist"),
        ({"starts_at": None}, 400, "starts_at"),
        ({"starts_at": 5}, 400, "starts_at"),
        ({"starts_at": "soon"}, 400, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, 400, "starts_at"),
        ({"customer": None}, 400, "customer"),
        ({"customer": "Jo"}, 400, "customer"),
        ({"customer": CALLER | {"phone": "call me"}}, 400, "customer.phone"),
        ({"customer": CALLER | {"phone": "\x00"}}, 400, "customer.phone"),
        ({"customer": CALLER | {"name": "\x00"}}, 400, "customer.name"),
        ({"customer": CALLER | {"name": ""}}, 400, "customer.name"),
        ({"customer": CALLER | {"email": "jo@"}}, 400, "customer.email"),
        ({"customer": CALLER | {"customer_number": "9" * 31}}, 400, "customer.customer_number"),
        ({"customer": CALLER | {"language": "\ud800"}}, 400, "customer.language"),
        ({"question": "x" * 1001}, 400, "question"),
        ({"question": "\ud800"}, 400, "question"),
        ({"channel": "pigeon"}, 400, "channel"),
        ({"second_phone": "call me"}, 400, "second_phone"),
        ({"second_phone": "0" * 41}, 400, "second_phone"),
        ({"second_phone_note": "x" * 61}, 400, "second_phone_note"),
        ({"reach_note": "x" * 201}, 400, "reach_note"),
        ({"case_number": "x" * 31}, 400, "case_number"),
        ({"case_number": "\x00"}, 400, "case_number"),
        ({"searched_online": "perhaps"}, 400, "searched_online"),
        ({"avoidable": "perhaps"}, 400, "avoidable"),
        ({"avoidable_reason": 0}, 404, "avoidable_reason"),
        ({"opened_at": "soon"}, 400, "opened_at"),
    ],
)
def test_a_wrong_booking_names_the_field(
    agent: APIClient, world: World, change: dict[str, object], status: int, field: str
) -> None:
    answer = book(agent, world, **change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert not Appointment.objects.exists()


def test_a_chosen_specialist_gets_it(agent: APIClient) -> None:
    world = World(capacity=3)
    chosen = world.specialists[2].pk
    assert book(agent, world, specialist=chosen).json()["specialist"] == chosen


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", ""), " ".join])
def test_a_reference_is_read_in_any_notation(agent: APIClient, world: World, change: Any) -> None:
    appointment = world.book()
    answer = agent.get(f"{APPOINTMENTS}{change(appointment.reference)}/")
    assert answer.json()["reference"] == appointment.reference


@pytest.mark.parametrize("reference", ["XXX-XXXX", "%00", "x" * 500, "é", "0"])
def test_an_unknown_reference_is_not_there(agent: APIClient, reference: str) -> None:
    assert agent.get(f"{APPOINTMENTS}{reference}/").status_code == 404


def test_a_foreign_appointment_is_not_there(world: World, sign_in: SignIn) -> None:
    appointment = world.book()
    stranger = World()
    for person in (stranger.person, stranger.lead):
        client = sign_in(person)
        assert client.get(f"{APPOINTMENTS}{appointment.reference}/").status_code == 404
        assert do(client, appointment, "confirm").status_code == 404
        assert client.get(f"{APPOINTMENTS}{appointment.reference}/log/").status_code == 404
        assert client.get(APPOINTMENTS).json()["count"] == 0


def test_the_specialist_confirms(specialist: APIClient, world: World) -> None:
    answer = do(specialist, world.book(), "confirm")
    assert (answer.status_code, answer.json()["status"], answer["ETag"]) == (200, "confirmed", '"2"')


def test_an_agent_does_not_confirm(agent: APIClient, world: World) -> None:
    answer = do(agent, world.book(), "confirm")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_declined_appointment_goes_back_to_the_front_office(specialist: APIClient, world: World) -> None:
    answer = do(specialist, world.book(), "decline", {"reason": "In court"})
    assert (answer.json()["status"], answer.json()["specialist"]) == ("to_rebook", None)


def test_a_call_is_logged(specialist: APIClient, world: World) -> None:
    answer = do(specialist, world.book(), "attempts", {"outcome": "spoken_done"})
    assert (answer.status_code, answer.json()["status"]) == (201, "completed")
    shown = specialist.get(f"{APPOINTMENTS}{answer.json()['reference']}/").json()
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["spoken_done"]


def test_a_failed_call_says_what_follows(specialist: APIClient, world: World) -> None:
    appointment = world.book()
    answer = do(specialist, appointment, "attempts", {"outcome": "no_answer"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "next_step")
    body = {"outcome": "no_answer", "next_step": "try_again", "next_at": "2026-11-23T12:00:00Z"}
    assert do(specialist, appointment, "attempts", body).json()["next_action_at"] == body["next_at"]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("decline", {}, "reason"),
        ("decline", {"reason": "x" * 501}, "reason"),
        ("cancel", {"reason": " "}, "reason"),
        ("cancel", {"reason": "Gone", "by_customer": "perhaps"}, "by_customer"),
        ("reassign", {}, "specialist"),
        ("reschedule", {}, "starts_at"),
        ("attempts", {"outcome": "dreamt"}, "outcome"),
        ("attempts", {"outcome": "spoken_done", "next_step": "try_again"}, "next_step"),
        ("attempts", {"outcome": "spoken_done", "started_at": "2026-11-23T09:00:00Z"}, "started_at"),
        ("attempts", {"outcome": "spoken_done", "result_for_agent": "x" * 1001}, "result_for_agent"),
        ("notes", {}, "note"),
        ("notes", {"note": " "}, "note"),
        ("notes", {"note": "x" * 501}, "note"),
        ("confirm", {"version": 0}, "version"),
        ("confirm", {"version": 10**30}, "version"),
    ],
)
def test_a_wrong_change_names_the_field(
    admin: APIClient, world: World, verb: str, body: dict[str, object], field: str
) -> None:
    answer = do(admin, world.book(), verb, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_the_customer_moves_it(agent: APIClient, world: World) -> None:
    body = {"starts_at": "2026-11-24T09:00:00Z", "customer_agreed": True}
    answer = do(agent, world.book(), "reschedule", body)
    assert (answer.status_code, answer.json()["starts_at"]) == (200, body["starts_at"])


def test_moving_to_a_taken_slot_comes_with_alternatives(agent: APIClient, world: World) -> None:
    world.book(at(11))
    answer = do(agent, world.book(), "reschedule", {"starts_at": "2026-11-23T10:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.json()["alternatives"]


def test_a_lead_reassigns(lead: APIClient, world: World) -> None:
    appointment = world.book()
    colleague = world.specialist()
    body = {"specialist": colleague.pk, "reason": "Ill"}
    assert do(lead, appointment, "reassign", body).json()["specialist"] == colleague.pk


def test_a_cancelled_appointment_can_be_reopened(agent: APIClient, world: World) -> None:
    appointment = world.book()
    cancelled = do(agent, appointment, "cancel", {"reason": "Solved", "by_customer": True})
    assert cancelled.json()["status"] == "cancelled"
    again = do(agent, appointment, "cancel", {"reason": "Solved"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert do(agent, appointment, "reopen", {"reason": "Not solved"}).json()["status"] == "to_rebook"


def test_a_stale_change_says_who_was_first(specialist: APIClient, lead: APIClient, world: World) -> None:
    appointment = world.book()
    do(lead, appointment, "confirm")
    answers = [
        do(specialist, appointment, "cancel", {"reason": "Ill"}, **{"If-Match": '"1"'}),
        do(specialist, appointment, "cancel", {"reason": "Ill", "version": 1}),
    ]
    for answer in answers:
        body = answer.json()
        assert (answer.status_code, body["code"], body["current_version"]) == (409, "stale_version", 2)
        assert (body["changed_by"], body["changed_at"]) == ("Lea Lead", "2026-11-23T08:00:00Z")


def test_the_log_tells_everything(agent: APIClient, specialist: APIClient, world: World) -> None:
    appointment = world.book()
    do(specialist, appointment, "confirm")
    entries = agent.get(f"{APPOINTMENTS}{appointment.reference}/log/").json()["results"]
    assert [(entry["verb"], entry["by"], entry["to_state"]) for entry in entries] == [
        ("book", "Anna Agent", State.SCHEDULED),
        ("confirm", world.person.name, State.CONFIRMED),
    ]


DETAILS = {
    "second_phone": "+31201234567",
    "second_phone_note": "Her office",
    "reach_note": "After three",
    "case_number": "Z-2026-17",
    "searched_online": True,
    "avoidable": False,
    "avoidable_reason": None,
    "opened_at": "2026-11-23T07:59:35Z",
}


def test_what_the_agent_writes_down_comes_back(agent: APIClient, world: World) -> None:
    booked = book(agent, world, **DETAILS | {"second_phone": "020-123 45 67"}).json()
    listed = agent.get(APPOINTMENTS).json()["results"][0]
    assert {name: booked[name] for name in DETAILS} == {name: listed[name] for name in DETAILS} == DETAILS


def test_why_a_booking_was_avoidable_comes_back(agent: APIClient, world: World) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear").pk
    answer = book(agent, world, avoidable=True, avoidable_reason=reason)
    assert (answer.json()["avoidable"], answer.json()["avoidable_reason"]) == (True, reason)


def test_what_came_of_a_call_comes_back(agent: APIClient, specialist: APIClient, world: World) -> None:
    appointment = world.book()
    results = {"result_for_customer": "On Friday", "result_for_agent": "Fee waived"}
    assert do(specialist, appointment, "attempts", {"outcome": "spoken_done"} | results).status_code == 201
    attempt = agent.get(f"{APPOINTMENTS}{appointment.reference}/").json()["attempts"][0]
    assert {name: attempt[name] for name in results} == results


def test_a_booking_is_undone_within_a_minute(agent: APIClient, world: World) -> None:
    undone = do(agent, world.book(), "undo").json()
    assert (undone["status"], undone["version"]) == ("cancelled", 2)


def test_after_a_minute_a_booking_is_not_undone(agent: APIClient, world: World) -> None:
    answer = do(agent, world.book(now=at(8, 58)), "undo")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_claim_shows_who_has_it_and_a_release_that_nobody_has(
    agent: APIClient, specialist: APIClient, world: World
) -> None:
    appointment = world.book()
    do(specialist, appointment, "decline", {"reason": "Ill"})
    claimed = do(agent, appointment, "claim").json()
    assert (claimed["claimed_by"], claimed["claimed_at"]) == ("Anna Agent", "2026-11-23T08:00:00Z")
    assert agent.get(APPOINTMENTS).json()["results"][0]["claimed_by"] == "Anna Agent"
    released = do(agent, appointment, "release").json()
    assert (released["claimed_by"], released["claimed_at"]) == (None, None)


def test_who_claims_second_is_told_who_has_it(agent: APIClient, admin: APIClient, world: World) -> None:
    appointment = world.book()
    do(admin, appointment, "decline", {"reason": "Ill"})
    do(agent, appointment, "claim", {"version": 2})
    answer = do(admin, appointment, "claim", {"version": 2})
    assert (answer.status_code, answer.json()["changed_by"]) == (409, "Anna Agent")


def test_a_note_stands_in_the_log(agent: APIClient, world: World) -> None:
    appointment = world.book()
    answer = do(agent, appointment, "notes", {"note": "Speaks Frisian"})
    assert (answer.status_code, answer["ETag"]) == (201, '"2"')
    entry = agent.get(f"{APPOINTMENTS}{appointment.reference}/log/").json()["results"][-1]
    assert (entry["verb"], entry["by"], entry["reason"]) == ("add_note", "Anna Agent", "Speaks Frisian")


@pytest.fixture
def found(world: World) -> dict[str, object]:
    """Three appointments: Jo's is on Tuesday, one is overdue, one of another team."""
    other = World()
    world.book(at(9, day=16), now=at(8, day=16))
    other.book(at(11))
    return {"team": world.team.slug, "team_id": world.team.pk, "specialist": world.specialists[0].pk}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("q=Jansen", 1),
        ("q=061234 5678", 1),
        ("q=345678", 1),
        ("q=K-77", 1),
        ("q={reference}", 1),
        ("q=%E2%80%8B&status=&team=", 0),
        ("phone=0031612345678", 1),
        ("phone=020 123 4567", 0),
        ("status=scheduled", 3),
        ("status=confirmed,to_rebook", 0),
        ("status=scheduled&status=confirmed", 3),
        ("team={team}", 2),
        ("team={team_id}", 2),
        ("specialist={specialist}", 2),
        ("overdue=true", 1),
        ("overdue=false", 2),
        ("mine=true", 2),
        ("mine=false", 3),
        ("from=2026-11-23&until=2026-11-23", 1),
        ("from=2026-11-24T08:00:00Z", 1),
        ("until=2026-11-16", 1),
        ("page_size=1&page=3", 3),
    ],
)
def test_the_list_is_narrowed(
    agent: APIClient, world: World, found: dict[str, object], query: str, count: int
) -> None:
    reference = book(agent, world, starts_at="2026-11-24T09:00:00Z").json()["reference"]
    answer = agent.get(f"{APPOINTMENTS}?{query.format(reference=reference, **found)}")
    assert (answer.status_code, answer.json().get("count")) == (200, count)


def test_mine_is_what_a_specialist_must_call(specialist: APIClient, world: World) -> None:
    world.book()
    colleague = world.specialist()
    world.book(at(11), specialist=colleague)
    assert specialist.get(APPOINTMENTS).json()["count"] == 2
    assert specialist.get(APPOINTMENTS, {"mine": "true"}).json()["count"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=lost", 400),
        ("phone=call", 400),
        ("q=%00", 400),
        ("q=" + "x" * 101, 400),
        ("team=nowhere", 404),
        ("specialist=x", 400),
        ("specialist=0", 404),
        ("overdue=perhaps", 400),
        ("mine=2", 400),
        ("from=yesterday", 400),
        ("until=9999-12-31", 400),
        ("page=-1", 400),
    ],
)
def test_a_wrong_parameter_names_itself(agent: APIClient, query: str, status: int) -> None:
    answer = agent.get(f"{APPOINTMENTS}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (
        status,
        query.partition("=")[0],
    )


def test_a_lead_sees_own_teams_only(lead: APIClient, world: World) -> None:
    world.book()
    World().book()
    assert lead.get(APPOINTMENTS).json()["count"] == 1
    assert lead.get(APPOINTMENTS, {"team": TeamFactory.create().slug}).json()["count"] == 0
