"""The page about the outbox, and the tasks of messages that did not arrive."""

import datetime as dt

import pytest
from django.test import Client

from callbacks.clock import database_now
from callbacks.models import ChannelHealth, Heartbeat, Message, Webhook, WorkerBeat
from callbacks.operations.notices import tell_teams
from callbacks.states import MessageKind, MessageState
from callbacks.sweeps import SWEEPS
from frontoffice.presenters import delivery as presenter
from tests.factories import NOW, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def fail(reason: str = "Refused: 550", **where: object) -> Message:
    """Messages that did not arrive; gives the first of them."""
    found = Message.objects.filter(**where)
    now = database_now()
    found.update(state=MessageState.FAILED, ended_at=now, last_error=reason, useful_until=now + DAY)
    message = found.first()
    assert message
    return message


def read(client: Client, address: str) -> str:
    return text_of(client.get(address).content.decode())


def go_down(minutes: float) -> None:
    now = database_now()
    ChannelHealth.objects.create(
        channel="email",
        failures=3,
        opened_at=now - minutes * MINUTE,
        probe_at=now + MINUTE,
        last_error="LineDown: away",
    )


def test_an_administrator_sees_what_waits_and_what_failed(world: World, enter: Enter) -> None:
    world.book()
    fail(kind=MessageKind.CUSTOMER_BOOKED)
    page = read(enter(world.admin), "/delivery/")
    assert "1 bericht wacht" in page
    assert "Refused: 550" in page
    assert "Verstuur 1 opnieuw" in page


def test_a_channel_that_is_down_says_since_when_and_why(world: World, enter: Enter) -> None:
    go_down(5)
    page = read(enter(world.admin), "/delivery/")
    assert "buiten werking sinds" in page
    assert "LineDown: away" in page


def test_sweeps_and_workers_show_whether_they_are_at_work(world: World, enter: Enter) -> None:
    now = database_now()
    Heartbeat.objects.create(sweep="overdue", at=now)
    WorkerBeat.objects.create(name="celery@one", at=now - 5 * MINUTE)
    page = read(enter(world.admin), "/delivery/")
    assert page.count("aan het werk") == 1
    assert page.count("stil celery@one") == 1


def test_what_failed_is_tried_again_with_one_button(world: World, enter: Enter) -> None:
    world.book()
    message = fail(kind=MessageKind.CUSTOMER_BOOKED)
    given = {"channel": "email", "error": "Refused: 550"}
    response = enter(world.admin).post("/delivery/retry/", given, follow=True)
    message.refresh_from_db()
    assert message.state == MessageState.PENDING
    assert "1 bericht is weer onderweg." in text_of(response.content.decode())


def test_what_is_no_channel_is_refused(world: World, enter: Enter) -> None:
    assert enter(world.admin).post("/delivery/retry/", {"channel": "pigeon"}).status_code == 400


@pytest.mark.parametrize("who", ["agent", "person", "lead"])
def test_nobody_else_tries_again(world: World, enter: Enter, who: str) -> None:
    given = {"channel": "email", "error": ""}
    assert enter(getattr(world, who)).post("/delivery/retry/", given).status_code == 403


def test_the_worklist_says_whom_to_call(world: World, enter: Enter) -> None:
    booked = world.book()
    fail(kind=MessageKind.CUSTOMER_BOOKED)
    page = read(enter(world.agent), "/worklist/")
    assert f"Bel {booked.customer} zelf: het bericht per e-mail is niet aangekomen." in page


def test_telling_takes_the_task_from_the_list(world: World, enter: Enter) -> None:
    world.book()
    message = fail(kind=MessageKind.CUSTOMER_BOOKED)
    client = enter(world.agent)
    response = client.post(f"/messages/{message.uid}/told/", {"back": "/worklist/"}, follow=True)
    assert response.redirect_chain == [("/worklist/", 302)]
    assert "genoteerd dat je het bericht hebt doorgegeven" in text_of(response.content.decode())
    assert "zelf: het bericht" not in read(client, "/worklist/")


def test_who_comes_second_reads_who_was_first(world: World, enter: Enter) -> None:
    world.book()
    message = fail(kind=MessageKind.CUSTOMER_BOOKED)
    for user in (world.agent, world.admin):
        response = enter(user).post(f"/messages/{message.uid}/told/", follow=True)
    assert "Anna Agent heeft dit al doorgegeven." in text_of(response.content.decode())


