"""The log rows and messages of many appointments at once, few statements for all of them.

A bad minute makes hundreds of promises slip together; asking and storing one by one would take longer than
all else. Who is told by which way is decided as in ``outbox.News``, which tells of one change.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from psycopg2.extras import Json

from callbacks.operations.outbox import as_json, held_back, to_webhooks, useful_until
from callbacks.operations.reaching import Client, Fact, House, Staff
from callbacks.operations.reaching import rows as rows_of
from callbacks.states import MessageKind, Verb


class Notice(NamedTuple):
    """Something to tell about an appointment, and the promise it speaks of, by their keys.

    To whom is the kind's business. One kind, occasion and recipient is one message, however often it is told.
    """

    kind: MessageKind
    appointment_id: int
    promise_id: int | None
    occasion: str


HOUSE = "team.id, team.mailbox, team.time_zone, team.muted_messages, team.quiet_from, team.quiet_until"
LEADS = """
(
  SELECT coalesce(jsonb_agg(jsonb_build_array(lead.id, lead.name, lead.email) ORDER BY lead.id), '[]')::text
  FROM availability_team_leads AS leads
    JOIN accounts_user AS lead ON lead.id = leads.user_id AND lead.is_active
  WHERE leads.team_id = team.id
)
"""
READERS = """
SELECT notice.kind, notice.occasion, notice.appointment_id, notice.promise_id, promise.ends_at,
  {house}, customer.email, appointment.phone, customer.language,
  caller.id, caller.name, caller.email, booker.id, booker.name, booker.email, {leads}
FROM jsonb_to_recordset(%s) AS notice(kind text, appointment_id bigint, promise_id bigint, occasion text)
  JOIN callbacks_appointment AS appointment ON appointment.id = notice.appointment_id
  JOIN availability_team AS team ON team.id = appointment.team_id
  JOIN callbacks_customer AS customer ON customer.id = appointment.customer_id
  JOIN accounts_user AS booker ON booker.id = appointment.created_by_id
  LEFT JOIN availability_specialist AS specialist ON specialist.id = appointment.specialist_id
  LEFT JOIN accounts_user AS caller ON caller.id = specialist.user_id
  LEFT JOIN callbacks_promise AS promise ON promise.id = notice.promise_id
"""
OF_TEAMS = "SELECT {house}, {leads} FROM availability_team AS team WHERE team.id = ANY (%s)"
FIELDS = """
  appointment_id bigint, promise_id bigint, team_id bigint, reader_id bigint, details jsonb, kind text,
  channel text, recipient text, language text, dedupe_key text, state text, look_at timestamptz,
  useful_until timestamptz, created_at timestamptz, ended_at timestamptz
"""
NAMES = ", ".join(part.split()[0] for part in FIELDS.split(","))
TELL = """
INSERT INTO callbacks_message (uid, tries, last_error, {names})
SELECT gen_random_uuid(), 0, '', {names} FROM jsonb_to_recordset(%s) AS told({fields})
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
    with connection.cursor() as cursor:
        cursor.execute(
            READERS.format(house=HOUSE, leads=LEADS),
            [Json([notice._asdict() for notice in notices])],
        )
        facts = [_fact(row, now) for row in cursor.fetchall()]
    store(facts)


def tell_teams(
    kind: MessageKind, details: Mapping[int, Mapping[str, str]], *, occasion: str, now: dt.datetime
) -> None:
    """Queue a message that speaks of no appointment, for the leads of teams (keys) with the words for each.

    It is worth sending for a day. One that is there already for the same occasion stays alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_TEAMS.format(house=HOUSE, leads=LEADS), [list(details)])
        found = cursor.fetchall()
    facts = [
        Fact(
            kind=kind,
            occasion=f"{occasion}.{row[0]}",
            house=House(*row[:6]),
            now=now,
            look_at=now,
            useful_until=useful_until(None, now),
            leads=_leads(row[6]),
            details=dict(details[row[0]]),
        )
        for row in found
    ]
    store(facts)


def store(facts: list[Fact], *, heard: list[Fact] | None = None) -> None:
    """Queue the messages of facts; webhooks hear of these too, or of others that are said of them instead."""
    messages = [row for fact in facts for row in rows_of(fact)]
    with connection.cursor() as cursor:
        for text, values in [
            (TELL.format(names=NAMES, fields=FIELDS), [as_json(messages)]),
            *to_webhooks(facts if heard is None else heard),
        ]:
            cursor.execute(text, values)


def _fact(row: Sequence[Any], now: dt.datetime) -> Fact:
    kind, occasion, appointment_id, promise_id, ends_at = row[:5]
    kind = MessageKind(kind)
    return Fact(
        kind=kind,
        occasion=occasion,
        appointment_id=appointment_id,
        promise_id=promise_id,
        now=now,
        look_at=now + held_back(kind),
        useful_until=useful_until(ends_at, now),
        house=House(*row[5:11]),
        client=Client(*row[11:14]),
        caller=Staff(*row[14:17]) if row[14] else None,
        booker=Staff(*row[17:20]),
        leads=_leads(row[20]),
    )


def _leads(people: str) -> tuple[Staff, ...]:
    return tuple(Staff(*one) for one in json.loads(people))


def log_noticed(verb: Verb, noticed: Mapping[int, Mapping[str, object]], *, now: dt.datetime) -> None:
    """Log what a worker noticed: the details (as JSON can hold them) of each appointment, by its key."""
    rows = [{"appointment_id": pk, "details": details} for pk, details in noticed.items()]
    values: dict[str, Any] = {"verb": verb, "noticed": Json(rows), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(LOG, values)
