"""The overdue sweep: with 500 due, with nothing due, and after many rows went through its index."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

from availability.slots import INSTANT
from bench.timing import Case, query
from callbacks.models import LogEntry, Message, Promise
from callbacks.sweeps import SWEEPS, run

DUE = 500

FLAG_SQL = """
WITH due AS (
  SELECT id, appointment_id, due_at, ends_at FROM callbacks_promise
  WHERE ended_at IS NULL AND overdue_flagged_at IS NULL AND due_at < %(now)s
  ORDER BY due_at FOR UPDATE SKIP LOCKED
), people AS (
  SELECT due.*, a.state, a.team_id, a.created_by_id, t.escalate_after, u.id AS caller_id, u.name AS caller,
    coalesce(nullif(u.email, ''), t.mailbox) AS address
  FROM due JOIN callbacks_appointment a ON a.id = due.appointment_id
    JOIN availability_team t ON t.id = a.team_id
    LEFT JOIN availability_specialist s ON s.id = a.specialist_id
    LEFT JOIN accounts_user u ON u.id = s.user_id
), flagged AS (
  UPDATE callbacks_promise SET overdue_flagged_at = %(now)s,
    escalate_at = people.due_at + escalate_after * interval '1 minute'
  FROM people WHERE callbacks_promise.id = people.id
), logged AS (
  INSERT INTO callbacks_logentry
    (appointment_id, at, by_id, by_name, verb, from_state, to_state, reason, details)
  SELECT appointment_id, %(now)s, NULL, '', 'flag_overdue', state, state, '',
    jsonb_build_object('due_at', due_at)
  FROM people
), readers AS (
  SELECT id, appointment_id, ends_at, 'specialist_overdue' AS kind, caller_id AS reader_id, caller AS name,
    address
  FROM people
  UNION ALL
  SELECT people.id, appointment_id, ends_at, 'lead_overdue', u.id, u.name, u.email FROM people
    JOIN availability_team_leads l ON l.team_id = people.team_id JOIN accounts_user u ON u.id = l.user_id
  WHERE u.is_active
  UNION ALL
  SELECT people.id, appointment_id, ends_at, 'agent_broken', u.id, u.name, u.email FROM people
    JOIN accounts_user u ON u.id = people.created_by_id
), ways AS (
  SELECT id, appointment_id, ends_at, kind, 'email' AS channel, address AS recipient,
    NULL::bigint AS reader_id, 'pending' AS state, NULL::timestamptz AS ended_at
  FROM readers WHERE address <> ''
  UNION ALL
  SELECT id, appointment_id, ends_at, kind, 'app', name, reader_id, 'sent', %(now)s
  FROM readers WHERE reader_id IS NOT NULL
)
INSERT INTO callbacks_message
  (uid, appointment_id, promise_id, reader_id, details, kind, channel, recipient, language, dedupe_key, state,
   look_at, useful_until, tries, last_error, created_at, ended_at)
SELECT gen_random_uuid(), appointment_id, id, reader_id, '{}', kind, channel, recipient, 'nl',
  concat_ws(':', kind, 'promise.' || id, channel, coalesce(reader_id::text, recipient)), state, %(now)s,
  CASE WHEN ends_at > %(now)s THEN ends_at ELSE %(now)s + interval '1 day' END, 0, '', %(now)s, ended_at
FROM ways ON CONFLICT DO NOTHING RETURNING id
"""
# A look that finds nothing, and the heartbeat, which need not wait for the disk.
NOTHING_SQL = """
INSERT INTO callbacks_heartbeat (sweep, at, handled)
SELECT 'overdue', clock_timestamp(), 0 WHERE (
  SELECT id FROM callbacks_promise
  WHERE ended_at IS NULL AND overdue_flagged_at IS NULL AND due_at < statement_timestamp()
  ORDER BY due_at LIMIT 1
) IS NULL AND set_config('synchronous_commit', 'off', true) = 'off'
ON CONFLICT (sweep) DO UPDATE SET at = EXCLUDED.at, handled = EXCLUDED.handled RETURNING sweep
"""
# What a long day leaves in the indexes: promises that were open, flagged, and settled.
OPEN_SQL = """
INSERT INTO callbacks_promise
  (appointment_id, starts_at, ends_at, counts_from, due_at, made_at, made_by_id, outcome)
SELECT id, starts_at, ends_at, starts_at, ends_at, created_at, created_by_id, ''
FROM callbacks_appointment a WHERE next_action_at IS NULL ORDER BY id LIMIT %(rows)s
RETURNING id
"""
FLAGGED_SQL = "UPDATE callbacks_promise SET overdue_flagged_at = now() WHERE id = ANY(%(ids)s) RETURNING id"
CLOSED_SQL = (
    "UPDATE callbacks_promise SET ended_at = now(), outcome = 'late' WHERE id = ANY(%(ids)s) RETURNING id"
)


def cases(_now: dt.datetime, *, after: str = "") -> list[Case]:
    """What is due, batch after batch and then undone; and a look at nothing, heartbeat included."""
    sweep = SWEEPS["overdue"]
    run(sweep, seconds=60)
    later = nth_due(DUE)
    assert rows_written(partial(flag, later)) == rows_written(partial(flag_sql, later))
    return [
        Case(
            f"overdue sweep: {DUE} due{after}",
            partial(undone, partial(flag, later)),
            partial(undone, partial(flag_sql, later)),
        ),
        Case(f"overdue sweep: nothing due{after}", partial(run, sweep, seconds=1), nothing_sql),
    ]


def nth_due(number: int) -> dt.datetime:
    """A moment at which that many promises are due, or all that are open."""
    waiting = Promise.objects.open().filter(overdue_flagged_at__isnull=True).order_by("due_at")
    return list(waiting.values_list("due_at", flat=True)[:number])[-1] + INSTANT


def flag(now: dt.datetime) -> None:
    """The product's way."""
    sweep = SWEEPS["overdue"]
    while sweep.run_batch(now=now) == sweep.size:
        pass


def flag_sql(now: dt.datetime) -> None:
    """The same rows in one statement."""
    query(FLAG_SQL, {"now": now})


def undone(action: Callable[[], None]) -> None:
    """Do it and roll it back, so that it can be done again."""
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


def rows_written(action: Callable[[], None]) -> tuple[int, int]:
    """How many log rows and messages it writes."""
    before = LogEntry.objects.count(), Message.objects.count()
    with transaction.atomic():
        action()
        after = LogEntry.objects.count(), Message.objects.count()
        transaction.set_rollback(True)
    return after[0] - before[0], after[1] - before[1]


def nothing_sql() -> bool:
    """Look, and leave the heartbeat; like the product it says whether there is more."""
    return not query(NOTHING_SQL)


def worn_cases(now: dt.datetime, *, closed: int) -> list[Case]:
    """The same with the indexes full of what is gone."""
    wear_out(closed)
    return cases(now, after=f", after {closed:,} were flagged and closed")


def wear_out(closed: int) -> None:
    """Open, flag and close so many promises, and let nobody clean up behind them."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE callbacks_promise SET (autovacuum_enabled = false)")
    done = 0
    while done < closed:
        ids = [pk for (pk,) in query(OPEN_SQL, {"rows": closed - done})]
        query(FLAGGED_SQL, {"ids": ids})
        query(CLOSED_SQL, {"ids": ids})
        done += len(ids)
