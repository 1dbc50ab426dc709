"""Made by me: what became of what this person promised, and marking it as read."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from callbacks import operations
from callbacks.models import Appointment
from callbacks.states import AttemptOutcome, NextStep
from frontoffice.presenters import rows
from tests.factories import NOW, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of
from tests.frontoffice.test_work import references, shown

EARLIER = NOW - dt.timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _open_early(world: World) -> None:
    """Windows from 7:00 on, so that a promise of this morning can be kept, or broken, by now."""
    world.specialists[0].windows.update(starts=dt.time(7))


def call(
    made: Appointment,
    world: World,
    *,
    outcome: AttemptOutcome = AttemptOutcome.SPOKEN_DONE,
    step: NextStep = NextStep.CLOSE,
    **fields: Any,
) -> Appointment:
    """The specialist has just called."""
    return operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=NOW,
        outcome=outcome,
        next_step=step,
        by=world.person,
        now=NOW,
        **fields,
    )


def book(world: World, start: dt.datetime | None = None, **fields: Any) -> Appointment:
    """The agent has booked, a while ago: by default for 9:00, which is now."""
    return world.book(start or at(9), now=EARLIER, **fields)


def panel(page: str) -> str:
    """The text of the chosen row's panel."""
    return text_of(page[page.index('id="panel"') :])


def test_a_result_is_new_and_says_what_came_of_the_promise(world: World, agent: Client) -> None:
    made = call(book(world), world, result_for_agent="Brief volgt", result_for_customer="Het is opgelost")
    page = shown(agent, "/made/")
    assert references(page) == [made.reference]
    assert "nagekomen: gesproken, afgehandeld" in text_of(page)
    assert "Nieuw voor jou (1)" in text_of(page)
    assert "Voor de klant: Het is opgelost" in panel(page)
    assert "Voor het KCC: Brief volgt" in panel(page)


def test_what_is_new_stands_above_the_rest(world: World, agent: Client) -> None:
    new = call(book(world), world)
    old = book(world, at(11))
    page = shown(agent, "/made/")
    assert references(page) == [new.reference, old.reference]
    assert re.findall(r"<h2>([^<]+?)\s*<span", page) == ["Nieuw voor jou", "Niets nieuws"]


@pytest.mark.parametrize(
    ("hour", "words"),
    [((8, 0), "afspraak niet nagekomen: nog niemand heeft gebeld"), ((10, 0), "over 1 u")],
)
def test_an_open_promise_says_how_it_stands(
    world: World, agent: Client, hour: tuple[int, int], words: str
) -> None:
    world.book(at(*hour), now=at(7))
    assert words in text_of(shown(agent, "/made/"))


def test_a_declined_one_needs_a_new_time_and_leads_to_the_worklist(world: World, agent: Client) -> None:
    made = book(world)
    operations.decline(appointment=made, version=made.version, reason="Ziek", by=world.person, now=NOW)
    page = shown(agent, "/made/")
    assert "moet een nieuwe tijd krijgen" in text_of(page)
    assert f'href="/worklist/?open={made.reference}"' in page


def test_a_call_in_vain_says_so(world: World, agent: Client) -> None:
    call(book(world), world, outcome=AttemptOutcome.NO_ANSWER, step=NextStep.TRY_AGAIN, next_at=at(11))
    assert "gebeld: geen gehoor" in text_of(shown(agent, "/made/"))


def test_a_new_time_by_somebody_else_says_which(world: World, agent: Client) -> None:
    made = book(world)
    operations.reschedule(
        appointment=made,
        version=made.version,
        starts_at=at(14),
        customer_agreed=True,
        by=world.lead,
        now=NOW,
    )
    assert "nieuwe afgesproken tijd: vandaag 14:00" in text_of(shown(agent, "/made/"))


def test_a_cancelled_one_says_so(world: World, agent: Client) -> None:
    made = book(world, at(10))
    operations.cancel(
        appointment=made, version=made.version, reason="Opgelost", by_customer=True, by=world.lead, now=NOW
    )
    assert "Opgelost" in panel(shown(agent, "/made/"))
    assert "ingetrokken" in text_of(shown(agent, "/made/"))


def test_an_empty_list_says_what_will_appear(world: World, agent: Client) -> None:
    assert "Je hebt de afgelopen 14 dagen niets geboekt" in text_of(shown(agent, "/made/"))


def test_nobody_sees_what_a_colleague_made(world: World, enter: Enter) -> None:
    made = call(book(world), world)
    colleague = enter(UserFactory.create())
    assert made.reference not in shown(colleague, "/made/")
    assert colleague.post("/made/read/", {"reference": made.reference}).status_code == 404


def test_looking_marks_nothing_as_read(world: World, agent: Client) -> None:
    made = call(book(world), world)
    for _ in range(2):
        assert "Nieuw voor jou (1)" in text_of(shown(agent, f"/made/?open={made.reference}"))


