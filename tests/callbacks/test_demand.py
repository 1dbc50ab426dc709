"""What is still wanted today, and what was refused."""

import datetime as dt

from callbacks.queries import lists
from callbacks.queries.demand import Demand
from callbacks.states import PromiseOutcome, RefusalReason
from frontoffice.presenters.board import tiles
from tests.factories import NOW, TeamFactory, TopicFactory, World, at
from tests.metrics.test_capacity import refuse
from tests.metrics.test_forecast import before, promised


def demand(world: World, now: dt.datetime = NOW) -> Demand:
    return lists.board(user=world.lead, now=now).demand


def same_day(world: World, *weeks: int, hour: int = 16, outcome: str = PromiseOutcome.KEPT) -> None:
    """A promise for a Monday before that was made on that day, at eleven."""
    for week in weeks:
        promised(world, week, hour=hour, outcome=outcome, made_at=before(week, 11))


def test_what_was_asked_for_later_on_such_days_is_expected(world: World) -> None:
    same_day(world, *range(1, 14))
    same_day(world, *range(1, 14), hour=15)
    assert demand(world).expected == 2
    assert demand(world, at(11, 1)).expected == 0


def test_what_was_asked_for_the_day_before_was_no_demand_of_that_day(world: World) -> None:
    promised(world, *range(1, 14))
    assert demand(world) == Demand(refused=0, expected=0)


def test_what_the_customer_withdrew_is_not_expected(world: World) -> None:
    promised(world, *range(1, 14))
    same_day(world, *range(1, 14), outcome=PromiseOutcome.WITHDRAWN)
    assert demand(world).expected == 0


def test_days_on_which_nothing_fell_due_say_nothing(world: World) -> None:
    same_day(world, 1, 2)
    assert demand(world).expected == 1


def test_other_teams_and_other_weekdays_are_not_asked(world: World) -> None:
    same_day(world, *range(1, 14))
    other = TeamFactory.create()
    other.leads.add(world.lead)
    assert lists.board(user=world.lead, now=NOW, team=other).demand.expected == 0
    assert demand(world, NOW + dt.timedelta(days=1)).expected == 0


def test_callers_of_today_who_got_none_are_counted_once(world: World) -> None:
    refuse(world, 2, hour=8)
    refuse(world, 1, hour=8, refusal_reason=RefusalReason.WITHDREW)
    # Yesterday, later, and of a topic of somebody else.
    refuse(world, 1, at=at(8) - dt.timedelta(days=1))
    refuse(world, 1, hour=16)
    refuse(world, 1, hour=8, topic=TopicFactory.create(teams=[TeamFactory.create()]))
    second = TeamFactory.create()
    second.leads.add(world.lead)
    world.topic.teams.add(second)
    assert demand(world).refused == 2


def test_the_tile_says_both(world: World) -> None:
    refuse(world, 2, hour=8)
    same_day(world, *range(1, 14))
    notes = {one.name: one.note for one in tiles(lists.board(user=world.lead, now=NOW), now=NOW)}
    assert notes["room"] == "2 geweigerd · nog zo’n 1 verwacht"
