"""What is expected of the coming weeks, from what came before."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from availability.models import Absence, Closure
from callbacks.metrics.forecast import Ahead, Forecast, WhatIf, forecast
from callbacks.metrics.history import HELD_OUT, History, errors, read_history
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import middle_mean
from callbacks.models import Appointment, Contact, Promise
from callbacks.states import ContactResult, PromiseOutcome, RefusalReason, State
from tests.factories import NOW, CustomerFactory, SpecialistFactory, TeamFactory, TopicFactory, World, at
from tests.metrics import histories
from tests.metrics.test_capacity import refuse
from tests.metrics.test_recount import SEEDS

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
MONDAY = dt.date(2026, 11, 23)
COMING = MONDAY + WEEK


@given(st.lists(st.integers(0, 50), min_size=1))
def test_the_middle_mean_is_that_of_the_half_in_the_middle(values: list[int]) -> None:
    fourfold = sorted(values * 4)
    assert middle_mean(values) == pytest.approx(fmean(fourfold[len(values) : 3 * len(values)]))


def test_of_nothing_nothing_is_expected() -> None:
    assert middle_mean([]) == 0


class TestRecount(TestCase):
    """Against the database, each with a history of its own."""

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrow=st.booleans())
    def test_what_came(self, seed: int, narrow: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        history = histories.History(Random(seed))
        scope = replace(history.scope(), topic=history.world.topic.pk if narrow else None)
        came: Counter[tuple[int, dt.date]] = Counter()
        for one in history.promises:
            inside = scope.start <= one.due_at < scope.end and one.outcome != PromiseOutcome.WITHDRAWN
            is_known = one.ended_at is not None or one.due_at < NOW
            if inside and is_known and scope.topic in {None, one.appointment.topic_id}:
                came[one.appointment.topic_id, one.due_at.astimezone(histories.ZONE).date()] += 1
        for contact in history.made(scope):
            if contact.result == ContactResult.REFUSED and contact.topic_id:
                came[contact.topic_id, contact.at.astimezone(histories.ZONE).date()] += 1
        found = read_history(scope, until=MONDAY)
        assert {(kind[1], day): n for kind, days in found.came.items() for day, n in days.items()} == came


def scope_of(world: World, **narrower: Any) -> Scope:
    return Scope(monday=MONDAY, weeks=1, teams=(world.team.pk,), zone=world.team.zone, now=NOW, **narrower)


def before(weeks: int, hour: int = 10) -> dt.datetime:
    """The same hour by the clock on a Monday before."""
    return (at(hour).astimezone(histories.ZONE) - weeks * WEEK).astimezone(dt.UTC)


def promised(
    world: World,
    *weeks_ago: int,
    hour: int = 10,
    outcome: str = PromiseOutcome.KEPT,
    made_at: dt.datetime | None = None,
) -> list[Promise]:
    """A promise that is settled, on the Monday so many weeks ago."""
    made = []
    for number in weeks_ago:
        starts_at = before(number, hour)
        appointment = Appointment.objects.create(
            reference=f"F{Appointment.objects.count():07d}",
            customer=CustomerFactory.create(),
            contact=Contact.objects.create(
                agent=world.agent, topic=world.topic, result=ContactResult.CALLBACK, at=starts_at
            ),
            topic=world.topic,
            team=world.team,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=30),
            phone="+447700900123",
            state=State.CANCELLED,
            confirm_by=starts_at,
            created_by=world.agent,
            created_at=starts_at,
        )
        made.append(
            Promise.objects.create(
                appointment=appointment,
                starts_at=starts_at,
                ends_at=appointment.ends_at,
                counts_from=starts_at,
                due_at=appointment.ends_at,
                made_at=made_at or starts_at - DAY,
                ended_at=starts_at,
                outcome=outcome,
            )
        )
    return made


def on(found: Forecast, day: dt.date) -> Ahead:
    (one,) = [one for one in found.days if one.day == day]
    return one


def test_a_monday_is_expected_to_be_like_the_mondays_before(world: World) -> None:
    promised(world, *range(1, 14))
    promised(world, *range(1, 14), hour=11)
    found = forecast(scope_of(world))
    assert [one.callbacks for one in found.days if one.callbacks] == [2, 2, 2, 2]
    first = on(found, COMING)
    assert (first.needed, first.offered, first.slots, first.over) == (60, 480, 16, 14)
    assert found.usual == {world.topic.pk: {1: 2, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0}}
    assert {place: cell.booked for place, cell in found.cells.items() if cell.booked} == {
        (1, 20): 4,
        (1, 22): 4,
    }
    assert found.cells[1, 20].offered == 4


def test_one_extraordinary_day_does_not_count(world: World) -> None:
    promised(world, *range(1, 14))
    promised(world, *[3] * 20, hour=12)
    assert on(forecast(scope_of(world)), COMING).callbacks == 1


def test_what_happens_every_other_week_is_not_forgotten(world: World) -> None:
    promised(world, *range(1, 14, 2))
    assert on(forecast(scope_of(world)), COMING).callbacks == pytest.approx(0.57, abs=0.01)


def test_callers_who_were_refused_need_a_slot_too(world: World) -> None:
    for number in range(1, 14):
        refuse(world, 2, at=before(number))
        refuse(world, 1, at=before(number), refusal_reason=RefusalReason.WITHDREW)
    assert on(forecast(scope_of(world)), COMING).callbacks == 2
    # Another team of the topic may have had them.
    world.topic.teams.add(TeamFactory.create())
    assert on(forecast(scope_of(world)), COMING).callbacks == 1


def test_promises_that_the_customer_withdrew_are_not_expected(world: World) -> None:
    promised(world, *range(1, 14), outcome=PromiseOutcome.WITHDRAWN)
    assert on(forecast(scope_of(world)), COMING).callbacks == 0


def test_calls_are_expected_for_each_callback_as_before(world: World) -> None:
    for one in promised(world, *range(1, 14)):
        for number in (1, 2):
            one.attempts.create(
                appointment=one.appointment,
                number=number,
                started_at=one.starts_at,
                by=world.person,
                outcome="no_answer",
                next_step="close",
            )
    first = on(forecast(scope_of(world)), COMING)
    assert (first.callbacks, first.calls) == (1, 2)


def test_a_closed_day_says_nothing_and_expects_nothing(world: World) -> None:
    promised(world, *range(1, 10))
    # The oldest four of thirteen Mondays were closed, and so is the next one.
    for first, last in ((MONDAY - 13 * WEEK, MONDAY - 10 * WEEK), (COMING, COMING)):
        Closure.objects.create(team=world.team, first_day=first, last_day=last, name="Dicht")
    found = forecast(scope_of(world))
    assert (on(found, COMING).callbacks, on(found, COMING).offered) == (0, 0)
    assert on(found, COMING + WEEK).callbacks == 1


def test_whoever_is_away_is_missed_with_all_their_time(world: World) -> None:
    few = world.specialist()
    few.windows.update(starts="09:00", ends="10:00")
    booked = world.book(at(11, day=30), specialist=world.specialists[0])
    promised(world, *range(1, 14))
    found = forecast(scope_of(world), WhatIf(day=COMING, away=1))
    assert (on(found, COMING).offered, on(found, COMING).hit) == (60, 1)
    assert on(found, COMING + DAY).offered == 540
    assert on(forecast(scope_of(world), WhatIf(day=COMING, away=9)), COMING).offered == 0
    booked.state = State.CANCELLED
    assert on(forecast(scope_of(world)), COMING).hit == 0


def test_more_demand_needs_more_slots(world: World) -> None:
    promised(world, *[number for number in range(1, 14) for _ in range(20)])
    found = on(forecast(scope_of(world), WhatIf(more=50)), COMING)
    assert (found.callbacks, found.needed, found.over) == (30, 900, -14)


def test_a_topic_has_the_time_of_those_who_know_it(world: World) -> None:
    other = TopicFactory.create(teams=[world.team])
    promised(world, *range(1, 14))
    found = forecast(scope_of(world, topic=other.pk))
    assert (on(found, COMING).callbacks, on(found, COMING).offered, found.off) == (0, 0, None)


def test_weeks_are_the_sums_of_their_days(world: World) -> None:
    promised(world, *range(1, 14))
    Absence.objects.create(
        specialist=world.specialists[0], starts_at=at(0, day=30), ends_at=at(0, day=30) + DAY
    )
    weeks = forecast(scope_of(world)).weeks
    assert [one.day for one in weeks] == [COMING + number * WEEK for number in range(4)]
    assert [one.callbacks for one in weeks] == [1, 1, 1, 1]
    # Christmas lies in the fourth.
    assert [one.offered for one in weeks] == [4 * 480, 5 * 480, 5 * 480, 4 * 480]


def history_of(team: int, counts: list[int], *, since: dt.date | None = None) -> History:
    """So many callbacks of one kind on each of the days, the last one a Sunday."""
    days = [MONDAY - (len(counts) - place) * DAY for place in range(len(counts))]
    came = {(team, 1): dict(zip(days, map(float, counts), strict=True))}
    return History(days, came, {}, closed={team: ()}, since={team: since or days[0]})


def test_what_repeats_itself_is_foretold_without_error() -> None:
    assert errors(history_of(1, [5, 4, 3, 2, 1, 0, 0] * 13), [1]) == (0, 0)


def test_nothing_came_is_no_error() -> None:
    assert errors(history_of(1, [0] * 91), [1]) == (None, None)


def test_a_team_that_was_not_known_before_the_last_weeks_says_nothing_about_the_error() -> None:
    assert errors(history_of(1, [1] * 91, since=MONDAY - 2 * WEEK), [1]) == (None, None)


def test_weeks_before_the_first_booking_are_no_weeks_without_any(world: World) -> None:
    promised(world, 1, 2, 3)
    # The week of the first one may not be a whole one.
    assert read_history(
        replace(scope_of(world), monday=MONDAY - 13 * WEEK, weeks=13), until=MONDAY
    ).since == {world.team.pk: MONDAY - 2 * WEEK}
    assert on(forecast(scope_of(world)), COMING).callbacks == 1


def test_the_last_weeks_are_foretold_from_those_before_alone() -> None:
    known, held_out = 7 * (13 - HELD_OUT), 7 * HELD_OUT
    assert errors(history_of(1, [1] * known + [2] * held_out), [1]) == (0.5, 0.125)


def test_chance_is_foretold_better_than_by_the_week_before() -> None:
    rng = Random(7)
    off, naive = errors(history_of(1, [sum(rng.random() < 0.5 for _ in range(40)) for _ in range(91)]), [1])
    assert off
    assert naive
    assert off < 0.85 * naive


def test_the_number_of_statements_does_not_grow_with_what_there_is(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    promised(world, *range(1, 14))
    for _ in range(3):
        SpecialistFactory.create(team=world.team, topics=[world.topic])
    with django_assert_num_queries(20):
        forecast(scope_of(world), WhatIf(day=COMING, away=1))
