"""Contacts over the API."""

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from callbacks import operations
from callbacks.models import AvoidableReason, Contact, Customer
from callbacks.operations import CustomerData
from tests.api.conftest import SignIn
from tests.factories import NOW, SpecialistFactory, World

CONTACTS = "/api/v1/contacts/"
REASONS = "/api/v1/avoidable-reasons/"
CALLER = {"name": "Jo Jansen", "phone": "06-1234 5678"}


def register(client: APIClient, key: str | None = None, **body: object) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(CONTACTS, {"result": "solved"} | body, format="json", headers=headers)


def listed(client: APIClient, query: str = "") -> list[int]:
    """The ids that a list shows."""
    return [row["id"] for row in client.get(f"{CONTACTS}?{query}").json()["results"]]


def add(world: World, result: str = "solved", **fields: Any) -> int:
    """A contact of the agent, registered through the door."""
    values = {"by": world.agent, "now": NOW, **fields}
    return operations.register_contact(result=result, **values).pk


def test_registering_answers_with_the_contact(agent: APIClient, world: World) -> None:
    answer = register(agent, customer=CALLER, topic=world.topic.slug, channel="chat", note="Sent the link")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["result"], body["channel"], body["topic"]) == ("solved", "chat", world.topic.slug)
    assert (body["agent"], body["at"], body["note"]) == (
        "Anna Agent",
        "2026-11-23T08:00:00Z",
        "Sent the link",
    )
    assert body["customer"]["phone"] == "+31612345678"


def test_the_address_of_a_new_contact_gives_it(agent: APIClient) -> None:
    answer = register(agent)
    assert agent.get(answer["Location"]).json() == answer.json()


def test_a_transfer_names_the_colleague(agent: APIClient, world: World) -> None:
    colleague = world.specialists[0]
    body = register(agent, result="transferred", transferred_to=colleague.pk, reached=False).json()
    assert (body["transferred_to"], body["transferred_to_name"]) == (colleague.pk, colleague.user.name)
    assert body["reached"] is False


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", "")])
def test_an_enquiry_names_the_appointment_in_any_notation(
    agent: APIClient, world: World, change: Any
) -> None:
    booked = world.book()
    body = register(agent, result="status", about=change(booked.reference)).json()
    assert (body["about"], body["topic"]) == (booked.reference, world.topic.slug)
    assert body["customer"]["name"] == booked.customer.name


def test_a_booking_is_listed_with_its_reference(agent: APIClient, world: World) -> None:
    booked = world.book()
    row = agent.get(CONTACTS).json()["results"][0]
    assert (row["result"], row["appointment"]) == ("callback", booked.reference)


def test_the_answers_about_avoiding_come_back(agent: APIClient) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear")
    body = register(agent, searched_online=True, avoidable=True, avoidable_reason=reason.pk).json()
    assert (body["searched_online"], body["avoidable"]) == (True, True)
    assert (body["avoidable_reason"], body["avoidable_reason_name"]) == (reason.pk, "Letter unclear")


def test_a_moment_of_opening_that_cannot_be_is_left_out(agent: APIClient) -> None:
    ago, ahead = NOW - dt.timedelta(seconds=40), NOW + dt.timedelta(seconds=40)
    assert register(agent, opened_at=ago.isoformat()).json()["opened_at"] == "2026-11-23T07:59:20Z"
    assert register(agent, opened_at=ahead.isoformat()).json()["opened_at"] is None


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"result": "callback"}, 400, "result"),
        ({"result": "undone"}, 400, "result"),
        ({"result": None}, 400, "result"),
        ({"result": "transferred"}, 400, "reached"),
        ({"result": "transferred", "reached": "perhaps"}, 400, "reached"),
        ({"result": "referred"}, 400, "referred_to"),
        ({"result": "referred", "referred_to": "pigeon"}, 400, "referred_to"),
        ({"result": "refused"}, 400, "refusal_reason"),
        ({"result": "refused", "refusal_reason": "rain"}, 400, "refusal_reason"),
        ({"result": "status"}, 400, "about"),
        ({"result": "status", "about": "XXX-XXXX"}, 404, "about"),
        ({"result": "status", "about": "\x00"}, 404, "about"),
        ({"result": "status", "about": 5}, 404, "about"),
        ({"referred_to": "email"}, 400, "referred_to"),
        ({"reached": True}, 400, "reached"),
        ({"refusal_reason": "nothing_free"}, 400, "refusal_reason"),
        ({"topic": "nothing"}, 404, "topic"),
        ({"transferred_to": 0}, 404, "transferred_to"),
        ({"channel": "pigeon"}, 400, "channel"),
        ({"customer": "Jo"}, 400, "customer"),
        ({"customer": CALLER | {"phone": "call me"}}, 400, "customer.phone"),
        ({"note": "x" * 501}, 400, "note"),
        ({"note": "\x00"}, 400, "note"),
        ({"avoidable_reason": 0}, 404, "avoidable_reason"),
        ({"opened_at": "soon"}, 400, "opened_at"),
    ],
)
def test_a_wrong_contact_names_the_field(
    agent: APIClient, change: dict[str, Any], status: int, field: str
) -> None:
    answer = register(agent, **change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()


def test_a_reason_needs_that_the_contact_was_avoidable(agent: APIClient) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear")
    answer = register(agent, avoidable_reason=reason.pk)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "avoidable_reason")


