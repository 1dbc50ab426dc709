"""Every sweep there is. Each finds what is due through a partial index on the next moment to look."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, QuerySet

from availability.feeding import due_feeds, read_due
from availability.models import Team
from callbacks import operations
from callbacks.clock import Moment
from callbacks.messages import deliver_due, due_for_delivery
from callbacks.models import Appointment, IdempotentRequest, Promise, Recount, Reservation, StuckRow
from callbacks.models.outbox import ANSWERS_KEPT_FOR
from callbacks.queries.uncovered import of_leavers, windows_of_leavers
from callbacks.queries.watching import untold
from callbacks.states import State
from callbacks.sweeps.engine import LONGEST_PAUSE, LockedRows, Sweep


@dataclass(frozen=True, kw_only=True)
class Delivery(Sweep):
    """Message delivery: it commits a lease before it sends, so it keeps no rows locked."""

    def run_batch(self, *, now: dt.datetime) -> int:
        """Deliver one batch."""
        return deliver_due(now=now, size=self.size)


@dataclass(frozen=True, kw_only=True)
class Calendars(Sweep):
    """Reading calendars elsewhere: taken by compare-and-set, and no row is locked meanwhile."""

    def run_batch(self, *, now: dt.datetime) -> int:
        """Read one batch."""
        return read_due(now=now, size=self.size)


def _reminders(now: Moment) -> QuerySet[Promise]:
    return Promise.objects.open().filter(remind_at__lte=now).order_by("remind_at")


def _unconfirmed(now: Moment) -> QuerySet[Appointment]:
    waiting = Appointment.objects.filter(state=State.SCHEDULED, unconfirmed_flagged_at__isnull=True)
    return waiting.filter(confirm_by__lt=now).order_by("confirm_by")


def _at_risk(now: Moment) -> QuerySet[Promise]:
    waiting = Promise.objects.at_risk(now).filter(
        at_risk_flagged_at__isnull=True, overdue_flagged_at__isnull=True
    )
    # A subquery, so that the appointments are not locked too.
    confirmed = Appointment.objects.filter(pk=OuterRef("appointment"), state=State.CONFIRMED)
    return waiting.filter(~Exists(confirmed)).order_by("at_risk_at")


def _escalation(now: Moment) -> QuerySet[Promise]:
    return Promise.objects.open().filter(escalate_at__lte=now).order_by("escalate_at")


def _still_unconfirmed(now: Moment) -> QuerySet[Appointment]:
    waiting = Appointment.objects.filter(state=State.SCHEDULED, reminded_until__lte=now)
    return waiting.order_by("reminded_until")


def _overdue(now: Moment) -> QuerySet[Promise]:
    waiting = Promise.objects.open().filter(overdue_flagged_at__isnull=True)
    return waiting.filter(due_at__lt=now).order_by("due_at")


def _leavers(_now: Moment) -> QuerySet[Appointment]:
    return of_leavers()


def _old_answers(now: Moment) -> QuerySet[IdempotentRequest]:
    return IdempotentRequest.objects.filter(created_at__lt=now - ANSWERS_KEPT_FOR).order_by("created_at")


def _queue_reminders(keys: Sequence[int], now: dt.datetime) -> None:
    operations.queue_reminders(promise_ids=keys, now=now)


def _flag_unconfirmed(keys: Sequence[int], now: dt.datetime) -> None:
    operations.flag_unconfirmed(appointment_ids=keys, now=now)


def _settle_unconfirmed(keys: Sequence[int], now: dt.datetime) -> None:
    operations.settle_unconfirmed(appointment_ids=keys, now=now)


def _flag_overdue(keys: Sequence[int], now: dt.datetime) -> None:
    operations.flag_overdue(promise_ids=keys, now=now)


def _flag_at_risk(keys: Sequence[int], now: dt.datetime) -> None:
    operations.flag_at_risk(promise_ids=keys, now=now)


def _escalate(keys: Sequence[int], now: dt.datetime) -> None:
    operations.escalate(promise_ids=keys, now=now)


def _pass_on(keys: Sequence[int], now: dt.datetime) -> None:
    operations.pass_on_of_leavers(appointment_ids=keys, now=now)


def _end_windows(keys: Sequence[int], now: dt.datetime) -> None:
    operations.end_windows_of_leavers(window_ids=keys, now=now)


def _teams_to_look_at(now: Moment) -> QuerySet[Team]:
    return Team.objects.filter(is_active=True, look_ahead_at__lte=now).order_by("look_ahead_at")


def _tell_full_days(keys: Sequence[int], now: dt.datetime) -> None:
    operations.tell_full_days(team_ids=keys, now=now)


def _teams_with_letter(now: Moment) -> QuerySet[Team]:
    return Team.objects.filter(is_active=True, letter_at__lte=now).order_by("letter_at")


def _write_letters(keys: Sequence[int], now: dt.datetime) -> None:
    operations.write_letters(team_ids=keys, now=now)


def _count_next_day(_keys: Sequence[int], now: dt.datetime) -> None:
    operations.count_next_day(now=now)


def _tell_channels_down(keys: Sequence[str], now: dt.datetime) -> None:
    operations.tell_channels_down(channels=keys, now=now)


def _remove(model: type[Model]) -> Callable[[Sequence[Any], dt.datetime], None]:
    def remove(keys: Sequence[Any], _now: dt.datetime) -> None:
        model._default_manager.filter(pk__in=keys).delete()

    return remove


_ALL: tuple[Sweep, ...] = (
    LockedRows(name="reminders", due=_reminders, handle=_queue_reminders),
    LockedRows(name="unconfirmed", due=_unconfirmed, handle=_flag_unconfirmed),
    LockedRows(name="at_risk", due=_at_risk, handle=_flag_at_risk),
    LockedRows(name="still_unconfirmed", due=_still_unconfirmed, handle=_settle_unconfirmed, size=50),
    LockedRows(name="overdue", due=_overdue, handle=_flag_overdue),
    LockedRows(name="escalation", due=_escalation, handle=_escalate, size=50),
    # Somebody may be taken out of service in many ways: here all of them come together.
    LockedRows(name="leavers", due=_leavers, handle=_pass_on, size=50),
    LockedRows(name="windows", due=windows_of_leavers, handle=_end_windows, size=50, priority=9),
    LockedRows(
        name="holds",
        due=lambda now: Reservation.objects.filter(expires_at__lte=now).order_by("expires_at"),
        handle=_remove(Reservation),
    ),
    # Sending takes long: everything else goes first, so that a slow mail server delays mail only.
    Delivery(name="delivery", due=due_for_delivery, size=20, priority=9),
    LockedRows(
        name="answers",
        due=_old_answers,
        handle=_remove(IdempotentRequest),
        priority=9,
    ),
    LockedRows(
        name="sessions",
        due=lambda now: Session.objects.filter(expire_date__lt=now).order_by("expire_date"),
        handle=_remove(Session),
        priority=9,
    ),
    # A look at a week of slots for each team, once a day: there are few teams.
    LockedRows(name="full_days", due=_teams_to_look_at, handle=_tell_full_days, size=10, priority=9),
    LockedRows(name="letters", due=_teams_with_letter, handle=_write_letters, size=5, priority=9),
    # One day at a time, the whole of them in the night.
    LockedRows(
        name="counting",
        due=lambda now: Recount.objects.filter(next_at__lte=now).order_by("next_at"),
        handle=_count_next_day,
        size=1,
        priority=9,
    ),
    # A look at one row for each channel.
    LockedRows(name="channels", due=untold, handle=_tell_channels_down),
    # A slow server holds one worker for some seconds: everything else goes first.
    Calendars(name="calendars", due=due_feeds, size=5, priority=9),
    # What is not tried again after its pause was settled another way.
    LockedRows(
        name="settled",
        due=lambda now: StuckRow.objects.filter(retry_at__lt=now - LONGEST_PAUSE).order_by("retry_at"),
        handle=_remove(StuckRow),
        priority=9,
    ),
)
SWEEPS: dict[str, Sweep] = {sweep.name: sweep for sweep in _ALL}
