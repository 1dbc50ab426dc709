"""Day lists on paper: what is on them, who may make them, and that it is kept."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from callbacks import operations
from callbacks.errors import Forbidden, Invalid
from callbacks.models import DayListPrint
from callbacks.queries.day_list import printed_of, to_call
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import NOW, World, at

TODAY = dt.date(2026, 11, 23)


def make(world: World, by: str = "person", *, of: str = "specialist", day: dt.date = TODAY) -> DayListPrint:
    return operations.print_day_list(
        of=world.team if of == "team" else world.specialists[0],
        day=day,
        with_notes=False,
        by=getattr(world, by),
        now=NOW,
    )


def test_who_made_which_list_when_is_kept(world: World) -> None:
    made = make(world)
    assert (made.by, made.by_name, made.at, made.day) == (world.person, str(world.person), NOW, TODAY)
    assert (made.specialist, made.team, made.with_notes) == (world.specialists[0], None, False)


@pytest.mark.parametrize("of", ["specialist", "team"])
@pytest.mark.parametrize("by", ["person", "agent", "lead", "admin"])
def test_paper_is_for_oneself_and_for_who_leads(world: World, by: str, of: str) -> None:
    if by in {"lead", "admin"} or (by, of) == ("person", "specialist"):
        assert make(world, by, of=of).pk
    else:
        with pytest.raises(Forbidden):
            make(world, by, of=of)


@pytest.mark.parametrize("days", [-1, 32])
def test_only_today_and_the_coming_month(world: World, days: int) -> None:
    with pytest.raises(Invalid):
        make(world, day=TODAY + dt.timedelta(days=days))


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_is_kept_stays(world: World, change: str) -> None:
    made = DayListPrint.objects.filter(pk=make(world).pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.update(with_notes=True) if change == "update" else made.delete()


def test_a_list_is_of_one(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DayListPrint.objects.create(at=NOW, by=world.person, by_name="x", day=TODAY, with_notes=False)


def test_the_day_s_calls_come_in_order(world: World) -> None:
    for moment in (at(14), at(10), at(11, day=24)):
        world.book(moment)
    found = to_call(of=world.specialists[0], day=TODAY, now=NOW)
    assert [one.starts_at for one in found] == [at(10), at(14)]


def test_what_is_late_already_is_on_today_s_list_only(world: World) -> None:
    late = world.book(at(10))
    later = at(9, day=24)
    assert list(to_call(of=world.team, day=TODAY + dt.timedelta(days=1), now=later)) == [late]
    assert not to_call(of=world.team, day=TODAY + dt.timedelta(days=2), now=later).exists()


def test_a_planned_call_is_on_the_list_of_its_day(world: World) -> None:
    made = world.book(at(9))
    operations.log_attempt(
        appointment=made,
        version=1,
        started_at=at(9),
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(10, day=24),
        by=world.person,
        now=at(9),
    )
    tomorrow = to_call(of=world.specialists[0], day=TODAY + dt.timedelta(days=1), now=at(9))
    assert list(tomorrow) == [made]


def test_a_colleague_s_calls_are_on_the_team_s_list_only(world: World) -> None:
    theirs = world.book(specialist=world.specialist())
    assert list(to_call(of=world.team, day=TODAY, now=NOW)) == [theirs]
    assert not to_call(of=world.specialists[0], day=TODAY, now=NOW).exists()


@pytest.mark.parametrize(("who", "seen"), [("person", 1), ("lead", 2), ("admin", 2), ("agent", 0)])
def test_whose_paper_one_knows_of(world: World, who: str, seen: int) -> None:
    make(world)
    make(world, "lead", of="team")
    assert printed_of(getattr(world, who)).count() == seen
