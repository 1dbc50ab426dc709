"""Absences: for a while, taken back, and until further notice."""

import datetime as dt

import pytest
from django.db import IntegrityError

from availability.models import Absence, Specialist, Window
from callbacks.errors import Forbidden, Invalid, Outdated
from callbacks.operations.absences import be_absent, be_back, leave
from callbacks.queries.slots import free_slots
from tests.factories import NOW, SpecialistFactory, UserFactory, World, at


@pytest.fixture
def specialist(world: World) -> Specialist:
    return world.specialists[0]


def gone(specialist: Specialist, start: dt.datetime, end: dt.datetime, **more: object) -> Absence:
    by = more.pop("by", specialist.user)
    return be_absent(specialist=specialist, starts_at=start, ends_at=end, by=by, now=NOW, **more)  # type: ignore[arg-type]


def starts(world: World, day: int = 23) -> list[str]:
    slots = free_slots(topic=world.topic, start=at(0, day=day), end=at(23, day=day), now=NOW)
    return [f"{slot.starts_at.astimezone(world.team.zone):%H:%M}" for slot in slots]


def test_an_absence_takes_its_time_out(world: World, specialist: Specialist) -> None:
    gone(specialist, at(9), at(16))
    assert starts(world) == ["16:00", "16:15", "16:30"]


def test_an_absence_that_is_taken_back_gives_its_time_back(world: World, specialist: Specialist) -> None:
    absence = gone(specialist, at(0), at(23))
    be_back(absence=absence, version=1, by=specialist.user)
    assert starts(world)[0] == "09:00"


def test_an_absence_that_changed_meanwhile_is_not_taken_back(specialist: Specialist) -> None:
    absence = gone(specialist, at(9), at(16))
    with pytest.raises(Outdated):
        be_back(absence=absence, version=2, by=specialist.user)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(10), at(10)),
        (at(11), at(10)),
        (at(7, day=20), at(17, day=20)),
        (at(9), at(9) + dt.timedelta(days=367)),
    ],
    ids=["no time", "backwards", "past", "over a year"],
)
def test_an_absence_that_makes_no_sense_is_refused(
    specialist: Specialist, start: dt.datetime, end: dt.datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        gone(specialist, start, end)
    assert (refused.value.field, Absence.objects.count()) == ("last_day", 0)


def test_an_absence_that_is_entered_twice_is_one(specialist: Specialist) -> None:
    first = gone(specialist, at(9), at(16), reason="Cursus")
    assert gone(specialist, at(9), at(16)) == first
    assert Absence.objects.get().reason == "Cursus"


def test_the_database_takes_no_second_absence_for_the_same_time(specialist: Specialist) -> None:
    once = {"specialist": specialist, "starts_at": at(9), "ends_at": at(16)}
    Absence.objects.create(**once)
    with pytest.raises(IntegrityError, match="absence_once"):
        Absence.objects.create(**once)


def test_an_absence_that_has_begun_can_still_be_entered(specialist: Specialist) -> None:
    assert gone(specialist, at(9, day=20), at(17)).pk


def test_a_reason_has_a_limit(specialist: Specialist) -> None:
    with pytest.raises(Invalid) as refused:
        gone(specialist, at(9), at(10), reason="x" * 201)
    assert refused.value.field == "reason"


def test_a_substitute_is_a_colleague(world: World, specialist: Specialist) -> None:
    assert gone(specialist, at(9), at(10), substitute=world.specialist()).substitute


@pytest.mark.parametrize("who", ["oneself", "a stranger"])
def test_nobody_else_is_a_substitute(specialist: Specialist, who: str) -> None:
    substitute = specialist if who == "oneself" else SpecialistFactory.create()
    with pytest.raises(Invalid) as refused:
        gone(specialist, at(9), at(10), substitute=substitute)
    assert refused.value.field == "substitute"


def test_who_leaves_offers_nothing_from_that_day_on(world: World, specialist: Specialist) -> None:
    leave(specialist=specialist, first_day=dt.date(2026, 11, 24), by=specialist.user, now=NOW)
    assert (bool(starts(world, 23)), starts(world, 24), starts(world, 30)) == (True, [], [])


def test_who_leaves_today_has_no_windows_to_come(specialist: Specialist) -> None:
    leave(specialist=specialist, first_day=NOW.date(), by=specialist.user, now=NOW)
    assert set(Window.objects.values_list("valid_until", flat=True)) == {dt.date(2026, 11, 22)}


def test_nobody_leaves_yesterday(specialist: Specialist) -> None:
    with pytest.raises(Invalid):
        leave(specialist=specialist, first_day=dt.date(2026, 11, 22), by=specialist.user, now=NOW)


def test_a_lead_enters_what_somebody_phoned_in(world: World, specialist: Specialist) -> None:
    assert gone(specialist, at(9), at(10), by=world.lead).pk


def test_a_stranger_enters_nothing(specialist: Specialist) -> None:
    stranger = UserFactory.create()
    with pytest.raises(Forbidden):
        gone(specialist, at(9), at(10), by=stranger)
    with pytest.raises(Forbidden):
        leave(specialist=specialist, first_day=NOW.date(), by=stranger, now=NOW)
    absence = gone(specialist, at(9), at(10))
    with pytest.raises(Forbidden):
        be_back(absence=absence, version=1, by=stranger)
