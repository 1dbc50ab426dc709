"""Administrators see guidance as it will be shown, before they save it."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from availability.models import Topic
from availability.models.organisation import GUIDANCE_LIMIT
from tests.administration import page
from tests.factories import UserFactory, World

Preview = Callable[[str], Any]


class Buttons(HTMLParser):
    """The buttons that send a form, in order, with the address of those that have one of their own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "button" or (tag == "input" and given.get("type") == "submit"):
            self.found.append((name, given.get("formaction") or ""))


@pytest.fixture
def browser(world: World) -> Client:
    """The administrator's session."""
    client = Client()
    client.force_login(world.admin)
    return client


@pytest.fixture
def preview(browser: Client) -> Preview:
    """Send a form with this guidance."""
    return lambda text: browser.post(reverse("admin:availability_topic_preview"), {"guidance": text})


def test_what_was_typed_is_shown_as_the_desk_will_show_it(preview: Preview) -> None:
    html = preview("Ask **first**:\n\n- name\n- <b>date</b>").content.decode()
    assert "<p>Ask <strong>first</strong>:</p>\n<ul>\n<li>name</li>" in html
    assert "&lt;b&gt;date&lt;/b&gt;" in html


def test_looking_saves_nothing(preview: Preview, world: World) -> None:
    preview("Something new")
    assert Topic.objects.get().guidance == world.topic.guidance


def test_no_script_gets_through(preview: Preview) -> None:
    assert "<script>alert" not in preview("<script>alert(1)</script>").content.decode()


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_typed_is_said(preview: Preview, text: str) -> None:
    response = preview(text)
    assert response.status_code == 200
    assert '<div class="module"></div>' not in response.content.decode()


@pytest.mark.parametrize(("excess", "is_shown"), [(0, True), (1, False)])
def test_a_text_over_its_limit_is_not_shown(preview: Preview, excess: int, *, is_shown: bool) -> None:
    html = preview("x" * (GUIDANCE_LIMIT + excess)).content.decode()
    assert ("xxx" in html, "errornote" in html) == (is_shown, not is_shown)


@pytest.mark.parametrize("verb", ["add", "change"])
def test_the_form_of_a_topic_has_a_button_for_it_behind_those_that_save(
    browser: Client, world: World, verb: str
) -> None:
    keys = [world.topic.pk] if verb == "change" else []
    buttons = Buttons(browser.get(page(Topic, verb, *keys)).content.decode()).found
    saving = [name for name, _address in buttons].index("_save")
    assert buttons.index(("", reverse("admin:availability_topic_preview"))) > saving


def test_the_address_alone_leads_back_to_the_topics(browser: Client) -> None:
    response = browser.get(reverse("admin:availability_topic_preview"))
    assert response.headers["Location"] == page(Topic, "changelist")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_gets_in(world: World, role: Role) -> None:
    client = Client()
    client.force_login(UserFactory.create(role=role))
    response = client.post(reverse("admin:availability_topic_preview"), {"guidance": "x"})
    assert response.status_code == 302
    assert "/admin/login/" in response.headers["Location"]
