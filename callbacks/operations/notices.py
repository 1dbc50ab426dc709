"""The log rows and messages of many appointments at once, one statement for each table.

A bad minute makes hundreds of promises slip together; objects for those rows would take longer than all else.
What a message says of itself is the same as in ``outbox.News``, which tells of one change.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from psycopg2.extras import Json

from callbacks.operations.outbox import A_DAY
from callbacks.states import MessageKind, MessageState, Verb


class Reader(StrEnum):
    """Who is told: the customer; whoever must call, or the leads; for want of those the team's mailbox."""

    CUSTOMER = "customer"
    SPECIALIST = "specialist"
    LEADS = "leads"


class Notice(NamedTuple):
    """Something to tell about an appointment, and the promise it speaks of, by their keys.

    One kind, occasion and recipient is one message, however often it is told.
    """

    kind: MessageKind
    reader: Reader
    appointment_id: int
    promise_id: int | None
    occasion: str


# Who has no address gets nothing.
TELL = """
INSERT INTO callbacks_message (
  uid, appointment_id, promise_id, kind, channel, recipient, language, dedupe_key, state, look_at,
  useful_until, tries, last_error, created_at
)
SELECT gen_random_uuid(), told.appointment_id, told.promise_id, told.kind, 'email', told.address,
  told.language, concat_ws(':', told.kind, told.occasion, told.address), %(pending)s, %(now)s,
  CASE WHEN promise.ends_at > %(now)s THEN promise.ends_at ELSE %(now)s + %(a_day)s END, 0, '', %(now)s
FROM (
  SELECT notice.*,
    CASE reader
      WHEN 'customer' THEN (SELECT email FROM callbacks_customer WHERE id = appointment.customer_id)
      WHEN 'specialist' THEN coalesce(nullif(caller.email, ''), team.mailbox)
      WHEN 'leads' THEN coalesce(lead.email, team.mailbox)
    END AS address,
    CASE reader
      WHEN 'customer' THEN (SELECT language FROM callbacks_customer WHERE id = appointment.customer_id)
      ELSE %(language)s
    END AS language
  FROM jsonb_to_recordset(%(notices)s)
      AS notice(kind text, reader text, appointment_id bigint, promise_id bigint, occasion text)
    JOIN callbacks_appointment AS appointment ON appointment.id = notice.appointment_id
    JOIN availability_team AS team ON team.id = appointment.team_id
    LEFT JOIN availability_specialist AS specialist ON specialist.id = appointment.specialist_id
    LEFT JOIN accounts_user AS caller ON caller.id = specialist.user_id
    LEFT JOIN (
      availability_team_leads AS leads
      JOIN accounts_user AS lead ON lead.id = leads.user_id AND lead.is_active AND lead.email <> ''
    ) ON reader = 'leads' AND leads.team_id = team.id
) AS told
  LEFT JOIN callbacks_promise AS promise ON promise.id = told.promise_id
WHERE address <> ''
ON CONFLICT DO NOTHING
"""
# A worker notices and changes nothing: the state is the same before and after.
LOG = """
INSERT INTO callbacks_logentry
  (appointment_id, at, by_id, by_name, verb, from_state, to_state, reason, details)
SELECT id, %(now)s, NULL, '', %(verb)s, state, state, '', details
FROM jsonb_to_recordset(%(noticed)s) AS noticed(appointment_id bigint, details jsonb)
  JOIN callbacks_appointment ON id = appointment_id
"""


def tell(notices: Collection[Notice], *, now: dt.datetime) -> None:
    """Queue a message for each reader of each notice; one that is there already stays alone."""
    if not notices:
        return
    values: dict[str, Any] = {
        # One value as a whole: the driver takes longer over thousands of small ones than the server.
        "notices": Json([notice._asdict() for notice in notices]),
        "language": settings.LANGUAGE_CODE,
        "pending": MessageState.PENDING,
        "now": now,
        "a_day": A_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(TELL, values)


def log_noticed(verb: Verb, noticed: Mapping[int, Mapping[str, object]], *, now: dt.datetime) -> None:
    """Log what a worker noticed: the details (as JSON can hold them) of each appointment, by its key."""
    rows = [{"appointment_id": pk, "details": details} for pk, details in noticed.items()]
    values: dict[str, Any] = {"verb": verb, "noticed": Json(rows), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(LOG, values)
