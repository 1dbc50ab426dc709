"""What the sweeps record and announce, each once. They lock the rows and pass their keys."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from callbacks.models import Appointment, LogEntry, Message, Promise
from callbacks.operations import outbox, records
from callbacks.reminders import due_reminders, next_reminder
from callbacks.states import MessageKind, Verb


@transaction.atomic
def flag_overdue(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Log that promises slipped, and alert specialist and lead. Gives how many were new."""
    slipped = Promise.objects.overdue(now).filter(pk__in=promise_ids, overdue_flagged_at__isnull=True)
    promises = list(_with_people(slipped))
    messages: list[Message] = []
    entries: list[LogEntry] = []
    for promise in promises:
        news = _news_of_promise(promise, now=now)
        messages += news.to_specialist(MessageKind.SPECIALIST_OVERDUE)
        messages += news.to_leads(MessageKind.LEAD_OVERDUE)
        entries.append(_noticed(promise.appointment, Verb.FLAG_OVERDUE, now=now, due_at=promise.due_at))
    Promise.objects.filter(pk__in=[promise.pk for promise in promises]).update(overdue_flagged_at=now)
    LogEntry.objects.bulk_create(entries)
    outbox.queue(messages)
    return len(promises)


@transaction.atomic
def flag_unconfirmed(*, appointment_ids: Sequence[int], now: dt.datetime) -> int:
    """Log that nobody confirmed in time, and alert specialist and lead. Gives how many were new."""
    late = (
        Appointment.objects.unconfirmed(now)
        .filter(pk__in=appointment_ids, unconfirmed_flagged_at__isnull=True)
        .select_related("customer", "team", "specialist__user")
        .prefetch_related("team__leads", "promises")
    )
    appointments = list(late)
    messages: list[Message] = []
    entries: list[LogEntry] = []
    for appointment in appointments:
        promise = next((one for one in appointment.promises.all() if one.ended_at is None), None)
        news = outbox.news_of_change(appointment, promise, now=now)
        messages += news.to_specialist(MessageKind.SPECIALIST_UNCONFIRMED)
        messages += news.to_leads(MessageKind.LEAD_UNCONFIRMED)
        confirm_by = appointment.confirm_by
        entries.append(_noticed(appointment, Verb.FLAG_UNCONFIRMED, now=now, confirm_by=confirm_by))
    Appointment.objects.filter(pk__in=[one.pk for one in appointments]).update(unconfirmed_flagged_at=now)
    LogEntry.objects.bulk_create(entries)
    outbox.queue(messages)
    return len(appointments)


@transaction.atomic
def queue_reminders(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Queue what is due for these promises and set their next moment. Gives how many promises had one."""
    promises = list(_with_people(Promise.objects.open().filter(pk__in=promise_ids, remind_at__lte=now)))
    messages: list[Message] = []
    for promise in promises:
        news = _news_of_promise(promise, now=now)
        for kind in due_reminders(starts_at=promise.starts_at, made_at=promise.made_at, now=now):
            tell = news.to_specialist if kind == MessageKind.SPECIALIST_REMINDER else news.to_customer
            messages += tell(kind)
        promise.remind_at = next_reminder(starts_at=promise.starts_at, after=now)
    Promise.objects.bulk_update(promises, ["remind_at"])
    outbox.queue(messages)
    return len(promises)


def _with_people(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    return promises.select_related(
        "appointment__customer", "appointment__team", "appointment__specialist__user"
    ).prefetch_related("appointment__team__leads")


def _news_of_promise(promise: Promise, *, now: dt.datetime) -> outbox.News:
    """Told once per promise, however often a sweep comes by."""
    return outbox.News(
        appointment=promise.appointment, promise=promise, occasion=f"promise.{promise.pk}", now=now
    )


def _noticed(appointment: Appointment, verb: Verb, *, now: dt.datetime, **details: object) -> LogEntry:
    state = appointment.state
    return records.entry(appointment, verb=verb, by=None, now=now, from_state=state, reason="", **details)
