"""The administration pages."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Role, User
from availability.models import Topic, Window
from callbacks.models import Appointment, Improvement, ImprovementEntry, LogEntry, TopicRating
from tests.administration import filled_in, page
from tests.factories import World
from tests.frontoffice.test_quadrant import add, rate

OURS = [model for model in admin.site._registry if model._meta.app_label in {"accounts", "availability"}]


@pytest.fixture
def browser(world: World) -> Client:
    """The administrator's session."""
    client = Client()
    client.force_login(world.admin)
    return client


@pytest.mark.parametrize("verb", ["changelist", "add"])
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_page_opens(browser: Client, model: type[Any], verb: str) -> None:
    assert browser.get(page(model, verb)).status_code == 200


def test_what_is_set_up_can_be_found(browser: Client, world: World) -> None:
    response = browser.get(page(User, "changelist"), {"q": "Lea"})
    assert "Lea Lead" in response.content.decode()


def test_a_user_is_added_with_a_role(browser: Client) -> None:
    form = {"username": "new", "name": "Nieuw", "role": Role.LEAD, "usable_password": "false"}
    browser.post(page(User, "add"), form)
    made = User.objects.get(username="new")
    assert (made.role, made.has_usable_password()) == (Role.LEAD, False)


def test_users_are_never_deleted(browser: Client, world: World) -> None:
    assert browser.post(page(User, "delete", world.agent.pk), {"post": "yes"}).status_code == 403


def test_channels_of_a_topic_are_ticked(browser: Client, world: World) -> None:
    form = {
        "name": "Nieuw",
        "slug": "nieuw",
        "teams": [world.team.pk],
        "duration": 20,
        "buffer": 0,
        "preferred_channels": ["phone", "chat"],
        "is_active": "on",
    }
    browser.post(page(Topic, "add"), form)
    assert Topic.objects.get(slug="nieuw").preferred_channels == ["phone", "chat"]


def test_a_channel_is_not_preferred_and_discouraged_at_once(browser: Client, world: World) -> None:
    address = page(Topic, "change", world.topic.pk)
    form = {**filled_in(browser, address), "preferred_channels": ["phone"], "discouraged_channels": ["phone"]}
    said = browser.post(address, form).content.decode()
    assert "Een ontraden kanaal kan niet ook voorkeur hebben of ondersteunen." in said
    world.topic.refresh_from_db()
    assert world.topic.discouraged_channels == []


def test_a_change_moves_the_version_on(browser: Client, world: World) -> None:
    window = Window.objects.earliest("pk")
    address = page(Window, "change", window.pk)
    browser.post(address, {**filled_in(browser, address), "starts": "10:00", "ends": "12:00"})
    window.refresh_from_db()
    assert (window.starts.hour, window.version) == (10, 2)


def test_an_overlapping_window_is_refused_with_its_sentence(browser: Client, world: World) -> None:
    window = Window.objects.earliest("pk")
    form = {
        "specialist": window.specialist_id,
        "weekday": window.weekday,
        "starts": "10:00",
        "ends": "12:00",
        "valid_from": "2026-11-02",
        "exceptions-TOTAL_FORMS": 0,
        "exceptions-INITIAL_FORMS": 0,
    }
    response = browser.post(page(Window, "add"), form)
    assert response.status_code == 200
    assert "overlapt" in response.content.decode()


@pytest.mark.parametrize("model", [Appointment, LogEntry, TopicRating, Improvement, ImprovementEntry])
def test_history_can_only_be_looked_at(browser: Client, world: World, model: type[Any]) -> None:
    world.book()
    rate(world, 1, 5)
    add(world)
    made: Any = model._default_manager.get()
    assert browser.get(page(model, "change", made.pk)).status_code == 200
    assert browser.post(page(model, "change", made.pk), {"reason": "x"}).status_code == 403
    assert browser.post(page(model, "delete", made.pk), {"post": "yes"}).status_code == 403
    assert browser.get(page(model, "add")).status_code == 403
