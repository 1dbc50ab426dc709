"""What is kept of days is what they come to: every figure is the same with it and without."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from callbacks import operations
from callbacks.metrics import agreements, capacity, contacts, history, promises
from callbacks.metrics.agreements import WORKED
from callbacks.metrics.contacts import MADE
from callbacks.metrics.daily import gathered
from callbacks.metrics.promises import DUE
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.models import (
    Appointment,
    Attempt,
    Contact,
    ContactDay,
    CountedDay,
    LogEntry,
    Promise,
    PromiseDay,
    Recount,
    TeamDay,
)
from callbacks.states import State, Verb
from callbacks.sweeps import SWEEPS, run
from tests.factories import NOW, World, at
from tests.metrics.histories import MINUTE, ZONE, History

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
# Long after all of it, so that every day of the history is over.
LATER = NOW + 30 * DAY


@pytest.fixture
def past(request: pytest.FixtureRequest) -> History:
    """Three weeks of which nothing is open any more; what was to be confirmed was, or was not."""
    made = History(Random(getattr(request, "param", 1)))
    Promise.objects.open().update(ended_at=NOW + 10 * DAY, outcome="broken")
    for number, one in enumerate(made.appointments):
        Contact.objects.filter(pk=one.contact_id).update(opened_at=one.created_at - number * MINUTE)
        state = [State.CONFIRMED, State.SCHEDULED, State.TO_REBOOK][number % 3]
        LogEntry.objects.create(appointment=one, at=one.confirm_by, verb=Verb.CONFIRM, to_state=state)
    return made


def figures(scope: Scope) -> list[Any]:
    """Everything that is counted by day."""
    came = history.read_history(replace(scope, channel="", half=""), until=scope.until)
    return [
        promises.kept(scope),
        promises.kept_by_half(scope),
        promises.lateness(scope),
        promises.lateness_reached(scope, minutes=[0, 15, 60]),
        promises.lead_time(scope),
        promises.attempts(scope),
        contacts.unmet_demand(scope),
        contacts.asking(scope),
        contacts.resolution(scope),
        sorted(contacts.answers(scope), key=repr),
        contacts.handled(scope),
        contacts.transfers(scope),
        contacts.refused(scope),
        contacts.reasons(scope),
        agreements.by_month(scope),
        agreements.booking_times(scope),
        capacity.capacity(scope),
        came.came,
        came.calls,
    ]


def scopes(past: History) -> Iterator[Scope]:
    """The weeks of the history, whole and narrowed down."""
    scope = replace(past.scope(), now=LATER)
    yield scope
    yield replace(scope, monday=scope.monday + A_WEEK, weeks=1)
    yield replace(scope, topic=past.world.topic.pk)
    yield replace(scope, channel="phone")
    yield replace(scope, half="am")
    yield replace(scope, channel="phone", half="pm")
    yield replace(scope, topic=past.world.topic.pk, channel="phone")
    yield replace(scope, topic=past.world.topic.pk, half="am")
    yield replace(scope, topic=past.world.topic.pk, channel="phone", half="am")
    yield replace(scope, teams=())


def count_all(now: dt.datetime = LATER) -> int:
    """A night's counting; gives the number of days."""
    return operations.count_all_days(now=now)[0]


@pytest.mark.parametrize("past", range(4), indirect=True)
def test_kept_days_make_no_difference(past: History) -> None:
    before = [figures(scope) for scope in scopes(past)]
    assert count_all() >= 21
    assert CountedDay.objects.count() >= 21
    assert [figures(scope) for scope in scopes(past)] == before


@pytest.mark.parametrize("past", range(4), indirect=True)
def test_nor_does_it_when_some_days_are_kept(past: History) -> None:
    before = [figures(scope) for scope in scopes(past)]
    count_all()
    CountedDay.objects.filter(day__week_day__in=[1, 3, 6]).delete()
    CountedDay.objects.filter(day__week_day=2, rows="made").delete()
    ContactDay.objects.filter(day__week_day=2).delete()
    assert [figures(scope) for scope in scopes(past)] == before
    (scope, *_others) = scopes(past)
    with gathered(scope, MADE), gathered(scope.in_months(), DUE, WORKED):
        assert figures(scope) == before[0]


def test_days_that_are_kept_are_not_read(past: History) -> None:
    count_all()
    (scope, *_others) = scopes(past)
    before = promises.kept(scope), contacts.asking(scope)
    Attempt.objects.all().delete()
    Contact.objects.filter(appointment=None).delete()
    assert (promises.kept(scope), contacts.asking(scope)) == before


def test_the_next_night_puts_right_what_changed_since(past: History) -> None:
    count_all()
    (scope, *_others) = scopes(past)
    Attempt.objects.all().delete()
    fresh = figures(replace(scope, zone=type(ZONE)("Europe/Brussels")))
    assert figures(scope) != fresh
    count_all()
    assert figures(scope)[:-2] == fresh[:-2]
    assert Recount.objects.get().differing > 0
    count_all()
    assert Recount.objects.get().differing == 0


