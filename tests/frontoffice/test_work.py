"""The specialist's own list, the team lead's board and the worklist."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Role
from availability.models import Team
from callbacks import operations
from callbacks.models import Appointment, Contact, Message
from callbacks.states import AttemptOutcome, MessageKind, MessageState, NextStep
from frontoffice.presenters import rows
from frontoffice.presenters.board import HandlingRow
from tests.factories import NOW, TeamFactory, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def late(world: World) -> list[str]:
    """References of promises that broke this morning."""
    windows = world.specialists[0].windows
    windows.update(starts=dt.time(7))
    return [world.book(at(*start), now=at(7)).reference for start in ((7, 30), (8, 0))]


def references(page: str) -> list[str]:
    """The rows of a list, in order."""
    return re.findall(r'id="row-([^"]+)"', page)


def shown(client: Client, address: str) -> str:
    """A page that opened."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_my_queue_is_grouped_in_the_order_of_the_promises(
    world: World, specialist: Client, late: list[str]
) -> None:
    for start in (at(9, 30), at(14), at(9, day=24)):
        world.book(start)
    headings = re.findall(r"<h2>([^<]+?)\s*<span", shown(specialist, "/queue/"))
    assert headings == ["Te laat", "Nu en het komende uur", "Later vandaag", "Komende dagen"]


def test_an_empty_queue_says_so(world: World, specialist: Client) -> None:
    assert "Je hoeft niemand te bellen" in text_of(shown(specialist, "/queue/"))


def test_the_first_row_is_open_and_has_the_focus(world: World, specialist: Client) -> None:
    first = world.book(at(10)).reference
    world.book(at(11))
    page = squashed(shown(specialist, "/queue/"))
    assert re.findall(r'id="row-([^"]+)"[^>]*aria-current="true"', page) == [first]
    assert f'action="/appointments/{first}/attempt/"' in page


def test_another_row_can_be_opened(world: World, specialist: Client) -> None:
    world.book(at(10))
    second = world.book(at(11)).reference
    page = shown(specialist, f"/queue/?open={second}")
    assert f'action="/appointments/{second}/attempt/"' in page


def test_a_row_says_how_far_away_and_which_attempt(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=NOW,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(10, 30),
        by=world.person,
        now=NOW,
    )
    page = text_of(shown(specialist, "/queue/"))
    assert "opnieuw bellen vandaag 10:30" in page
    assert "belpoging 2 van 3" in page


@pytest.mark.parametrize("tile", ["late", "at_risk", "kept", "unconfirmed", "to_rebook"])
def test_a_tile_opens_exactly_the_rows_it_counts(
    world: World, lead: Client, late: list[str], tile: str
) -> None:
    world.book(at(9))
    declined = world.book(at(15))
    operations.decline(
        appointment=declined, version=declined.version, reason="Ziek", by=world.person, now=NOW
    )
    page = shown(lead, f"/board/?tile={tile}")
    number = re.search(rf'id="tile-{tile}".*?tile__number numbers">(\d+)', page, re.DOTALL)
    assert number
    assert len(references(page)) == int(number[1])


