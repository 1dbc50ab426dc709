"""Administrators set up messages in the browser: words, who listens, and what a team leaves out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from availability.models import Team
from callbacks.models import MessageText, TeamMessages, Webhook
from callbacks.states import MessageKind
from tests.administration import filled_in, page
from tests.factories import UserFactory, World

TYPED = {"kind": "customer_booked", "language": "nl", "subject": "Tot {day}", "opening": "", "closing": ""}
PREVIEW = "admin:callbacks_messagetext_preview"


@pytest.fixture
def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.admin)
    return client


def shown(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("verb", ["changelist", "add"])
@pytest.mark.parametrize("model", [MessageText, Webhook])
def test_a_page_opens(browser: Client, model: type[Any], verb: str) -> None:
    assert browser.get(page(model, verb)).status_code == 200


def test_words_are_saved(browser: Client) -> None:
    browser.post(page(MessageText, "add"), TYPED)
    assert MessageText.objects.get().subject == "Tot {day}"


def test_the_built_in_text_stands_beside_them(browser: Client) -> None:
    made = MessageText.objects.create(**TYPED)
    html = shown(browser.get(page(MessageText, "change", made.pk)))
    assert "Wij bellen u terug op {day} om {start}" in html or "u terug" in html
    assert "{reference}" in html


@pytest.mark.parametrize("part", ["subject", "opening", "closing"])
@pytest.mark.parametrize("typed", ["{question}", "{internal_note}", "{dag}", "{day"])
def test_a_wrong_variable_is_not_saved_and_what_was_typed_stays(
    browser: Client, part: str, typed: str
) -> None:
    html = shown(browser.post(page(MessageText, "add"), {**TYPED, part: f"Over {typed}"}))
    assert not MessageText.objects.exists()
    assert f"Over {typed}" in html
    assert "errorlist" in html


def test_one_text_for_a_kind_and_language(browser: Client) -> None:
    MessageText.objects.create(**TYPED)
    assert "errorlist" in shown(browser.post(page(MessageText, "add"), TYPED))
    assert MessageText.objects.count() == 1


def test_a_preview_shows_example_values_and_saves_nothing(browser: Client) -> None:
    html = shown(browser.post(reverse(PREVIEW), TYPED))
    assert "Tot dinsdag 24 november 2026" in html
    assert "tussen 10:00 en 10:30" in html
    assert not MessageText.objects.exists()


def test_a_preview_shows_what_is_wrong(browser: Client) -> None:
    html = shown(browser.post(reverse(PREVIEW), {**TYPED, "opening": "Over {question}"}))
    assert "{question}" in html
    assert "errornote" in html


def test_a_preview_can_be_looked_at_again_after_saving(browser: Client) -> None:
    MessageText.objects.create(**TYPED)
    assert "errornote" not in shown(browser.post(reverse(PREVIEW), TYPED))


def test_no_script_gets_through(browser: Client) -> None:
    html = shown(browser.post(reverse(PREVIEW), {**TYPED, "closing": "<script>alert(1)</script>"}))
    assert "<script>alert" not in html


@pytest.mark.parametrize("typed", [{}, {"kind": "nonsense", "language": "xx"}])
def test_a_preview_of_nothing_is_no_fault_of_the_server(browser: Client, typed: dict[str, str]) -> None:
    assert browser.post(reverse(PREVIEW), typed).status_code == 200


def test_the_address_alone_leads_back_to_the_texts(browser: Client) -> None:
    assert browser.get(reverse(PREVIEW)).headers["Location"] == page(MessageText, "changelist")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_gets_in(world: World, role: Role) -> None:
    client = Client()
    client.force_login(UserFactory.create(role=role))
    for address in (reverse(PREVIEW), page(MessageText, "add"), page(Webhook, "add")):
        assert "/admin/login/" in client.post(address, TYPED).headers["Location"]


def test_a_team_leaves_out_what_is_not_ticked(browser: Client, world: World) -> None:
    address = page(TeamMessages, "change", world.team.pk)
    form = filled_in(browser, address)
    assert set(form["told"]) == set(MessageKind)
    form["told"] = [kind for kind in MessageKind if kind != MessageKind.CUSTOMER_CLOSED]
    browser.post(address, form)
    assert Team.objects.get().muted_messages == [MessageKind.CUSTOMER_CLOSED]


def test_ticking_it_again_switches_it_on(browser: Client, world: World) -> None:
    Team.objects.update(muted_messages=[MessageKind.CUSTOMER_CLOSED])
    address = page(TeamMessages, "change", world.team.pk)
    form = filled_in(browser, address)
    form["told"] = list(MessageKind)
    browser.post(address, form)
    assert Team.objects.get().muted_messages == []


def test_saving_a_team_keeps_what_it_leaves_out(browser: Client, world: World) -> None:
    Team.objects.update(muted_messages=[MessageKind.CUSTOMER_CLOSED])
    address = page(Team, "change", world.team.pk)
    browser.post(address, {**filled_in(browser, address), "name": "Anders"})
    assert Team.objects.values_list("name", "muted_messages").get() == ("Anders", ["customer_closed"])


def test_teams_are_not_made_among_messages(browser: Client) -> None:
    assert browser.get(page(TeamMessages, "add")).status_code == 403


def test_a_webhook_is_set_up_with_a_secret_of_its_own(browser: Client) -> None:
    form = filled_in(browser, page(Webhook, "add"))
    wanted = {"name": "Zaak", "url": "https://example.org/in", "kinds": ["lead_overdue"], "is_active": "on"}
    browser.post(page(Webhook, "add"), {**form, **wanted})
    made = Webhook.objects.get()
    assert (made.kinds, made.is_active) == (["lead_overdue"], True)
    assert made.secret.startswith("whsec_")


@pytest.mark.parametrize("url", ["ftp://example.org/", "javascript:alert(1)", "here"])
def test_a_webhook_needs_an_address_of_the_web(browser: Client, url: str) -> None:
    form = filled_in(browser, page(Webhook, "add"))
    browser.post(page(Webhook, "add"), {**form, "name": "x", "url": url})
    assert not Webhook.objects.exists()