def test_an_appointment_that_is_moved_after_its_day_is_counted_once(world: World) -> None:
    booked = world.book(at(10))
    tomorrow, evening = at(10) + DAY, at(18) + DAY
    scope = Scope(monday=monday_of(NOW, ZONE), weeks=1, teams=(world.team.pk,), zone=ZONE, now=evening)
    operations.count_all_days(now=at(3) + DAY)
    operations.reschedule(
        appointment=booked,
        version=1,
        starts_at=at(14) + DAY,
        customer_agreed=True,
        by=world.agent,
        now=tomorrow,
    )
    (month,) = agreements.by_month(scope)
    assert month.confirmed.n == 1
    assert promises.kept(scope)[0].n == 2


def test_whom_a_promise_belongs_to_is_known_the_next_morning(world: World) -> None:
    """An appointment that goes on to another team takes its promises with it."""
    booked, other = world.book(at(10)), World()
    Promise.objects.update(ended_at=at(10), outcome="kept")
    operations.count_all_days(now=at(3) + DAY)
    Appointment.objects.filter(pk=booked.pk).update(team=other.team)
    monday = monday_of(NOW, ZONE)
    mine, theirs = (
        Scope(monday=monday, weeks=1, teams=(one.team.pk,), zone=ZONE, now=at(18) + DAY)
        for one in (world, other)
    )
    assert [promises.kept(scope)[0].n for scope in (mine, theirs)] == [1, 0]
    operations.count_all_days(now=at(3) + 2 * DAY)
    assert [promises.kept(scope)[0].n for scope in (mine, theirs)] == [0, 1]


def test_what_differs_is_told(past: History, caplog: pytest.LogCaptureFixture) -> None:
    count_all()
    count_all()
    assert not caplog.messages
    PromiseDay.objects.update(kept=77)
    count_all()
    assert "put right" in caplog.text
    assert not PromiseDay.objects.filter(kept=77).exists()


@pytest.mark.parametrize(("rows", "days"), [("due", 1), ("worked", 1), ("made", 8)])
def test_a_day_that_is_not_over_is_not_kept(past: History, rows: str, days: int) -> None:
    count_all(now=NOW)
    last = (NOW.astimezone(ZONE) - days * DAY).date()
    assert CountedDay.objects.filter(rows=rows).latest("day").day == last
    daily = {"due": PromiseDay, "worked": TeamDay, "made": ContactDay}[rows]._default_manager
    assert daily.exists()
    assert not daily.filter(day__gt=last).exists()


def test_promises_of_a_day_on_which_one_is_open_are_not_kept(past: History) -> None:
    waiting = Promise.objects.exclude(outcome="withdrawn").earliest("due_at")
    count_all()
    Promise.objects.filter(pk=waiting.pk).update(ended_at=None, outcome="")
    count_all()
    day = waiting.due_at.astimezone(ZONE).date()
    assert set(CountedDay.objects.filter(day=day).values_list("rows", flat=True)) == {"made", "worked"}
    assert CountedDay.objects.filter(rows="due").count() >= 20


def test_what_goes_on_is_put_right_each_morning(past: History, caplog: pytest.LogCaptureFixture) -> None:
    count_all(now=NOW)
    last = PromiseDay.objects.latest("day").day
    PromiseDay.objects.filter(day=last).update(n=77)
    count_all(now=NOW)
    assert not PromiseDay.objects.filter(n=77).exists()
    assert not caplog.messages
    PromiseDay.objects.filter(day__lte=last - 7 * DAY).update(n=77)
    count_all(now=NOW)
    assert "put right" in caplog.text


def test_what_was_known_then_is_counted_from_rows(past: History) -> None:
    earlier = replace(past.scope(), now=NOW - 7 * DAY)
    before = figures(earlier)
    count_all()
    assert figures(earlier) == before


def test_without_anything_the_night_is_over_at_once(db: None) -> None:
    assert count_all() == 0
    assert not CountedDay.objects.exists()
    assert Recount.objects.get().next_at > LATER


def test_whoever_administers_counts_without_waiting(
    past: History, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("count_days")
    call_command("count_days")
    said = capsys.readouterr().out.splitlines()
    PromiseDay.objects.filter(day=PromiseDay.objects.earliest("day").day).update(kept=77)
    call_command("count_days")
    assert capsys.readouterr().out.endswith("; 1 of more than a week ago were kept otherwise.\n")
    days = CountedDay.objects.values("day").distinct().count()
    assert said[0] == said[1] == f"{days} days are counted; 0 of more than a week ago were kept otherwise."


def test_the_worker_counts_all_of_it(past: History) -> None:
    Promise.objects.update(overdue_flagged_at=NOW)
    Recount.objects.update(day=None, next_at=NOW)
    while run(SWEEPS["counting"], seconds=60):
        pass
    assert CountedDay.objects.exists()
    assert Recount.objects.get().day is None
