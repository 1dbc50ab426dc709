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

# What the first figure says, on the page and on each sheet of paper: 93% (1.220 van 1.312).
KEPT = re.compile(r'id="kept-title".*?\(([\d.]+) van ([\d.]+)\)', re.DOTALL)
KEPT_ON_PAPER = re.compile(r'id="[a-z-]+-kept-chart".*?\(([\d.]+) van ([\d.]+)\)', re.DOTALL)
KEPT_SQL = """
SELECT count(*) FILTER (WHERE p.outcome = 'kept'), count(*)
FROM callbacks_promise p JOIN callbacks_appointment a ON a.id = p.appointment_id
WHERE p.due_at >= %(start)s AND p.due_at < %(end)s AND p.outcome <> 'withdrawn'
  AND (p.ended_at IS NOT NULL OR p.due_at < %(now)s) AND a.team_id = ANY (%(teams)s)
"""
WEEKS = (4, 13, 52)


def cases(now: dt.datetime) -> list[Case]:
    """What the demo's lead sees, for a month, a quarter and a year, and whoever administers, of all teams."""
    return [
        *(
            Case(
                f"look back: {whose} page, {weeks} weeks",
                partial(page, signed_in(username), weeks),
                partial(kept_sql, known(username, weeks, now)),
            )
            for username, whose, lengths in (("lead", "a lead's", WEEKS), ("admin", "all teams'", WEEKS[1:]))
            for weeks in lengths
        ),
        *(
            Case(
                f"look back: all teams' paper, {weeks} weeks",
                partial(paper, signed_in("admin"), weeks),
                partial(kept_sql, known("admin", weeks, now)),
            )
            for weeks in (13, 52)
        ),
        Case(
            "look back: forecast",
            partial(forecast, signed_in("lead")),
            partial(forecast_sql, known("lead", 13, now)),
        ),
    ]


def signed_in(username: str) -> Client:
    """The browser of one of the demo's users."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def known(username: str, weeks: int, now: dt.datetime) -> dict[str, Any]:
    """What a statement about their page needs to know."""
    user = User.objects.get(username=username)
    return look_back(user=user, asked={"weeks": str(weeks)}, now=now).scope.values()


def page(client: Client, weeks: int) -> tuple[int, int]:
    """Promises kept and due, read from the page with all figures."""
    return _kept(KEPT, _text(client, "look-back", {"weeks": weeks}))


def paper(client: Client, weeks: int) -> tuple[int, int]:
    """The same, read from the sheets of all teams."""
    return _kept(KEPT_ON_PAPER, _text(client, "look-back-paper", {"weeks": weeks}))


def kept_sql(values: dict[str, Any]) -> tuple[int, int]:
    """The same in one statement: the least that the page must read."""
    ((kept, due),) = query(KEPT_SQL, values)
    return int(kept), int(due)


def forecast(client: Client) -> None:
    """The forecast with somebody away."""
    _text(client, "look-back-forecast", {"more": 10})


def forecast_sql(values: dict[str, Any]) -> None:
    """The promises that it is made of, counted."""
    query(KEPT_SQL, values)


def _text(client: Client, name: str, asked: dict[str, int]) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def _kept(said: re.Pattern[str], text: str) -> tuple[int, int]:
    found = [[int(number.replace(".", "")) for number in numbers] for numbers in said.findall(text)]
    assert found, "Nothing is said about promises."
    kept, due = map(sum, zip(*found, strict=True))
    return kept, due
