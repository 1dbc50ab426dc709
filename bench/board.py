"""The team lead's board: the page, its numbers, and the rows behind the first of them."""

import datetime as dt
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.slots import slots_sql, values
from bench.timing import Case, query
from callbacks.queries import lists
from callbacks.queries.slots import places, slots_of

# Overdue, or between two calls while the next one should have been made.
LATE = """
FROM callbacks_appointment a
  LEFT JOIN callbacks_promise p ON p.appointment_id = a.id AND p.ended_at IS NULL
{joins}
WHERE a.team_id = ANY(%(teams)s) AND a.state IN ('scheduled', 'confirmed', 'to_rebook')
  AND (p.due_at < %(now)s OR p.id IS NULL AND a.state <> 'to_rebook' AND a.next_action_at < %(now)s)
"""
NUMBERS_SQL = f"""
WITH late AS (
  SELECT coalesce(p.due_at, a.next_action_at) AS since {LATE.format(joins="")}
), due AS (
  SELECT p.outcome FROM callbacks_promise p JOIN callbacks_appointment a ON a.id = p.appointment_id
  WHERE p.due_at >= %(start)s AND p.due_at < %(end)s AND p.outcome <> 'withdrawn'
    AND a.team_id = ANY(%(teams)s) AND (p.ended_at IS NOT NULL OR p.due_at < %(now)s)
)
SELECT
  (SELECT count(*) FROM late), (SELECT min(since) FROM late),
  (SELECT count(*) FROM callbacks_promise p JOIN callbacks_appointment a ON a.id = p.appointment_id
    WHERE p.ended_at IS NULL AND p.due_at >= %(now)s AND p.at_risk_at <= %(now)s
      AND a.state <> 'confirmed' AND a.team_id = ANY(%(teams)s)),
  (SELECT count(*) FROM due WHERE outcome = 'kept'), (SELECT count(*) FROM due),
  (SELECT count(*) FROM callbacks_appointment
    WHERE state = 'scheduled' AND confirm_by < %(now)s AND team_id = ANY(%(teams)s)),
  (SELECT count(*) FROM callbacks_appointment WHERE state = 'to_rebook' AND team_id = ANY(%(teams)s))
"""
PEOPLE = """
  JOIN callbacks_customer c ON c.id = a.customer_id JOIN availability_topic t ON t.id = a.topic_id
  JOIN availability_team m ON m.id = a.team_id LEFT JOIN availability_specialist s ON s.id = a.specialist_id
  LEFT JOIN accounts_user u ON u.id = s.user_id JOIN accounts_user b ON b.id = a.created_by_id
"""
LATE_SQL = f"""
SELECT a.reference, a.starts_at, a.ends_at, a.state, a.phone, a.question, c.name, t.name, m.name, u.name,
  b.name, p.due_at, (SELECT count(*) FROM callbacks_attempt WHERE appointment_id = a.id)
{LATE.format(joins=PEOPLE)}
ORDER BY coalesce(a.next_action_at, a.starts_at), a.id
"""

TEAM_SQL = "SELECT id FROM availability_specialist WHERE team_id = %(team)s"


def cases(now: dt.datetime) -> list[Case]:
    """What the demo's lead sees; what room is left is asked of every team in both ways."""
    lead = User.objects.get(username="lead")
    start, end = lists.today(now, None)
    known: dict[str, Any] = {
        "now": now,
        "start": start,
        "end": end,
        "teams": list(lists.led_teams(lead).values_list("pk", flat=True)),
    }
    rooms = lists.board(user=lead, now=now).rooms
    client = Client()
    client.force_login(lead)
    return [
        Case("board: page", partial(page, client), partial(page_sql, known, rooms)),
        Case("board: numbers", partial(numbers, lead, now), partial(numbers_sql, known, rooms)),
        Case("board: late rows", partial(late, lead, now), partial(late_sql, known)),
    ]


def page(client: Client) -> None:
    """The whole board with its first rows, as the lead opens it."""
    answer = client.get(reverse("board"))
    assert answer.status_code == 200, answer.status_code


def page_sql(known: dict[str, Any], rooms: list[lists.Room]) -> None:
    """What it shows, in SQL alone."""
    numbers_sql(known, rooms)
    late_sql(known)


def numbers(lead: User, now: dt.datetime) -> tuple[Any, ...]:
    """The tiles, as the product counts them."""
    board = lists.board(user=lead, now=now)
    return (
        board.late_now,
        board.oldest_due_at,
        board.at_risk,
        board.kept,
        board.due_today,
        board.unconfirmed,
        board.to_rebook,
        board.room_left,
    )


def numbers_sql(known: dict[str, Any], rooms: list[lists.Room]) -> tuple[Any, ...]:
    """One statement for all counts, and one a team for the slots from which the room follows."""
    room = 0
    for one in rooms:
        slots = slots_sql(values(one.topic, known["now"], known["end"], known["now"]))
        own = {pk for (pk,) in query(TEAM_SQL, {"team": one.team.pk})}
        room += places(slots_of(slots, own), buffer=dt.timedelta(minutes=one.topic.buffer))
    return (*query(NUMBERS_SQL, known)[0], room)


def late(lead: User, now: dt.datetime) -> list[str]:
    """The references of the rows, all of them read as the page needs them."""
    return [row.reference for row in lists.board_rows(user=lead, now=now, tile="late")]


def late_sql(known: dict[str, Any]) -> list[str]:
    """The same columns in one statement."""
    return [str(row[0]) for row in query(LATE_SQL, known)]