def test_a_lead_reads_on_the_board_what_colleagues_do_not_know(world: World, enter: Enter) -> None:
    world.book()
    fail(kind=MessageKind.SPECIALIST_CONFIRM)
    sentence = f"Vertel het {world.person.email} zelf: het bericht per e-mail is niet aangekomen."
    assert sentence in read(enter(world.lead), "/board/")
    assert sentence not in read(enter(world.agent), "/worklist/")


def test_a_lead_reads_on_the_board_what_was_not_told_of_the_team(world: World, enter: Enter) -> None:
    details = {world.team.pk: {"days": "2026-11-24"}}
    tell_teams(MessageKind.LEAD_FULL_DAYS, details, occasion="full", now=NOW)
    message = fail(kind=MessageKind.LEAD_FULL_DAYS, channel="email")
    lead = enter(world.lead)
    page = read(lead, "/board/")
    assert f"Vertel het {world.lead.email} zelf: het bericht per e-mail is niet aangekomen. Vol: " in page
    assert enter(World().lead).post(f"/messages/{message.uid}/told/").status_code == 404
    done = lead.post(f"/messages/{message.uid}/told/", {"back": "/board/"}, follow=True)
    said = text_of(done.content.decode())
    assert f"{world.team}: genoteerd dat je het bericht hebt doorgegeven" in said
    assert "zelf: het bericht" not in said


def test_what_the_chat_did_not_say_the_lead_says(world: World, enter: Enter) -> None:
    details = {world.team.pk: {"days": "2026-11-24"}}
    tell_teams(MessageKind.LEAD_FULL_DAYS, details, occasion="full", now=NOW)
    Message.objects.filter(channel="email").update(channel="chat")
    fail(channel="chat")
    assert "Vertel het je team zelf" in read(enter(world.lead), "/board/")


def test_a_stranger_finds_no_message(world: World, enter: Enter) -> None:
    world.book()
    message = fail(kind=MessageKind.SPECIALIST_CONFIRM)
    assert enter(World().lead).post(f"/messages/{message.uid}/told/").status_code == 404


@pytest.mark.parametrize(("minutes", "shown"), [(1.9, 0), (2.1, 1)])
def test_a_lead_reads_of_a_channel_that_is_away_for_two_minutes(
    world: World, enter: Enter, minutes: float, shown: int
) -> None:
    go_down(minutes)
    assert read(enter(world.lead), "/board/").count("gaan niet uit sinds") == shown


@pytest.mark.parametrize("address", ["/delivery/", "/board/", "/worklist/"])
def test_more_failures_are_no_more_questions(world: World, enter: Enter, address: str) -> None:
    client, counts = enter(world.admin), []
    for hours in ([9], [10, 11]):
        for hour in hours:
            world.book(at(hour), now=NOW)
        for number, message in enumerate(Message.objects.all()):
            fail(f"Refused: {number}", pk=message.pk)
        counts.append(queries(client, address))
    assert counts[0] == counts[1]


def test_every_sweep_is_named_in_words() -> None:
    assert presenter.SWEEPS.keys() == SWEEPS.keys()


@pytest.fixture
def hook(world: World) -> Webhook:
    """A webhook that did not take what was told of a booking."""
    webhook = Webhook.objects.create(name="Zaaksysteem", url="https://elsewhere.example")
    world.book()
    fail("OSError: away", channel="webhook")
    Message.objects.filter(channel="webhook").update(useful_until=NOW)
    return webhook


def test_what_webhooks_did_not_take_is_counted_in_the_menu(world: World, hook: Webhook, enter: Enter) -> None:
    number = Message.objects.filter(webhook=hook).count()
    admin = enter(world.admin)
    assert f"{number} berichten die een webhook niet aannam" in read(admin, "/board/")
    assert str(number) in read(admin, "/delivery/unread/?known=0")
    assert admin.get(f"/delivery/unread/?known={number}").status_code == 204
    assert "webhook niet aannam" not in read(enter(world.lead), "/board/")


def test_all_of_a_webhook_is_sent_again_with_one_button(world: World, hook: Webhook, enter: Enter) -> None:
    number = Message.objects.filter(webhook=hook).count()
    admin = enter(world.admin)
    page = read(admin, "/delivery/")
    assert "Zaaksysteem OSError: away" in page
    assert f"Verstuur {number} opnieuw" in page
    given = {"do": "again", "which": "all", "seen_at": database_now().isoformat()}
    done = admin.post(f"/delivery/webhooks/{hook.pk}/", given, follow=True)
    assert f"{number} berichten zijn weer onderweg." in text_of(done.content.decode())
    assert not Message.objects.filter(webhook=hook, state=MessageState.FAILED).exists()


