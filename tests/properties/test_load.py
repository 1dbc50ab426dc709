"""The load of today, held against a recount in plain Python of what is stored."""

import datetime as dt
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from availability.models import Specialist, Team, Topic
from availability.slots import periods
from callbacks import operations
from callbacks.models import Appointment, Reservation
from callbacks.queries import lists
from callbacks.queries.load import HALF_HOUR, Load, load_today
from callbacks.queries.slots import free_slots
from callbacks.states import AttemptOutcome, NextStep, State
from tests.factories import CustomerFactory, UserFactory
from tests.properties.test_slots_query import BEGINNINGS, DAY, HOUR, MINUTE, everybody, make_organisation

Period = tuple[dt.datetime, dt.datetime]
TOLD = {"offered", "booked", "free"}


def fill(rng: Random, topic: Topic, now: dt.datetime) -> None:
    """Book some of what is free; some of it is cancelled, declined or done by ``now``."""
    admin = UserFactory.create(role=Role.ADMINISTRATOR)
    for _ in range(8):
        made_at = now - rng.randint(0, 30) * HOUR
        free = free_slots(topic=topic, start=made_at, end=now + DAY, now=made_at)
        if not free:
            continue
        slot = rng.choice(free)
        made = operations.book(
            topic=topic,
            starts_at=slot.starts_at,
            customer=CustomerFactory.create(),
            by=admin,
            now=made_at,
        )
        common: dict[str, Any] = {"appointment": made, "version": made.version, "by": admin, "now": made_at}
        what = rng.choice(["cancel", "decline", "call", "", "", ""])
        if what == "cancel":
            operations.cancel(**common, reason="Klaar", by_customer=True)
        elif what == "decline":
            operations.decline(**common, reason="Ziek")
        elif what == "call":
            operations.log_attempt(
                **common,
                started_at=made_at,
                outcome=AttemptOutcome.SPOKEN_DONE,
                next_step=NextStep.CLOSE,
            )


def local_day(team: Team, now: dt.datetime) -> Period:
    """Midnight to midnight where the team is, in UTC."""
    day = now.astimezone(team.zone).date()
    first, last = (dt.datetime.combine(one, dt.time(0), team.zone) for one in (day, day + DAY))
    return first.astimezone(dt.UTC), last.astimezone(dt.UTC)


def places(specialist: Specialist, topic: Topic, blocked: list[Period], span: Period) -> list[dt.datetime]:
    """The starts of calls in somebody's windows, from the first possible one on, one after the other."""
    (person,) = (one for one in everybody() if one.specialist_id == specialist.pk)
    takes, buffer = topic.duration * MINUTE, topic.buffer * MINUTE
    candidates = set()
    for begins, finishes in periods(person, *span):
        fitting = (finishes - begins - takes - buffer) // person.rules.step + 1
        candidates |= {begins + n * person.rules.step for n in range(fitting)}
    found: list[dt.datetime] = []
    for start in sorted(candidates):
        end = start + takes + buffer
        is_clear = not any(a < end and b > start for a, b in [*person.away, *blocked])
        if span[0] <= start < span[1] and is_clear and (not found or found[-1] + takes + buffer <= start):
            found.append(start)
    return found


def recount(team: Team, topic: Topic, now: dt.datetime) -> dict[str, dict[dt.datetime, int]]:
    """By kind and half-hour (UTC) how many begin in it; without those in which none does."""
    start, end = local_day(team, now)
    soonest = max(start, now + team.minimum_notice * MINUTE)
    starts: dict[str, list[dt.datetime]] = {kind: [] for kind in TOLD}
    for one in team.specialists.all():
        reserved = [(r.starts_at, r.ends_at) for r in Reservation.objects.filter(specialist=one)]
        starts["offered"] += places(one, topic, [], (start, end))
        starts["free"] += places(one, topic, reserved, (soonest, end))
    out = {State.CANCELLED, State.TO_REBOOK}
    for made in Appointment.objects.filter(team=team):
        if start <= made.starts_at < end and made.state not in out:
            starts["booked"].append(made.starts_at)
    counted: dict[str, dict[dt.datetime, int]] = {}
    for kind, moments in starts.items():
        halves = [moment - (moment - start) % HALF_HOUR for moment in moments]
        counted[kind] = {half: halves.count(half) for half in halves}
    return counted


def told(load: Load) -> dict[str, dict[dt.datetime, int]]:
    """The same of what the board shows."""
    return {
        kind: {one.starts_at: number for one in load.half_hours if (number := getattr(one, kind))}
        for kind in TOLD
    }


class LoadOfToday(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 2**32))
    def test_every_half_hour_counts_what_a_recount_counts_and_what_is_free_is_the_room_left(
        self, seed: int
    ) -> None:
        rng = Random(seed)
        now = rng.choice(BEGINNINGS) + rng.randint(0, 96) * HOUR + rng.randint(0, 59) * MINUTE
        topic = make_organisation(rng, now)
        fill(rng, topic, now)
        board = lists.board_of(list(Team.objects.values_list("pk", flat=True)), now=now)
        loads = load_today(board.rooms, now=now)
        assert [told(one) for one in loads] == [recount(one.team, topic, now) for one in loads]
        free = sum(one.free for load in loads for one in load.half_hours)
        assert (len(loads), free) == (2, board.room_left)
        for load in loads:
            halves = [one.starts_at for one in load.half_hours]
            assert halves == [halves[0] + n * HALF_HOUR for n in range(len(halves))]