def test_a_reason_that_is_no_longer_used_is_not_there(agent: APIClient) -> None:
    reason = AvoidableReason.objects.create(name="Old letter", is_active=False)
    assert register(agent, avoidable=True, avoidable_reason=reason.pk).status_code == 404


def test_a_contact_is_registered_once(agent: APIClient) -> None:
    first, second = register(agent, "5f1c8a52"), register(agent, "5f1c8a52")
    assert (first.json(), second["Location"]) == (second.json(), first["Location"])
    assert Contact.objects.count() == 1


def test_the_last_contact_comes_first(agent: APIClient, world: World) -> None:
    earlier, later = add(world, now=NOW - dt.timedelta(hours=1)), add(world)
    assert listed(agent) == [later, earlier]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("phone=06 1234 5678", [True, False]),
        ("customer_number=K-77", [True, False]),
        ("result=referred", [False, True]),
        ("channel=webcare", [False, True]),
        ("topic={topic}", [True, False]),
        ("avoidable=true", [False, True]),
        ("avoidable=false", [False, False]),
        ("from=2026-11-23", [True, False]),
        ("until=2026-11-22", [False, True]),
        ("mine=true", [True, True]),
        ("result=referred&topic={topic}", [False, False]),
    ],
)
def test_the_list_is_narrowed(agent: APIClient, world: World, query: str, found: list[bool]) -> None:
    caller = CustomerData(name="Jo Jansen", phone="0612345678", customer_number="K-77")
    today = add(world, customer=caller, topic=world.topic)
    yesterday = NOW - dt.timedelta(days=1)
    before = add(world, "referred", referred_to="email", channel="webcare", avoidable=True, now=yesterday)
    wanted = [pk for pk, is_found in zip([today, before], found, strict=True) if is_found]
    assert listed(agent, query.format(topic=world.topic.slug)) == wanted


def test_who_asked_again_is_found_by_the_reference(agent: APIClient, world: World) -> None:
    booked = world.book()
    asked = add(world, "status", about=booked)
    assert listed(agent, f"about={booked.reference.lower()}") == [asked]


@pytest.mark.parametrize(
    "query", ["phone=x", "result=lost", "channel=pigeon", "from=soon", "avoidable=perhaps"]
)
def test_a_wrong_filter_is_named(agent: APIClient, query: str) -> None:
    answer = agent.get(f"{CONTACTS}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize(("person", "seen"), [("agent", 2), ("admin", 2), ("person", 1), ("lead", 0)])
def test_others_see_what_they_registered_themselves(
    world: World, sign_in: SignIn, person: str, seen: int
) -> None:
    add(world)
    add(world, by=world.person)
    assert len(listed(sign_in(getattr(world, person)))) == seen


def test_mine_are_those_that_i_registered(agent: APIClient, world: World) -> None:
    mine = add(world)
    add(world, by=world.admin)
    assert listed(agent, "mine=true") == [mine]


@pytest.mark.parametrize("key", ["0", "9" * 18, "x", "-1", "1.5", "9" * 40])
def test_an_unknown_contact_is_not_there(agent: APIClient, key: str) -> None:
    assert agent.get(f"{CONTACTS}{key}/").status_code == 404


def test_who_cannot_see_an_appointment_cannot_ask_about_it(world: World, sign_in: SignIn) -> None:
    stranger = sign_in(SpecialistFactory.create().user)
    assert register(stranger, result="status", about=world.book().reference).status_code == 404


def test_reasons_are_listed_by_name_and_by_use(agent: APIClient) -> None:
    for name, is_active in [("Website", True), ("Letter", True), ("Old form", False)]:
        AvoidableReason.objects.create(name=name, is_active=is_active)
    answer = agent.get(f"{REASONS}?is_active=true").json()
    assert [row["name"] for row in answer["results"]] == ["Letter", "Website"]


def test_a_reason_changes_by_compare_and_set(admin: APIClient) -> None:
    made = admin.post(REASONS, {"name": "Letter"}, format="json")
    changed = admin.patch(
        made["Location"], {"name": "Our letter"}, format="json", headers={"If-Match": made["ETag"]}
    )
    assert changed.json() == made.json() | {"name": "Our letter", "version": 2}
    late = admin.patch(
        made["Location"], {"name": "A letter"}, format="json", headers={"If-Match": made["ETag"]}
    )
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")


def test_a_reason_in_use_stays(admin: APIClient, world: World) -> None:
    reason = AvoidableReason.objects.create(name="Letter")
    add(world, avoidable=True, avoidable_reason=reason)
    answer = admin.delete(f"{REASONS}{reason.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_a_reason_is_there_once(admin: APIClient) -> None:
    AvoidableReason.objects.create(name="Letter")
    answer = admin.post(REASONS, {"name": "Letter"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")