def test_one_is_marked_as_handled_with_a_word(world: World, hook: Webhook, enter: Enter) -> None:
    message = Message.objects.filter(webhook=hook).latest("pk")
    number = Message.objects.filter(webhook=hook).count()
    given = {
        "do": "handled",
        "which": "some",
        "message": [str(message.uid)],
        "seen_at": database_now().isoformat(),
        "note": "Zelf ingevoerd",
    }
    done = enter(world.admin).post(f"/delivery/webhooks/{hook.pk}/", given, follow=True)
    page = text_of(done.content.decode())
    assert "1 bericht staat als afgehandeld genoteerd." in page
    assert f"Berichten ({number - 1})" in page
    message.refresh_from_db()
    assert (message.handled_by, message.handled_note) == (world.admin, "Zelf ingevoerd")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"do": "again", "which": "some"}, "Selecteer eerst de berichten."),
        ({"do": "again", "which": "some", "message": ["nothing"]}, "Selecteer eerst de berichten."),
        ({"do": "handled", "which": "all"}, "Zeg wat ermee is gedaan."),
        ({"do": "handled", "which": "all", "note": "x" * 201}, "201"),
    ],
)
def test_what_is_missing_is_asked_for(
    world: World, hook: Webhook, enter: Enter, given: dict[str, object], said: str
) -> None:
    sent = {"seen_at": database_now().isoformat(), **given}
    response = enter(world.admin).post(f"/delivery/webhooks/{hook.pk}/", sent)
    assert response.status_code == 422
    assert said in text_of(response.content.decode())
    assert Message.objects.filter(webhook=hook, handled_at__isnull=True, state=MessageState.FAILED).exists()


def test_what_was_ticked_and_typed_stays_on_the_page(world: World, hook: Webhook, enter: Enter) -> None:
    message = Message.objects.filter(webhook=hook).latest("pk")
    given = {"do": "handled", "which": "some", "message": [str(message.uid)], "note": " "}
    given |= {"seen_at": database_now().isoformat()}
    page = squashed(enter(world.admin).post(f"/delivery/webhooks/{hook.pk}/", given).content.decode())
    assert f'value="{message.uid}" checked' in page
    assert page.count("checked") == 2  # and which: the selected ones


def test_whoever_was_second_is_told_and_keeps_the_word(world: World, hook: Webhook, enter: Enter) -> None:
    message = Message.objects.filter(webhook=hook).latest("pk")
    given = {"do": "handled", "which": "some", "message": [str(message.uid)], "note": "Entered by hand"}
    given |= {"seen_at": database_now().isoformat()}
    admin = enter(world.admin)
    assert admin.post(f"/delivery/webhooks/{hook.pk}/", given).status_code == 302
    second = admin.post(f"/delivery/webhooks/{hook.pk}/", given | {"note": "Called them"})
    assert second.status_code == 422
    assert "Iemand anders" in second.content.decode()
    assert 'value="Called them"' in second.content.decode()


def test_a_webhook_that_is_switched_off_is_told_nothing(world: World, hook: Webhook, enter: Enter) -> None:
    Webhook.objects.update(is_active=False)
    admin = enter(world.admin)
    assert "Deze webhook staat uit" in read(admin, f"/delivery/webhooks/{hook.pk}/")
    given = {"do": "again", "which": "all", "seen_at": database_now().isoformat()}
    refused = admin.post(f"/delivery/webhooks/{hook.pk}/", given)
    assert refused.status_code == 422
    assert "Zaaksysteem staat uit: er gaat niets naartoe." in text_of(refused.content.decode())


def test_pages_of_a_webhook_keep_their_number_of_questions(world: World, hook: Webhook, enter: Enter) -> None:
    admin, counts = enter(world.admin), []
    address = f"/delivery/webhooks/{hook.pk}/"
    for hour in (11, 12):
        counts.append(queries(admin, address))
        world.book(at(hour), now=NOW)
        fail("OSError: away", channel="webhook")
    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["agent", "person", "lead"])
def test_nobody_else_deals_with_webhooks(world: World, hook: Webhook, enter: Enter, who: str) -> None:
    client = enter(getattr(world, who))
    assert client.get(f"/delivery/webhooks/{hook.pk}/").status_code == 403
    assert client.post(f"/delivery/webhooks/{hook.pk}/", {"do": "again", "which": "all"}).status_code == 403
    assert client.get("/delivery/unread/").status_code == 403
