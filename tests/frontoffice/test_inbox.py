"""The list of messages: whose they are, how many are unread, and marking them as read."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callbacks import operations
from callbacks.models import Appointment, Message
from callbacks.queries.inbox import SHOWN_FOR
from callbacks.states import MessageKind
from frontoffice.presenters.inbox import PAGE
from tests.factories import NOW, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, text_of

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def booked(world: World) -> Appointment:
    """So that the specialist was asked to confirm: in the list, a moment ago."""
    booked = world.book(at(10))
    Message.objects.update(created_at=timezone.now())
    return booked


@pytest.fixture
def reader(world: World, enter: Enter) -> Client:
    return enter(world.person)


def seen(client: Client, address: str = "/messages/") -> str:
    return client.get(address).content.decode()


def copies(of: Appointment, count: int, **which: str) -> None:
    """More messages of the same kind."""
    one = of.messages.get(channel="app", **which)
    for number in range(count):
        one.pk, one.uid, one.dedupe_key = None, Message().uid, f"copy.{number}"
        one.save(force_insert=True)


def test_the_reader_sees_what_it_is_about(reader: Client, booked: Appointment) -> None:
    page = seen(reader)
    assert "Bevestig" in text_of(page)
    assert f'href="/appointments/{booked.reference}/"' in page


def test_nobody_else_does(world: World, enter: Enter, booked: Appointment) -> None:
    assert booked.reference not in seen(enter(world.agent))


def test_it_is_in_the_language_of_the_reader(reader: Client, booked: Appointment) -> None:
    reader.post(reverse("set_language"), {"language": "en"})
    assert "Please confirm: callback on Monday 23 November 2026 at 10:00" in text_of(seen(reader))


def test_what_no_longer_holds_is_said(world: World, reader: Client, booked: Appointment) -> None:
    assert "niet meer actueel" not in seen(reader)
    operations.confirm(appointment=booked, version=booked.version, by=world.person, now=at(9))
    assert "niet meer actueel" in seen(reader)


def test_an_empty_list_says_so(world: World, enter: Enter) -> None:
    assert "kreeg je geen berichten" in seen(enter(world.agent))


def test_every_page_counts_what_is_unread(reader: Client, booked: Appointment) -> None:
    copies(booked, 2)
    for address in ("/desk/", "/made/", "/messages/"):
        assert "3 ongelezen berichten" in text_of(seen(reader, address))


def test_reading_changes_nothing(reader: Client, booked: Appointment) -> None:
    seen(reader)
    assert not Message.objects.exclude(read_at=None).exists()


def test_one_is_marked_as_read(reader: Client, booked: Appointment) -> None:
    copies(booked, 1)
    first = Message.objects.filter(channel="app").earliest("pk")
    response = reader.post("/messages/read/", {"message": first.uid})
    assert response["Location"] == "/messages/"
    assert list(Message.objects.exclude(read_at=None)) == [first]


def test_all_are_marked_as_read_on_the_page_where_one_was(reader: Client, booked: Appointment) -> None:
    copies(booked, 2)
    assert reader.post("/messages/read/", {"page": "2"})["Location"] == "/messages/?page=2"
    assert Message.objects.exclude(read_at=None).count() == 3


def test_what_came_after_the_page_was_made_stays_unread(reader: Client, booked: Appointment) -> None:
    before = timezone.now() - dt.timedelta(minutes=1)
    reader.post("/messages/read/", {"seen_at": before.isoformat()})
    assert not Message.objects.exclude(read_at=None).exists()


def test_nobody_marks_what_is_for_others(world: World, enter: Enter, booked: Appointment) -> None:
    theirs = booked.messages.get(channel="app")
    enter(world.agent).post("/messages/read/", {"message": theirs.uid})
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.parametrize("wrong", [{"message": "x"}, {"seen_at": "x"}, {"page": "0"}])
def test_what_nobody_typed_is_no_fault(reader: Client, booked: Appointment, wrong: dict[str, str]) -> None:
    assert reader.post("/messages/read/", wrong)["Location"] == "/messages/"
    assert not Message.objects.exclude(read_at=None).exists()


def test_an_open_page_asks_for_the_count(reader: Client, booked: Appointment) -> None:
    assert "1 ongelezen bericht" in text_of(seen(reader, "/messages/unread/?known=0"))
    assert reader.get("/messages/unread/?known=1").status_code == 204


def test_the_list_has_pages(reader: Client, booked: Appointment) -> None:
    copies(booked, PAGE)
    assert "?page=2" in seen(reader)
    assert seen(reader, "/messages/?page=2").count("inbox__line") == 1


def test_what_is_old_is_not_shown_or_counted(reader: Client, booked: Appointment) -> None:
    Message.objects.update(created_at=timezone.now() - SHOWN_FOR - A_DAY)
    assert booked.reference not in seen(reader)
    assert "ongelezen" not in text_of(seen(reader))


def test_what_was_undone_disappears(world: World, reader: Client) -> None:
    booked = world.book(at(10))
    operations.undo(appointment=booked, version=booked.version, by=world.agent, now=booked.created_at)
    Message.objects.update(created_at=timezone.now())
    assert booked.reference not in seen(reader)


def test_many_rows_cost_no_more_queries_than_one(reader: Client, booked: Appointment) -> None:
    one = queries(reader, "/messages/")
    copies(booked, 2)
    assert queries(reader, "/messages/") == one


def test_nor_do_many_that_are_for_the_leads_of_a_team(world: World, enter: Enter) -> None:
    passed_on = operations.decline(
        appointment=world.book(at(10)), version=1, reason="Ziek", by=world.person, now=NOW
    )
    Message.objects.update(created_at=timezone.now())
    lead = enter(world.lead)
    one = queries(lead, "/messages/")
    copies(passed_on, 2, kind=MessageKind.TEAM_UNTAKEN)
    assert queries(lead, "/messages/") == one
    assert seen(lead).count("inbox__line") == 3


def test_who_has_no_team_may_read_too(enter: Enter) -> None:
    assert enter(UserFactory.create()).get("/messages/").status_code == 200


def test_a_lead_switches_the_weekly_letter_off_and_on(world: World, lead: Client) -> None:
    assert "De weekbrief uitzetten" in text_of(lead.get("/messages/").content.decode())
    for wanted, said in (("no", "De weekbrief aanzetten"), ("yes", "De weekbrief uitzetten")):
        page = lead.post("/messages/letter/", {"wanted": wanted}, follow=True)
        assert said in text_of(page.content.decode())
        world.lead.refresh_from_db()
        assert world.lead.weekly_letter == (wanted == "yes")


def test_nobody_else_has_a_letter_to_switch(world: World, enter: Enter) -> None:
    for user in (world.agent, world.person, world.admin):
        client = enter(user)
        assert "weekbrief" not in client.get("/messages/").content.decode().lower()
        assert client.post("/messages/letter/", {"wanted": "no"}).status_code == 403
