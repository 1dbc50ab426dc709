"""The proposed next attempt obeys the policy whatever is published, on closing days and clock changes too."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from callbacks.retrying import Proposed, Why, next_attempt
from tests.properties.test_slots import AUTUMN, DAY, HALF_HOUR, MINUTE, NIGHT, SPRING, World, spread, worlds

ZONE = ZoneInfo("Europe/Amsterdam")
calls = st.tuples(st.integers(1, 3), spread(5, 300), spread(-60, 60), spread(5, 60))


def walk(world: World, number: int, spacing: dt.timedelta, window: tuple[dt.datetime, dt.datetime]) -> object:
    """The policy, said the long way round: minute by minute, day by day."""
    now = world.start
    starts_at, ends_at = window
    soon = now + 10 * MINUTE
    while soon.minute % 5 or soon.second or soon.microsecond:
        soon += dt.timedelta(seconds=1)
    if number == 1 and max(soon, starts_at) < ends_at:
        return Proposed(max(soon, starts_at), Why.INSIDE)
    free = [slot.starts_at for slot in world.slots() if slot.starts_at >= now + spacing]
    today = now.astimezone(ZONE).date()
    for offset in range(8):
        of_day = [one for one in free if one.astimezone(ZONE).date() == today + offset * DAY]
        if offset == 0 and of_day:
            return Proposed(of_day[0], Why.SAME_DAY)
        was_morning = now.astimezone(ZONE).hour < 12
        other = [one for one in of_day if (one.astimezone(ZONE).hour < 12) != was_morning]
        if of_day:
            return Proposed([*other, *of_day][0], Why.OTHER_DAY)
    return None


@settings(max_examples=150, deadline=None)
@example(World([NIGHT], [], HALF_HOUR, SPRING, SPRING + 2 * DAY, SPRING), (2, 90 * MINUTE, -MINUTE, MINUTE))
@example(World([NIGHT], [], HALF_HOUR, AUTUMN, AUTUMN + 2 * DAY, AUTUMN), (2, 90 * MINUTE, -MINUTE, MINUTE))
@given(world=worlds(), call=calls)
def test_the_next_attempt_is_what_the_policy_says(
    world: World, call: tuple[int, dt.timedelta, dt.timedelta, dt.timedelta]
) -> None:
    number, spacing, before, length = call
    window = world.start + before, world.start + before + length
    slots = [slot.starts_at for slot in world.slots()]
    found = next_attempt(
        now=world.start, number=number, window=window, slots=slots, spacing=spacing, zone=ZONE
    )
    assert found == walk(world, number, spacing, window)
