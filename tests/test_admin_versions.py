"""Two administrators with one record: whoever saves second is told, and loses nothing."""

from collections import Counter
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import Role
from availability.models import Specialist, Team, Topic, Window
from tests.administration import filled_in, page
from tests.factories import UserFactory, World
from tests.races.test_booking_races import race


def browser_of(name: str) -> Client:
    """The browser of an administrator."""
    client = Client()
    client.force_login(UserFactory.create(name=name, role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def first(world: World) -> Client:
    return browser_of("Eva Eerst")


@pytest.fixture
def second(world: World) -> Client:
    return browser_of("Twan Tweede")


def is_refused(answer: Any) -> bool:
    """Whether the form came back because the record had changed."""
    refused: bool = answer.context["adminform"].form.has_error("__all__", "stale")
    return refused


def both_open(first: Client, second: Client, address: str) -> dict[str, Any]:
    """Both look; the first one saves another mailbox. Gives what the second one saw."""
    seen = filled_in(second, address)
    first.post(address, {**filled_in(first, address), "mailbox": "first@example.org"})
    return seen


def test_whoever_saves_second_is_refused(world: World, first: Client, second: Client) -> None:
    address = page(Team, "change", world.team.pk)
    seen = both_open(first, second, address)
    assert is_refused(second.post(address, {**seen, "mailbox": "second@example.org"}))
    assert Team.objects.get().mailbox == "first@example.org"


def test_the_refusal_says_who_saved_and_keeps_the_input(world: World, first: Client, second: Client) -> None:
    address = page(Team, "change", world.team.pk)
    seen = both_open(first, second, address)
    text = second.post(address, {**seen, "mailbox": "second@example.org"}).content.decode()
    assert "Eva Eerst" in text
    assert 'value="second@example.org"' in text


def test_saving_again_is_done_knowingly(world: World, first: Client, second: Client) -> None:
    address = page(Team, "change", world.team.pk)
    seen = both_open(first, second, address)
    refused = second.post(address, {**seen, "mailbox": "second@example.org"})
    shown = refused.context["adminform"].form["seen_version"].value()
    again = {**seen, "mailbox": "second@example.org", "seen_version": shown}
    assert second.post(address, again).status_code == 302
    team = Team.objects.get()
    assert (team.mailbox, team.version) == ("second@example.org", 3)


def test_a_change_by_a_program_counts_too(world: World, second: Client) -> None:
    address = page(Team, "change", world.team.pk)
    seen = filled_in(second, address)
    Team.objects.update(version=F("version") + 1)
    assert is_refused(second.post(address, seen))


def test_whoever_says_no_version_is_refused(world: World, second: Client) -> None:
    address = page(Team, "change", world.team.pk)
    seen = filled_in(second, address)
    del seen["seen_version"]
    assert is_refused(second.post(address, seen))


@pytest.mark.parametrize("model", [Team, Topic, Specialist, Window])
def test_one_after_the_other_both_can_save(first: Client, second: Client, model: type[Any]) -> None:
    record = model.objects.earliest("pk")
    address = page(model, "change", record.pk)
    for client in (first, second):
        assert client.post(address, filled_in(client, address)).status_code == 302
    assert model.objects.get(pk=record.pk).version == record.version + 2


def test_a_record_inside_anothers_form_has_its_own_version(world: World, second: Client) -> None:
    address = page(Specialist, "change", world.specialists[0].pk)
    seen = filled_in(second, address)
    Window.objects.filter(weekday=1).update(version=F("version") + 1, ends="16:00")
    answer = second.post(address, seen)
    (inline,) = answer.context["inline_admin_formsets"]
    assert [form.has_error("__all__", "stale") for form in inline.formset.initial_forms] == [True] + 4 * [
        False
    ]
    assert Window.objects.get(weekday=1).ends.hour == 16


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_refused() -> None:
    world = World()
    address = page(Team, "change", world.team.pk)
    clients = [browser_of("Eva Eerst"), browser_of("Twan Tweede")]
    outcomes: Counter[int] = Counter()

    def save(client: Client, seen: dict[str, Any]) -> None:
        outcomes[client.post(address, seen).status_code] += 1

    for _round in range(10):
        opened = [(client, filled_in(client, address)) for client in clients]
        race([[lambda who=who: save(*who) for who in opened]])  # type: ignore[misc]
    assert outcomes == Counter({302: 10, 200: 10})
