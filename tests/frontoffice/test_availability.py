"""The availability page: what is published, and what can be done with it."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from availability.models import Absence, BusyFeed, Closure, PersonalFeed, Specialist, Window
from availability.slots import DAY
from callbacks.queries.week import series_of
from frontoffice.planning import versions_text
from frontoffice.presenters import rows
from tests.factories import NOW, SpecialistFactory, World, at
from tests.frontoffice.conftest import queries, text_of

PLAN = {
    "weekdays": ["2", "4"],
    "starts": "18:00",
    "ends": "20:00",
    "first_day": "2027-01-04",
    "last_day": "2027-04-02",
}


@pytest.fixture
def specialist(world: World) -> Specialist:
    return world.specialists[0]


def as_user(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def post(user: User, name: str, **data: Any) -> Any:
    return as_user(user).post(reverse(f"availability-{name}"), data)


def text(user: User, **query: str) -> str:
    return as_user(user).get(reverse("availability"), query).content.decode()


def test_the_week_shows_what_is_booked(world: World, specialist: Specialist) -> None:
    reference = world.book().reference
    assert f"Mon 23 Nov 10:00: {reference}" in text(world.person)


def test_the_week_shows_what_is_free(world: World) -> None:
    assert "Mon 23 Nov 11:00: free" in text(world.person)


def test_the_week_shows_an_absence(world: World, specialist: Specialist) -> None:
    Absence.objects.create(specialist=specialist, starts_at=at(11), ends_at=at(12))
    shown = text(world.person)
    assert ("Mon 23 Nov 11:00: absent" in shown, "Mon 23 Nov 12:00: free" in shown) == (True, True)


def test_every_coming_absence_can_be_reached_and_taken_back(
    specialist: Specialist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 2)
    made = [
        Absence.objects.create(specialist=specialist, starts_at=at(11, day=day), ends_at=at(12, day=day))
        for day in (24, 25, 26)
    ]
    first = text(specialist.user)
    assert re.findall(r'name="absence" value="(\d+)"', first) == [str(one.pk) for one in made[:2]]
    following = re.search(r'id="away-next"\s+rel="next"\s+href="([^"]+)"', first)
    assert following
    client = as_user(specialist.user)
    second = client.get(unescape(following[1])).content.decode()
    assert re.findall(r'name="absence" value="(\d+)"', second) == [str(made[2].pk)]
    given = {"specialist": specialist.pk, "absence": made[2].pk, "version": 1, "away": "2"}
    done = client.post(reverse("availability-back"), given)
    assert done.headers["Location"].endswith("&away=2")
    assert re.findall(
        r'name="absence" value="(\d+)"', client.get(done.headers["Location"]).content.decode()
    ) == [str(one.pk) for one in made[:2]]


@pytest.mark.parametrize("away", ["99999999999999999999", "x", "-1", "²", "0"])
def test_a_page_of_absences_that_is_none_is_another(specialist: Specialist, away: str) -> None:
    Absence.objects.create(specialist=specialist, starts_at=at(11), ends_at=at(12))
    assert 'name="absence"' in text(specialist.user, away=away)


def test_pages_of_absences_take_the_same_queries_for_one_and_three(specialist: Specialist) -> None:
    counts = []
    for day in (24, 25, 26):
        Absence.objects.create(
            specialist=specialist,
            starts_at=at(11, day=day),
            ends_at=at(12, day=day),
            substitute=SpecialistFactory.create(team=specialist.team),
        )
        counts.append(queries(as_user(specialist.user), f"/availability/?specialist={specialist.pk}"))
    assert counts[0] == counts[-1]


def test_the_week_shows_a_closing_day_by_its_name(world: World) -> None:
    Closure.objects.create(
        name="Day of the staff", first_day=dt.date(2026, 11, 24), last_day=dt.date(2026, 11, 24)
    )
    shown = text(world.person)
    assert ("Day of the staff" in shown, "Tue 24 Nov 09:00: closed" in shown) == (True, True)


def test_a_public_holiday_has_its_name(world: World) -> None:
    assert "Christmas Day" in text(world.person, week="2026-12-21")


def test_a_day_that_is_opened_says_that_it_is_closed_and_another_does_not(world: World) -> None:
    warning = "Closed: Christmas Day. Nothing can be booked on this day."
    said = [warning in text(world.person, week="2026-12-21", day=f"2026-12-{day}") for day in (24, 25)]
    assert said == [False, True]


def test_another_week_is_shown(world: World) -> None:
    assert "Week 49" in text(world.person, week="2026-12-02")


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_week_out_of_reach_is_this_week(world: World, week: str) -> None:
    assert "Week 48" in text(world.person, week=week)


def test_publishing_says_what_it_did(world: World, specialist: Specialist) -> None:
    client = as_user(world.person)
    shown = client.post(reverse("availability-publish"), PLAN, follow=True).content.decode()
    assert "From 4 January 2027 until 2 April 2027 every Tuesday and Thursday 18:00–20:00" in shown
    assert "13 weeks, 208 slots of 15 minutes" in shown


def test_what_publishing_will_do_is_said_before_the_button(world: World) -> None:
    shown = as_user(world.person).get(reverse("availability-preview"), PLAN).content.decode()
    assert "13 weeks, 208 slots of 15 minutes" in shown
    assert Window.objects.filter(starts=dt.time(18)).count() == 0


def test_days_that_are_closed_are_named_beforehand(world: World) -> None:
    plan = PLAN | {"weekdays": ["1"], "last_day": "2027-04-30"}
    shown = as_user(world.person).get(reverse("availability-preview"), plan).content.decode()
    assert "29 March 2027 (Easter Monday)" in shown


def test_days_that_are_closed_are_named_afterwards_too(world: World) -> None:
    plan = PLAN | {"weekdays": ["1"], "last_day": "2027-04-30"}
    answer = as_user(world.person).post(reverse("availability-publish"), plan, follow=True)
    assert "29 March 2027 (Easter Monday)" in answer.content.decode()


def test_a_plan_that_is_not_finished_says_nothing_yet(world: World) -> None:
    shown = as_user(world.person).get(reverse("availability-preview"), PLAN | {"starts": ""}).content.decode()
    assert "slots" not in shown


def test_a_refused_plan_keeps_what_was_typed(world: World) -> None:
    response = post(world.person, "publish", **PLAN | {"starts": "20:00", "ends": "18:30"})
    shown = response.content.decode()
    assert (response.status_code, 'value="18:30"' in shown) == (422, True)
    assert "A window ends after it starts" in shown


def test_hours_that_overlap_are_said_at_the_field(world: World) -> None:
    response = post(world.person, "publish", **PLAN | {"starts": "10:00", "ends": "12:00"})
    assert "overlaps" in response.content.decode()


def test_a_lead_publishes_for_several_people_at_once(world: World) -> None:
    people = [world.specialists[0], world.specialist()]
    post(world.lead, "publish", **PLAN, people=[one.pk for one in people], specialist=people[0].pk)
    assert [one.windows.filter(starts=dt.time(18)).count() for one in people] == [2, 2]


def test_for_several_people_it_is_all_or_nothing(world: World) -> None:
    free, taken = SpecialistFactory.create(team=world.team), world.specialists[0]
    plan = PLAN | {"starts": "10:00", "ends": "12:00"}
    post(world.lead, "publish", **plan, people=[free.pk, taken.pk], specialist=taken.pk)
    assert free.windows.count() == 0


def test_a_specialist_sees_nobody_else(world: World) -> None:
    colleague = world.specialist()
    response = as_user(world.person).get(reverse("availability"), {"specialist": colleague.pk})
    assert response.status_code == 404


def test_a_lead_sees_only_the_own_team(world: World) -> None:
    stranger = SpecialistFactory.create()
    response = as_user(world.lead).get(reverse("availability"), {"specialist": stranger.pk})
    assert response.status_code == 404


def test_who_publishes_nothing_has_no_such_page(world: World) -> None:
    assert as_user(world.agent).get(reverse("availability")).status_code == 403


def test_an_administrator_sees_everybody(world: World) -> None:
    stranger = SpecialistFactory.create()
    response = as_user(world.admin).get(reverse("availability"), {"specialist": stranger.pk})
    assert response.status_code == 200


def test_a_series_is_changed_from_a_day_on(world: World, specialist: Specialist) -> None:
    post(world.person, "publish", **PLAN)
    line = next(one for one in series_of(specialist, today=NOW.date()) if one.hours[0] == dt.time(18))
    changed = PLAN | {"starts": "19:00", "first_day": "2027-02-01"}
    post(world.person, "change", **changed, series=line.key, versions=versions_text(line.versions))
    shown = text(world.person)
    assert "18:00–20:00, 4 January 2027 – 31 January 2027" in shown
    assert "19:00–20:00, 1 February 2027 – 2 April 2027" in shown


def test_a_series_that_somebody_changed_meanwhile_is_told(world: World, specialist: Specialist) -> None:
    post(world.person, "publish", **PLAN)
    line = next(one for one in series_of(specialist, today=NOW.date()) if one.hours[0] == dt.time(18))
    seen = versions_text(line.versions)
    Window.objects.update(version=5)
    shown = post(world.person, "change", **PLAN, series=line.key, versions=seen).content.decode()
    assert "Somebody changed this after you read it" in shown


def test_a_series_is_ended(world: World, specialist: Specialist) -> None:
    post(world.person, "publish", **PLAN)
    line = next(one for one in series_of(specialist, today=NOW.date()) if one.hours[0] == dt.time(18))
    versions = versions_text(line.versions)
    post(world.person, "end", series=line.key, versions=versions, last_day="2027-01-31")
    assert "18:00–20:00, 4 January 2027 – 31 January 2027" in text(world.person)


def test_a_day_is_opened_with_its_windows(world: World) -> None:
    assert 'value="17:00"' in text(world.person, day="2026-11-24")


def test_a_day_without_windows_says_so(world: World) -> None:
    assert "Nothing is published on this day" in text(world.person, day="2026-11-29")


def test_what_is_past_cannot_be_changed_on_the_page(world: World) -> None:
    assert "Only this day" not in text(world.person, day="2026-11-20")


def one_day(specialist: Specialist, **more: str) -> dict[str, Any]:
    window = specialist.windows.get(weekday=2)
    return {"window": window.pk, "version": window.version, "day": "2026-11-24", **more}


def test_one_day_gets_other_hours(world: World, specialist: Specialist) -> None:
    hours = {"verb": "hours", "starts": "09:00", "ends": "10:00"}
    post(world.person, "day", **one_day(specialist, **hours))
    shown = text(world.person)
    assert ("Tue 24 Nov 09:30: free" in shown, "Tue 24 Nov 10:00: not published" in shown) == (True, True)


def test_one_day_is_taken_off_and_back(world: World, specialist: Specialist) -> None:
    post(world.person, "day", **one_day(specialist, verb="off"))
    off = "Tue 24 Nov 09:00: not published" in text(world.person)
    post(world.person, "day", **one_day(specialist, verb="usual"))
    assert (off, "Tue 24 Nov 09:00: free" in text(world.person)) == (True, True)


def test_a_window_of_somebody_else_is_not_there(world: World, specialist: Specialist) -> None:
    colleague = world.specialist()
    assert post(world.person, "day", **one_day(colleague, verb="off")).status_code == 404


def test_a_week_is_copied_to_the_next(world: World, specialist: Specialist) -> None:
    Window.objects.all().update(valid_until=dt.date(2026, 11, 29))
    post(world.person, "copy", week="2026-11-30")
    assert "Mon 30 Nov 09:00: free" in text(world.person, week="2026-11-30")


def test_a_calendar_elsewhere_is_connected_and_removed(world: World, specialist: Specialist) -> None:
    post(world.person, "connect", url="https://agenda.example.org/a.ics", version=0)
    connected = BusyFeed.objects.count()
    post(world.person, "connect", url="", version=1, remove="1")
    assert (connected, BusyFeed.objects.count()) == (1, 0)


def test_the_address_of_a_calendar_elsewhere_is_not_shown_again(world: World, specialist: Specialist) -> None:
    post(world.person, "connect", url="https://agenda.example.org/secret.ics", version=0)
    assert "secret.ics" not in text(world.person)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "○ not read yet"),
        ({"seen_at": NOW - DAY}, "✓ read Sun 22 Nov 09:00"),
        (
            {"seen_at": NOW - DAY, "failing_since": NOW, "error": "Too slow."},
            "▲ cannot be read Since today 09:00: Too slow. What was read Sun 22 Nov 09:00 still holds.",
        ),
        (
            {"failing_since": NOW, "error": "Too slow."},
            "▲ cannot be read Since today 09:00: Too slow. It was never read: no busy time is known.",
        ),
    ],
)
def test_it_says_how_reading_a_calendar_goes(
    world: World, specialist: Specialist, known: dict[str, Any], words: str
) -> None:
    BusyFeed.objects.create(specialist=specialist, url="https://x.example.org", look_at=NOW, **known)
    assert words in text_of(text(world.person))


def test_the_own_feed_is_shown_once(world: World, specialist: Specialist) -> None:
    shown = post(world.person, "feed").content.decode()
    assert ("/calendar/appointments.ics?key=" in shown, "?key=" in text(world.person)) == (True, False)


def test_the_own_feed_is_closed(world: World, specialist: Specialist) -> None:
    post(world.person, "feed")
    post(world.person, "feed", close="1")
    assert PersonalFeed.objects.count() == 0


def test_a_lead_does_not_see_the_calendars_of_the_team(world: World) -> None:
    shown = text(world.lead, specialist=str(world.specialists[0].pk))
    assert "Your own calendar" not in shown


@pytest.mark.parametrize("name", ["publish", "change", "end", "day", "connect"])
def test_an_empty_form_is_an_error_not_a_failure(world: World, name: str) -> None:
    assert post(world.person, name).status_code == 422


def test_the_page_takes_the_same_queries_for_one_and_three_series(
    world: World, specialist: Specialist
) -> None:
    counts = []
    for _turn in range(2):
        client = as_user(world.person)
        client.get(reverse("availability"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("availability"))
        counts.append(len(captured))
        for hour in (6, 7):
            start = f"{hour:02}:00"
            post(world.person, "publish", **PLAN | {"starts": start, "ends": f"{hour:02}:30"})
    assert counts[0] == counts[1]
