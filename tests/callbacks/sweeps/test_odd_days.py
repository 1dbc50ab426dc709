"""Each alert comes once, on days on which clocks and calendars are odd."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from availability.models import Window
from callbacks.models import Appointment, LogEntry, Message, Promise
from callbacks.states import MessageChannel, MessageKind, Verb
from callbacks.sweeps import SWEEPS
from tests.factories import WindowFactory, World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LADDER = ("reminders", "unconfirmed", "at_risk", "overdue")
EACH_ONCE = {
    MessageKind.CUSTOMER_DAY_BEFORE,
    MessageKind.CUSTOMER_HOUR_BEFORE,
    MessageKind.SPECIALIST_REMINDER,
    MessageKind.SPECIALIST_AT_RISK,
    MessageKind.SPECIALIST_UNCONFIRMED,
    MessageKind.SPECIALIST_OVERDUE,
    MessageKind.LEAD_OVERDUE,
}
DAYS = {
    "clocks go forward": dt.date(2027, 3, 28),
    "clocks go back": dt.date(2027, 10, 31),
    "week 53": dt.date(2026, 12, 31),
    "29 February": dt.date(2028, 2, 29),
}
STEP = dt.timedelta(minutes=15)


def booked_on(world: World, day: dt.date, hour: int) -> Appointment:
    """A callback at an hour of the night or day, local time, booked three days before."""
    Window.objects.all().delete()
    WindowFactory.create(
        specialist=world.specialists[0],
        weekday=day.isoweekday(),
        starts=dt.time(hour),
        ends=dt.time(hour + 2),
        valid_from=day,
    )
    world.team.observes_public_holidays = False
    world.team.horizon_days = 60
    world.team.save()
    starts_at = dt.datetime.combine(day, dt.time(hour), AMSTERDAM).astimezone(dt.UTC)
    return world.book(starts_at, now=starts_at - dt.timedelta(days=3))


def watch(appointment: Appointment) -> None:
    """Two workers look every quarter of an hour, from before the first reminder until long after."""
    now = appointment.starts_at - dt.timedelta(days=1, hours=1)
    while now < appointment.starts_at + dt.timedelta(hours=3):
        for name in LADDER * 2:
            SWEEPS[name].run_batch(now=now)
        now += STEP


@pytest.mark.parametrize("hour", [1, 12])
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_each_alert_comes_once(world: World, day: dt.date, hour: int) -> None:
    watch(booked_on(world, day, hour))
    told = Counter(Message.objects.filter(kind__in=EACH_ONCE).values_list("channel", "kind"))
    assert {kind for channel, kind in told if channel == MessageChannel.EMAIL} == EACH_ONCE
    assert set(told.values()) == {1}
    verbs = [Verb.FLAG_UNCONFIRMED, Verb.FLAG_AT_RISK, Verb.FLAG_OVERDUE]
    assert LogEntry.objects.filter(verb__in=verbs).count() == len(verbs)


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_the_ladder_counts_real_minutes(world: World, day: dt.date) -> None:
    appointment = booked_on(world, day, 1)
    promise = Promise.objects.get()
    assert promise.at_risk_at == appointment.starts_at - dt.timedelta(minutes=30)
    assert promise.due_at == appointment.starts_at + dt.timedelta(minutes=40)
