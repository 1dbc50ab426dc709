"""Finding a caller by what they say."""

from collections.abc import Callable
from functools import partial

from accounts.models import User
from bench.timing import Case, query
from callbacks.models import Appointment
from callbacks.queries.search import find_callers
from callbacks.states import OPEN

FOUND_SQL = """
SELECT c.id, c.name, c.phone, c.email, c.customer_number, c.language, a.reference, a.starts_at, a.ends_at,
  a.state, a.next_action_at, t.name, m.name, u.name
FROM (SELECT * FROM callbacks_customer WHERE {condition} ORDER BY name, id LIMIT 20) c
  LEFT JOIN callbacks_appointment a ON a.customer_id = c.id AND a.state = ANY(%(open)s)
  LEFT JOIN availability_topic t ON t.id = a.topic_id LEFT JOIN availability_team m ON m.id = a.team_id
  LEFT JOIN availability_specialist s ON s.id = a.specialist_id LEFT JOIN accounts_user u ON u.id = s.user_id
ORDER BY c.name, c.id, a.next_action_at, a.id
"""
CONDITIONS = {
    "phone": "phone = %(text)s OR customer_number = %(text)s",
    "last six digits": "right(phone, 6) = %(text)s OR customer_number = %(text)s",
    "name": "upper(name) LIKE '%%' || upper(%(text)s) || '%%'",
    "reference": "id = (SELECT customer_id FROM callbacks_appointment WHERE reference = %(text)s)"
    " OR customer_number = %(text)s",
}


def cases(_now: object) -> list[Case]:
    """One search for each thing a caller can say, by the front office, which sees everything."""
    agent = User.objects.get(username="agent")
    known = Appointment.objects.open().select_related("customer").earliest("pk")
    said = {
        "phone": known.customer.phone,
        "last six digits": known.customer.phone[-6:],
        "name": known.customer.name,
        "reference": known.reference,
    }
    return [
        Case(f"caller search: {what}", partial(ours, text, agent), in_sql(what, text))
        for what, text in said.items()
    ]


def ours(text: str, agent: User) -> list[int]:
    """The keys of the customers; their open appointments are read as well."""
    return [caller.customer.pk for caller in find_callers(text=text, user=agent)]


def in_sql(what: str, text: str) -> Callable[[], list[int]]:
    """The same in one statement."""
    sql = FOUND_SQL.format(condition=CONDITIONS[what])
    given = {"text": text, "open": [state.value for state in OPEN]}
    return lambda: list(dict.fromkeys(row[0] for row in query(sql, given)))
