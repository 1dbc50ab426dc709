"""A specialist's own list with 500 rows: all of them read, and the first and last page that show them."""

import datetime as dt
import re
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from availability.models import Specialist
from bench.timing import Case, query
from callbacks.queries import lists
from frontoffice.presenters import rows

ROWS = 500
ROW = re.compile(r'id="row-([^"]+)"')
# Far more than one person has: open appointments of everybody, given to one.
GIVE = """
UPDATE callbacks_appointment SET specialist_id = %(specialist)s
WHERE id IN (
  SELECT id FROM callbacks_appointment WHERE state IN ('scheduled', 'confirmed')
  ORDER BY specialist_id <> %(specialist)s, id LIMIT %(rows)s
)
"""
LIST_SQL = """
SELECT a.reference, a.starts_at, a.ends_at, a.state, a.phone, a.question, a.version, c.name, t.name, m.name,
  m.max_attempts, u.name, b.name, k.name, a.calling_since, p.starts_at, p.ends_at, p.due_at,
  (SELECT count(*) FROM callbacks_attempt WHERE appointment_id = a.id)
FROM callbacks_appointment a
  JOIN callbacks_customer c ON c.id = a.customer_id JOIN availability_topic t ON t.id = a.topic_id
  JOIN availability_team m ON m.id = a.team_id JOIN availability_specialist s ON s.id = a.specialist_id
  JOIN accounts_user u ON u.id = s.user_id JOIN accounts_user b ON b.id = a.created_by_id
  LEFT JOIN accounts_user k ON k.id = a.calling_by_id
  LEFT JOIN callbacks_promise p ON p.appointment_id = a.id AND p.ended_at IS NULL
WHERE a.specialist_id = %(specialist)s AND a.state IN ('scheduled', 'confirmed')
ORDER BY NOT coalesce(p.due_at < %(now)s, a.next_action_at < %(now)s), a.next_action_at, a.id
LIMIT %(limit)s OFFSET %(offset)s
"""


def cases(now: dt.datetime) -> list[Case]:
    """The demo's specialist with a long list; a page shows some rows, and counts all."""
    specialist = Specialist.objects.select_related("user").get(user__username="specialist")
    known: dict[str, Any] = {"specialist": specialist.pk, "rows": ROWS, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(GIVE, known)
        last = -(-cursor.rowcount // rows.PAGE)
    client = Client()
    client.force_login(specialist.user)
    return [
        Case("queue: 500 rows", partial(read, specialist, now), partial(read_sql, known, ROWS)),
        *(
            Case(f"queue: {name} page", partial(page, client, number), partial(page_sql, known, number))
            for name, number in (("first", 1), ("last", last))
        ),
    ]


def read(specialist: Specialist, now: dt.datetime) -> list[str]:
    """The references of all rows, each read as the page needs it."""
    return [one.reference for one in lists.own_list(specialist=specialist, now=now)[:ROWS]]


def read_sql(known: dict[str, Any], limit: int, offset: int = 0) -> list[str]:
    """The same columns in one statement."""
    return [str(row[0]) for row in query(LIST_SQL, {**known, "limit": limit, "offset": offset})]


def page(client: Client, number: int) -> list[str]:
    """The references of list and panel as sent, sorted: what is late stands in a group of its own."""
    answer = client.get(
        reverse("mine"), {"page": number}, headers={"HX-Request": "true", "HX-Target": "work"}
    )
    return sorted(ROW.findall(answer.content.decode()))


def page_sql(known: dict[str, Any], number: int) -> list[str]:
    """What the page must read at least."""
    return sorted(read_sql(known, rows.PAGE, (number - 1) * rows.PAGE))