def test_one_result_is_marked_as_read_and_the_next_new_one_opens(world: World, agent: Client) -> None:
    first, second = (call(book(world, at(9, minute)), world) for minute in (0, 30))
    response = agent.post("/made/read/", {"reference": first.reference, "seen_at": NOW.isoformat()})
    page = shown(agent, response["Location"])
    assert f"{first.reference} is als gelezen gemarkeerd." in text_of(page)
    assert re.findall(r'id="row-([^"]+)"[^>]*aria-current="true"', page) == [second.reference]
    assert "Nieuw voor jou (1)" in text_of(page)


def test_all_results_are_marked_as_read_at_once(world: World, agent: Client) -> None:
    for minute in (0, 30):
        call(book(world, at(9, minute)), world)
    assert "Alle 2 als gelezen markeren" in text_of(shown(agent, "/made/"))
    response = agent.post("/made/read/", {"seen_at": NOW.isoformat()})
    page = text_of(shown(agent, response["Location"]))
    assert "2 resultaten zijn als gelezen gemarkeerd." in page
    assert "Nieuw voor jou" not in page


def test_what_happens_after_the_page_was_made_stays_new(world: World, agent: Client) -> None:
    made = call(book(world), world)
    seen_at = (NOW - dt.timedelta(seconds=1)).isoformat()
    agent.post("/made/read/", {"reference": made.reference, "seen_at": seen_at})
    agent.post("/made/read/", {"seen_at": seen_at})
    assert "Nieuw voor jou (1)" in text_of(shown(agent, "/made/"))


def test_a_moment_to_come_reads_nothing_in_advance(world: World, agent: Client) -> None:
    made = call(book(world), world)
    later = NOW + dt.timedelta(days=1)
    agent.post("/made/read/", {"reference": made.reference, "seen_at": later.isoformat()})
    assert Appointment.objects.get().read_by_booker_at == NOW


@pytest.mark.parametrize(
    "typed", [{"seen_at": "x"}, {"page": "x"}, {"reference": "y" * 99}, {"seen_at": "0001-01-01T00:00"}]
)
def test_a_form_that_makes_no_sense_leads_back_to_the_list(
    world: World, agent: Client, typed: dict[str, str]
) -> None:
    call(book(world), world)
    assert agent.post("/made/read/", typed)["Location"] == "/made/"
    assert Appointment.objects.get().read_by_booker_at is None


@pytest.mark.parametrize("reference", ["ZZZ-9999", "\x00", "'"])
def test_a_reference_that_is_none_is_no_server_error(world: World, agent: Client, reference: str) -> None:
    assert agent.post("/made/read/", {"reference": reference}).status_code in {302, 404}


def test_more_rows_than_a_page_go_on_the_next_one(
    world: World, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 2)
    made = [book(world, start) for start in (at(10), at(11), at(12))]
    first, second = shown(agent, "/made/"), shown(agent, "/made/?page=2")
    assert [references(first), references(second)] == [
        [made[2].reference, made[1].reference],
        [made[0].reference],
    ]
    assert "Pagina 1 van 2" in text_of(first)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert f'hx-get="/made/?page=2&amp;open={made[0].reference}"' in second


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", ""])
def test_a_page_that_is_none_shows_one_that_is(world: World, agent: Client, number: str) -> None:
    made = book(world)
    assert references(shown(agent, f"/made/?page={number}")) == [made.reference]


def test_who_may_not_see_an_appointment_any_more_sees_its_result_not_the_team_s_notes(
    world: World, enter: Enter
) -> None:
    stranger = World().person
    made = book(world, by=stranger, question="Waarom?")
    call(made, world, result_for_customer="Opgelost", note="Lastige klant")
    page = shown(enter(stranger), "/made/")
    assert "Opgelost" in page
    assert "Lastige klant" not in page
    assert f'href="/appointments/{made.reference}/"' not in page


def test_the_menu_counts_what_is_new_on_every_page(world: World, agent: Client) -> None:
    assert 'class="count' not in shown(agent, "/desk/")
    call(book(world), world)
    page = squashed(shown(agent, "/desk/"))
    assert 'aria-hidden="true">1</span>' in page
    assert "1 nieuw resultaat" in page
    assert 'hx-trigger="every 60s"' in page


def test_the_count_is_only_replaced_when_it_changed(world: World, agent: Client) -> None:
    call(book(world), world)
    assert agent.get("/made/unread/?known=1").status_code == 204
    changed = agent.get("/made/unread/?known=0")
    assert changed.status_code == 200
    assert "?known=1" in changed.content.decode()


def test_the_count_alone_is_what_a_page_shows(world: World, agent: Client) -> None:
    call(book(world), world)
    assert squashed(agent.get("/made/unread/").content.decode()) in squashed(shown(agent, "/desk/"))


@pytest.mark.parametrize("target", ["work", "live"])
def test_a_part_is_the_same_as_in_a_fresh_page(world: World, agent: Client, target: str) -> None:
    call(book(world), world)
    headers = {"HX-Request": "true", "HX-Target": target}
    part = squashed(agent.get("/made/", headers=headers).content.decode())
    assert part in squashed(shown(agent, "/made/"))


def test_the_list_takes_no_more_queries_for_three_rows_than_for_one(world: World, agent: Client) -> None:
    counts = []
    for hour in (9, 10, 11):
        call(book(world, at(hour)), world)
        counts.append(queries(agent, "/made/"))
    assert counts[0] == counts[2]
