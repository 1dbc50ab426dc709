"""What the sweeps record and announce, each once. They lock the rows and pass their keys."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from callbacks.models import Promise
from callbacks.operations.notices import Notice, log_noticed, tell
from callbacks.reminders import due_reminders, next_reminder
from callbacks.states import MessageKind, Verb

AT_RISK = (MessageKind.SPECIALIST_AT_RISK,)
OVERDUE = (MessageKind.SPECIALIST_OVERDUE, MessageKind.LEAD_OVERDUE, MessageKind.AGENT_BROKEN)
# How long a reminder to confirm has to help; half of what is left when the call comes sooner.
REMINDED_FOR = dt.timedelta(minutes=30)
# A row that somebody else flagged in between is not given.
FLAG_AT_RISK = """
UPDATE callbacks_promise SET at_risk_flagged_at = %(now)s
FROM callbacks_appointment AS appointment
WHERE callbacks_promise.id = ANY(%(ids)s) AND ended_at IS NULL AND at_risk_at <= %(now)s AND due_at >= %(now)s
  AND at_risk_flagged_at IS NULL AND appointment.id = appointment_id AND appointment.state <> 'confirmed'
RETURNING callbacks_promise.id, appointment_id, callbacks_promise.starts_at
"""
# The team's rule of this minute says when the next step of the ladder is due.
FLAG_OVERDUE = """
UPDATE callbacks_promise SET overdue_flagged_at = %(now)s,
  escalate_at = due_at + escalate_after * interval '1 minute'
FROM callbacks_appointment AS appointment JOIN availability_team AS team ON team.id = appointment.team_id
WHERE callbacks_promise.id = ANY(%(ids)s) AND ended_at IS NULL AND due_at < %(now)s
  AND overdue_flagged_at IS NULL AND appointment.id = appointment_id
RETURNING callbacks_promise.id, appointment_id, due_at
"""
FLAG_UNCONFIRMED = """
UPDATE callbacks_appointment SET unconfirmed_flagged_at = %(now)s,
  reminded_until = %(now)s
    + least(%(reminded_for)s::interval, greatest(starts_at - %(now)s, interval '0') / 2)
WHERE id = ANY(%(ids)s) AND state = 'scheduled' AND confirm_by < %(now)s AND unconfirmed_flagged_at IS NULL
RETURNING id, version, confirm_by,
  (SELECT id FROM callbacks_promise WHERE appointment_id = callbacks_appointment.id AND ended_at IS NULL)
"""
REMIND_NEXT = """
UPDATE callbacks_promise SET remind_at = next.remind_at
FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS next(id, remind_at)
WHERE callbacks_promise.id = next.id
"""


@transaction.atomic
def flag_at_risk(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Log that nobody confirmed what is promised soon, and alert the specialist. Gives how many were new."""
    rows = _flag(FLAG_AT_RISK, promise_ids, now)
    noticed = {appointment: {"starts_at": starts_at.isoformat()} for _, appointment, starts_at in rows}
    log_noticed(Verb.FLAG_AT_RISK, noticed, now=now)
    tell([_of_promise(kind, pk, appointment) for pk, appointment, _ in rows for kind in AT_RISK], now=now)
    return len(rows)


@transaction.atomic
def flag_overdue(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Log that promises slipped, alert specialist and lead, and tell the agent. Gives how many were new."""
    rows = _flag(FLAG_OVERDUE, promise_ids, now)
    noticed = {appointment: {"due_at": due_at.isoformat()} for _, appointment, due_at in rows}
    log_noticed(Verb.FLAG_OVERDUE, noticed, now=now)
    tell([_of_promise(kind, pk, appointment) for pk, appointment, _ in rows for kind in OVERDUE], now=now)
    return len(rows)


@transaction.atomic
def flag_unconfirmed(*, appointment_ids: Sequence[int], now: dt.datetime) -> int:
    """Log that nobody confirmed in time, and remind the specialist. Gives how many were new.

    What comes of it is looked at later (see ``lapsing``).
    """
    rows = _flag(FLAG_UNCONFIRMED, appointment_ids, now)
    noticed = {pk: {"confirm_by": confirm_by.isoformat()} for pk, _, confirm_by, _ in rows}
    log_noticed(Verb.FLAG_UNCONFIRMED, noticed, now=now)
    kind = MessageKind.SPECIALIST_UNCONFIRMED
    notices = [
        # Once for each version: who is asked anew and forgets again, hears of it again.
        Notice(kind, pk, promise_id, f"{pk}.{version}")
        for pk, version, _, promise_id in rows
    ]
    tell(notices, now=now)
    return len(rows)


@transaction.atomic
def queue_reminders(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Queue what is due for these promises and set their next moment. Gives how many promises had one."""
    due = Promise.objects.open().filter(pk__in=promise_ids, remind_at__lte=now)
    rows = list(
        due.select_for_update(no_key=True).values_list("pk", "appointment_id", "starts_at", "made_at")
    )
    notices = [
        _of_promise(kind, pk, appointment)
        for pk, appointment, starts_at, made_at in rows
        for kind in due_reminders(starts_at=starts_at, made_at=made_at, now=now)
    ]
    tell(notices, now=now)
    _remind_next({pk: next_reminder(starts_at=starts_at, after=now) for pk, _, starts_at, _ in rows})
    return len(rows)


def _flag(statement: str, ids: Sequence[int], now: dt.datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids), "now": now, "reminded_for": str(REMINDED_FOR)})
        return list(cursor.fetchall())


def _of_promise(kind: MessageKind, promise_id: int, appointment_id: int) -> Notice:
    """Told once per promise, however often a sweep comes by."""
    return Notice(kind, appointment_id, promise_id, f"promise.{promise_id}")


def _remind_next(moments: dict[int, dt.datetime | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REMIND_NEXT, {"ids": list(moments), "moments": list(moments.values())})
