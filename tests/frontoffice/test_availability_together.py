"""What a lead does for several people at once: change and end a series, copy a week."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from availability.models import Absence, Specialist, Window, WindowException
from availability.slots import DAY
from callbacks.models import Appointment
from callbacks.operations.publishing import Plan, publish
from callbacks.queries.week import series_of
from callbacks.states import State
from frontoffice.planning import versions_text
from tests.factories import NOW, World, at

MONDAY = dt.date(2026, 11, 23)
CHANGED = {
    "weekdays": ["1"],
    "starts": "13:00",
    "ends": "15:00",
    "first_day": "2026-11-30",
    "last_day": "2027-02-22",
}


@pytest.fixture
def world(world: World) -> World:
    """Two people with one series, on Mondays from ten to twelve."""
    world.specialists.append(world.specialist())
    Window.objects.all().delete()
    plan = Plan(
        weekdays=frozenset({1}),
        hours=(dt.time(10), dt.time(12)),
        first_day=MONDAY,
        last_day=MONDAY + 91 * DAY,
    )
    key = uuid.uuid4()
    for one in world.specialists:
        publish(specialist=one, plan=plan, by=world.lead, now=NOW, series=key)
    return world


def seen(one: Specialist) -> dict[str, str]:
    """What the page carries of the series."""
    found = series_of(one, today=MONDAY)[0]
    return {"series": str(found.key), "versions": versions_text(found.versions)}


def post(user: User, name: str, one: Specialist, people: list[Specialist], **data: Any) -> Any:
    client = Client()
    client.force_login(user)
    given = {"specialist": one.pk, "people": [each.pk for each in people], **data}
    with time_machine.travel(NOW, tick=False):
        return client.post(f"/availability/{name}/", given)


def hours(world: World) -> list[list[tuple[int, int]]]:
    """From which week day and hour each person is there, in the new year."""
    later = Window.objects.filter(valid_until__gt=dt.date(2027, 1, 1))
    return [
        [(one.weekday, one.starts.hour) for one in later.filter(specialist=each)]
        for each in world.specialists
    ]


def test_a_series_changes_for_all_who_were_ticked(world: World) -> None:
    first = world.specialists[0]
    post(world.lead, "change", first, world.specialists, **CHANGED, **seen(first))
    assert hours(world) == [[(1, 13)], [(1, 13)]]


def test_the_preview_says_for_how_many_people(world: World) -> None:
    client, first = Client(), world.specialists[0]
    client.force_login(world.lead)
    people = [one.pk for one in world.specialists]
    given: dict[str, Any] = {"specialist": first.pk, "people": people, **CHANGED}
    with time_machine.travel(NOW, tick=False):
        page = client.get("/availability/preview/", given).content.decode()
    assert "13 weken, 104 tijdslots van 15 minuten" in page
    assert "Dit voor elk van 2 mensen: samen 208 tijdslots." in page


def stored() -> list[Any]:
    """All that is published, and who is away."""
    fields = ("specialist", "weekday", "starts", "ends", "valid_from", "valid_until")
    windows = Window.objects.order_by("specialist", "valid_from", "starts").values_list(*fields)
    return [*windows, *Absence.objects.order_by("pk").values_list("specialist", "starts_at", "ends_at")]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("publish", CHANGED, 422),
        ("change", CHANGED, 422),
        ("end", {"last_day": "2026-12-07"}, 422),
        ("copy", {"week": "2026-11-30"}, 302),
        ("absence", {"first_day": "2026-12-07", "last_day": "2026-12-07"}, 302),
    ],
)
def test_a_form_that_is_sent_twice_changes_things_once(
    world: World, name: str, data: dict[str, Any], told: int
) -> None:
    first = world.specialists[0]
    sent = {**data, **seen(first)}
    post(world.lead, name, first, world.specialists, **sent)
    after = stored()
    second = post(world.lead, name, first, world.specialists, **sent)
    assert (second.status_code, stored()) == (told, after)


AWAY = {"first_day": "2026-12-07", "last_day": "2026-12-07", "reason": "Training"}


def booked_for_each(world: World) -> list[Appointment]:
    """One appointment of each person on the Monday of the training."""
    training = dt.datetime(2026, 12, 7, 9, tzinfo=dt.UTC)
    return [world.book(training, specialist=one) for one in world.specialists]


def answer(made: list[Appointment], **data: Any) -> dict[str, Any]:
    """What the page of those hit sends."""
    seen = {f"seen-{one.reference}": one.version for one in made}
    return {**AWAY, **seen, "remedy": "rebook", "decision_reason": "Training", **data}


def test_an_absence_is_entered_for_all_who_were_ticked(world: World) -> None:
    post(world.lead, "absence", world.specialists[0], world.specialists, **AWAY)
    away = Absence.objects.order_by("specialist").values_list("specialist", "reason")
    assert list(away) == [(one.pk, "Training") for one in world.specialists]


def test_until_further_notice_ends_the_windows_of_all(world: World) -> None:
    data = {**AWAY, "last_day": ""}
    post(world.lead, "absence", world.specialists[0], world.specialists, **data)
    assert set(Window.objects.values_list("valid_until", flat=True)) == {dt.date(2026, 12, 6)}


def test_what_an_absence_of_several_hits_is_asked_with_whose_it_is(world: World) -> None:
    made = booked_for_each(world)
    response = post(world.lead, "absence", world.specialists[0], world.specialists, **AWAY)
    page = response.content.decode()
    assert (response.status_code, Absence.objects.count()) == (409, 0)
    assert all(one.reference in page and str(one.specialist) in page for one in made)


def test_what_was_decided_for_all_is_done_together(world: World) -> None:
    made = booked_for_each(world)
    post(world.lead, "absence", world.specialists[0], world.specialists, **answer(made))
    states = set(Appointment.objects.values_list("state", flat=True))
    assert (Absence.objects.count(), states) == (2, {State.TO_REBOOK})


def test_one_that_is_stale_leaves_all_as_they_were(world: World) -> None:
    made = booked_for_each(world)
    data = answer(made) | {f"seen-{made[1].reference}": 7}
    post(world.lead, "absence", world.specialists[0], world.specialists, **data)
    states = set(Appointment.objects.values_list("state", flat=True))
    assert (Absence.objects.count(), states) == (0, {State.SCHEDULED})


def test_who_is_away_too_stands_in_for_nobody(world: World) -> None:
    made, second = booked_for_each(world), world.specialists[1]
    data = answer(made, remedy="substitute", decision_substitute=second.pk)
    response = post(world.lead, "absence", world.specialists[0], world.specialists, **data)
    assert (response.status_code, Absence.objects.count()) == (422, 0)


def test_specialists_enter_absences_for_nobody_else(world: World) -> None:
    post(world.person, "absence", world.specialists[0], world.specialists, **AWAY)
    assert [one.specialist for one in Absence.objects.all()] == [world.specialists[0]]


def test_who_was_not_ticked_stays(world: World) -> None:
    first = world.specialists[0]
    post(world.lead, "change", first, [first], **CHANGED, **seen(first))
    assert hours(world) == [[(1, 13)], [(1, 10)]]


def test_it_stays_one_series(world: World) -> None:
    first = world.specialists[0]
    post(world.lead, "change", first, world.specialists, **CHANGED, **seen(first))
    assert Window.objects.values("series").distinct().count() == 1


def test_what_somebody_else_changed_meanwhile_stops_it_for_all(world: World) -> None:
    first, second = world.specialists
    shown = seen(first)
    Window.objects.filter(specialist=second).update(version=7)
    answer = post(world.lead, "change", first, world.specialists, **CHANGED, **shown)
    assert answer.status_code == 422
    assert hours(world) == [[(1, 10)], [(1, 10)]]


def test_a_specialist_changes_only_the_own_part(world: World) -> None:
    first = world.specialists[0]
    post(first.user, "change", first, world.specialists, **CHANGED, **seen(first))
    assert hours(world) == [[(1, 13)], [(1, 10)]]


def test_a_series_ends_for_all_who_were_ticked(world: World) -> None:
    first = world.specialists[0]
    post(world.lead, "end", first, world.specialists, last_day="2026-12-01", **seen(first))
    assert hours(world) == [[], []]


def test_appointments_hit_of_all_of_them_are_asked_about(world: World) -> None:
    for one in world.specialists:
        world.book(at(10, day=30), specialist=one)
    first = world.specialists[0]
    answer = post(world.lead, "change", first, world.specialists, **CHANGED, **seen(first))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [one.reference in page for one in Appointment.objects.all()] == [True, True]
    assert hours(world) == [[(1, 10)], [(1, 10)]]


def on_the_day(one: Specialist) -> dict[str, Any]:
    """What the page carries of the window on the second Monday."""
    window = Window.objects.get(specialist=one)
    versions = versions_text(dict(Window.objects.values_list("pk", "version")))
    return {"window": window.pk, "version": window.version, "versions": versions, "day": "2026-11-30"}


def changed_days() -> list[tuple[int, dt.time | None]]:
    found = WindowException.objects.filter(day=MONDAY + 7 * DAY).order_by("window__specialist")
    return list(found.values_list("window__specialist", "starts"))


def test_a_day_is_changed_for_all_who_were_ticked(world: World) -> None:
    first, second = world.specialists
    other = {**on_the_day(first), "verb": "hours", "starts": "13:00", "ends": "14:00"}
    post(world.lead, "day", first, world.specialists, **other)
    assert changed_days() == [(first.pk, dt.time(13)), (second.pk, dt.time(13))]
    post(world.lead, "day", first, [second], **on_the_day(first), verb="usual")
    assert changed_days() == [(first.pk, dt.time(13))]


def test_a_day_that_somebody_changed_meanwhile_stops_it_for_all(world: World) -> None:
    first = world.specialists[0]
    seen_before = on_the_day(first)
    Window.objects.filter(specialist=world.specialists[1]).update(version=2)
    post(world.lead, "day", first, world.specialists, **seen_before, verb="off")
    assert changed_days() == []


def test_specialists_change_no_day_of_others(world: World) -> None:
    first = world.specialists[0]
    post(world.person, "day", first, world.specialists, **on_the_day(first), verb="off")
    assert changed_days() == [(first.pk, None)]


def test_a_day_is_offered_for_those_who_have_it_in_common(world: World) -> None:
    first, second = world.specialists
    client = Client()
    client.force_login(world.lead)
    with time_machine.travel(NOW, tick=False):
        shown = client.get("/availability/", {"specialist": str(first.pk), "day": "2026-11-30"})
    (form,) = [one.form for one in shown.context["page"].day.windows]
    assert set(form.fields["people"].queryset) == {first, second}
    assert str(form["versions"].value()) == on_the_day(first)["versions"]


def test_a_week_is_copied_for_all_who_were_ticked(world: World) -> None:
    first = world.specialists[0]
    Window.objects.update(valid_until=MONDAY)
    post(world.lead, "copy", first, world.specialists, week="2026-11-30")
    assert list(Window.objects.filter(valid_from=MONDAY + 7 * DAY).values_list("specialist", flat=True)) == [
        one.pk for one in world.specialists
    ]


def test_the_page_offers_those_who_have_the_series(world: World) -> None:
    third = world.specialist()
    client = Client()
    client.force_login(world.lead)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/availability/", {"specialist": world.specialists[0].pk}).content.decode()
    key = seen(world.specialists[0])["series"]
    part = page.split(f'id="id_change{key}_people"')[1].split("</fieldset>")[0]
    assert [f'value="{one.pk}"' in part for one in (*world.specialists, third)] == [True, True, False]
