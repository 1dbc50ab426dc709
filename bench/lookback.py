"""The look back and the forecast as pages, beside the statement that counts the promises of their weeks."""

import datetime as dt
import re
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.timing import Case, query
from frontoffice.presenters.lookback.page import look_back

# What the first figure says: 93% (1.220 van 1.312).
KEPT = re.compile(r'id="kept-title".*?\(([\d.]+) van ([\d.]+)\)', re.DOTALL)
KEPT_SQL = """
SELECT count(*) FILTER (WHERE p.outcome = 'kept'), count(*)
FROM callbacks_promise p JOIN callbacks_appointment a ON a.id = p.appointment_id
WHERE p.due_at >= %(start)s AND p.due_at < %(end)s AND p.outcome <> 'withdrawn'
  AND (p.ended_at IS NOT NULL OR p.due_at < %(now)s) AND a.team_id = ANY (%(teams)s)
"""
WEEKS = (4, 13, 52)


def cases(now: dt.datetime) -> list[Case]:
    """What the demo's lead sees, for a month, a quarter and a year."""
    lead = User.objects.get(username="lead")
    client = Client()
    client.force_login(lead)
    known = {
        weeks: look_back(user=lead, asked={"weeks": str(weeks)}, now=now).scope.values() for weeks in WEEKS
    }
    return [
        *(
            Case(
                f"look back: page, {weeks} weeks",
                partial(page, client, weeks),
                partial(kept_sql, known[weeks]),
            )
            for weeks in WEEKS
        ),
        Case("look back: forecast", partial(forecast, client), partial(forecast_sql, known[13])),
    ]


def page(client: Client, weeks: int) -> tuple[int, int]:
    """Promises kept and due, read from the page with all figures."""
    found = KEPT.search(_text(client, "look-back", {"weeks": weeks}))
    assert found, "The page says nothing about promises."
    return int(found[1].replace(".", "")), int(found[2].replace(".", ""))


def kept_sql(known: dict[str, Any]) -> tuple[int, int]:
    """The same in one statement: the least that the page must read."""
    ((kept, due),) = query(KEPT_SQL, known)
    return int(kept), int(due)


def forecast(client: Client) -> None:
    """The forecast with somebody away."""
    _text(client, "look-back-forecast", {"more": 10})


def forecast_sql(known: dict[str, Any]) -> None:
    """The promises that it is made of, counted."""
    query(KEPT_SQL, known)


def _text(client: Client, name: str, asked: dict[str, int]) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