@pytest.mark.parametrize("address", ["/queue/", "/board/?tile=at_risk", "/worklist/"])
def test_a_long_list_goes_on_on_the_next_page(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    made = [world.book(start, now=at(8)) for start in (at(9), at(9, 30))]
    if address == "/worklist/":
        for one in made:
            operations.decline(appointment=one, version=one.version, reason="Ziek", by=world.person, now=NOW)
    client = enter(world.person if address == "/queue/" else world.lead)
    page = shown(client, address)
    assert references(page) == [made[0].reference]
    assert "Regels 1–1 van 2 Pagina 1 van 2" in text_of(page)
    following = re.search(r'rel="next"\s+href="([^"]+)"', page)
    assert following
    assert references(shown(client, unescape(following[1]))) == [made[1].reference]


def test_a_refresh_stays_on_its_page(
    world: World, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    made = [world.book(start) for start in (at(10), at(11))]
    page = shown(specialist, "/queue/?page=2")
    refresh = re.search(r'hx-get="([^"]+seen=[^"]+)"', page)
    assert refresh
    live = specialist.get(unescape(refresh[1]), headers={"HX-Request": "true", "HX-Target": "live"})
    assert references(live.content.decode()) == [made[1].reference]


def test_what_moved_to_another_page_has_not_left_the_list(
    world: World, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    made = [world.book(start) for start in (at(10), at(11))]
    answer = shown(specialist, f"/queue/?page=2&open={made[0].reference}&seen=1")
    assert "niet meer op de lijst" not in text_of(answer)
    assert f"open={made[0].reference}&amp;seen=1" in answer


def test_what_is_late_stands_on_the_first_page_even_when_it_was_given_away(
    world: World, specialist: Client, late: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 2)
    world.book(at(9), now=at(8))
    Appointment.objects.filter(reference=late[0]).update(next_action_at=NOW + dt.timedelta(minutes=1))
    assert references(shown(specialist, "/queue/")) == [late[1], late[0]]


def untold(world: World, kind: MessageKind) -> list[Message]:
    """Two messages that did not arrive, the longest waiting first."""
    found = [world.book(start).messages.get(kind=kind, channel="email") for start in (at(10), at(11))]
    for minute, message in enumerate(found):
        state = {"state": MessageState.FAILED, "ended_at": NOW + minute * MINUTE}
        Message.objects.filter(pk=message.pk).update(**state)
    return found


@pytest.mark.parametrize("address", ["/worklist/", "/board/?tile=at_risk"])
def test_messages_that_did_not_arrive_go_on_on_the_next_page(
    world: World, lead: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    kind = MessageKind.SPECIALIST_CONFIRM if "board" in address else MessageKind.CUSTOMER_BOOKED
    first, second = untold(world, kind)
    page = shown(lead, address)
    assert told_of(page) == [str(first.uid)]
    following = re.search(r'id="tasks-next"\s+rel="next"\s+href="([^"]+)"', page)
    assert following
    assert told_of(shown(lead, unescape(following[1]))) == [str(second.uid)]
    assert "Berichten die niet aankwamen (2)" in text_of(page)


def test_both_lists_of_the_worklist_stay_on_their_pages(
    world: World, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    for message in untold(world, MessageKind.CUSTOMER_BOOKED):
        assert message.appointment
        operations.decline(
            appointment=message.appointment, version=1, reason="Ziek", by=world.person, now=NOW
        )
    page = shown(agent, "/worklist/?tasks=2&page=2")
    addresses = [unescape(one) for one in re.findall(r'(?:hx-get|value|href)="(/worklist/\?[^"#]+)"', page)]
    here = "/worklist/?tasks=2&page=2"
    assert {one.partition("&open=")[0] for one in addresses} == {
        here,
        "/worklist/?tasks=2&page=1",
        "/worklist/?page=2&tasks=1",
    }


def told_of(page: str) -> list[str]:
    """The messages of a page that somebody can say to have passed on."""
    return re.findall(r'action="/messages/([0-9a-f-]{36})/told/"', page)


def test_late_now_shows_the_broken_promises(lead: Client, late: list[str]) -> None:
    page = shown(lead, "/board/")
    assert references(page) == late
    assert "oudste sinds vandaag 08:10" in text_of(page)


def test_room_left_opens_the_teams_with_their_room(world: World, lead: Client) -> None:
    page = text_of(shown(lead, "/board/?tile=room"))
    assert f"16 plekken {world.team} {world.topic} vanaf 09:00" in page


@pytest.mark.parametrize("query", ["tile=nonsense", "team=nonsense", "open=nonsense"])
def test_a_board_address_that_makes_no_sense_shows_the_board(world: World, lead: Client, query: str) -> None:
    assert "Nu te laat" in shown(lead, f"/board/?{query}")


def test_a_lead_of_two_teams_can_look_at_one(world: World, lead: Client, late: list[str]) -> None:
    other: Team = TeamFactory.create(name="Andere")
    other.leads.add(world.lead)
    assert references(shown(lead, f"/board/?team={other.slug}")) == []
    assert references(shown(lead, f"/board/?team={world.team.slug}")) == late


def test_a_lead_sees_no_other_teams(world: World, enter: Enter, late: list[str]) -> None:
    stranger = UserFactory.create(role=Role.LEAD)
    assert references(shown(enter(stranger), "/board/")) == []


def test_reassigning_offers_the_free_before_the_others(world: World, lead: Client) -> None:
    made = world.book(at(10))
    busy, _free = world.specialist(user__name="Bezet"), world.specialist(user__name="Vrij")
    away = world.specialist(user__name="Weg")
    away.windows.all().delete()
    world.book(at(10), specialist=busy)
    page = text_of(shown(lead, f"/appointments/{made.reference}/"))
    assert re.search(r"Vrij – vrij Weg – niet beschikbaar Bezet – bezet", page)


def test_the_board_refreshes_itself(world: World, lead: Client) -> None:
    page = squashed(shown(lead, "/board/"))
    assert 'hx-trigger="every 10s"' in page
    assert "data-pause" in page
    assert "data-stale hidden" in page


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/queue/", "work"),
        ("/board/?tile=late", "work"),
        ("/board/?tile=late", "live"),
        ("/worklist/", "work"),
        ("/worklist/", "live"),
        ("/queue/", "live"),
    ],
)
def test_a_part_is_the_same_as_in_a_fresh_page(
    world: World, enter: Enter, late: list[str], address: str, target: str
) -> None:
    client = enter(world.person if address == "/queue/" else world.lead)
    headers = {"HX-Request": "true", "HX-Target": target}
    part = squashed(client.get(address, headers=headers).content.decode())
    assert part.startswith(f'<div id="{target}"')
    assert part in squashed(shown(client, address))


@pytest.mark.parametrize("address", ["/queue/", "/board/?tile=late", "/worklist/"])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(
    world: World, enter: Enter, address: str
) -> None:
    world.specialists[0].windows.update(starts=dt.time(6))
    client = enter({"/queue/": world.person, "/worklist/": world.agent}.get(address, world.lead))
    counts = []
    for start in ((6, 0), (6, 30), (7, 0)):
        made = world.book(at(*start), now=at(5))
        if address == "/worklist/":
            operations.decline(
                appointment=made, version=made.version, reason="Ziek", by=world.person, now=at(5)
            )
        counts.append(queries(client, address))
    assert counts[0] == counts[2]


def took(world: World, seconds: int, *, at_moment: dt.datetime = NOW, hour: int = 10) -> None:
    """A booking that took so long."""
    made = world.book(at(hour, day=24), now=at_moment)
    Contact.objects.filter(pk=made.contact_id).update(
        opened_at=at_moment - dt.timedelta(seconds=seconds), at=at_moment
    )


def test_the_board_says_how_long_bookings_took_today_and_this_week(world: World, lead: Client) -> None:
    took(world, 20)
    took(world, 80, at_moment=NOW - dt.timedelta(days=3), hour=11)
    page = text_of(shown(lead, "/board/"))
    assert "vandaag de helft binnen 20 s, negen van de tien binnen 20 s (1 boeking, klein aantal)" in page
    assert "laatste 7 dagen de helft binnen 50 s, negen van de tien binnen 1 min 14 s (2 boekingen" in page


def test_a_board_without_bookings_says_so(world: World, lead: Client) -> None:
    assert text_of(shown(lead, "/board/")).count("niets geboekt") == 2


def test_bookings_of_other_teams_are_theirs(world: World, lead: Client) -> None:
    took(World(), 20)
    assert text_of(shown(lead, "/board/")).count("niets geboekt") == 2


@pytest.mark.parametrize(("number", "small"), [(19, True), (20, False)])
def test_a_small_number_is_said_to_be_one(number: int, *, small: bool) -> None:
    assert HandlingRow("", "", "", number).is_small is small


def test_a_refresh_of_the_board_leaves_booking_times_alone(world: World, lead: Client) -> None:
    live = queries(lead, "/board/", headers={"HX-Request": "true", "HX-Target": "live"})
    assert queries(lead, "/board/") >= live + 2
