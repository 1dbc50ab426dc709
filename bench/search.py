"""Finding a caller by what they say."""

from collections.abc import Callable
from functools import partial

from accounts.models import User
from bench.timing import Case, query
from callbacks.models import Appointment, Customer
from callbacks.queries.search import find_callers
from callbacks.states import OPEN

LIMIT = 20

# The customers that fit, with their open appointments. Who has one comes first.
FOUND_SQL = """
WITH fits (id, whole, together) AS MATERIALIZED ({fits})
SELECT c.id, c.name, c.phone, c.email, c.customer_number, c.language, a.reference, a.starts_at, a.ends_at,
  a.state, a.next_action_at, t.name, m.name, u.name
FROM (
    SELECT c.*, f.whole, f.together, EXISTS (
      SELECT FROM callbacks_appointment o WHERE o.customer_id = c.id AND o.state IN %(open)s
    ) AS is_open
    FROM fits f JOIN callbacks_customer c USING (id)
    ORDER BY f.whole DESC, f.together DESC, is_open DESC, c.name, c.id LIMIT %(limit)s
  ) c
  LEFT JOIN callbacks_appointment a ON a.customer_id = c.id AND a.state IN %(open)s
  LEFT JOIN availability_topic t ON t.id = a.topic_id LEFT JOIN availability_team m ON m.id = a.team_id
  LEFT JOIN availability_specialist s ON s.id = a.specialist_id LEFT JOIN accounts_user u ON u.id = s.user_id
ORDER BY c.whole DESC, c.together DESC, c.is_open DESC, c.name, c.id, a.next_action_at, a.id
"""
NAMED = """
SELECT id, plain_name = lower(%(text)s), strpos(' ' || plain_name || ' ', ' ' || lower(%(text)s) || ' ') > 0
FROM callbacks_customers_named(array_to_string(string_to_array(lower(%(text)s), ' '), ' & ')::tsquery, 1000)
"""
# Likely words, and some of the people who have one: as much as one statement can do about a slip.
MISSPELT = """
SELECT id, true, true FROM callbacks_customers_named((
  SELECT string_agg(word, ' | ') FROM (
    SELECT word FROM callbacks_nameword WHERE likenesses && callbacks_likenesses(%(text)s)
    ORDER BY similarity(word, %(text)s) DESC LIMIT 8
  ) likely
)::tsquery, 200)
"""
FITS = {
    "phone": "SELECT id, true, true FROM callbacks_customer WHERE phone = %(text)s UNION"
    " SELECT customer_id, true, true FROM callbacks_appointment WHERE phone = %(text)s",
    "last six digits": "SELECT id, true, true FROM callbacks_customer WHERE right(phone, 6) = %(text)s UNION"
    " SELECT customer_id, true, true FROM callbacks_appointment WHERE right(phone, 6) = %(text)s",
    "name": NAMED,
    "frequent surname": NAMED,
    "misspelt surname": MISSPELT,
    "reference": "SELECT customer_id, true, true FROM callbacks_appointment WHERE reference = %(text)s",
    "customer number": "SELECT id, true, true FROM callbacks_customer"
    " WHERE callbacks_code(customer_number) = %(text)s",
}


def said() -> dict[str, str]:
    """What a caller can say of themselves, of somebody who is known."""
    known = Appointment.objects.open().select_related("customer").earliest("pk")
    numbered = Customer.objects.filter(customer_number__isnull=False).earliest("pk")
    return {
        "phone": known.customer.phone,
        "last six digits": known.customer.phone[-6:],
        "name": known.customer.name,
        "frequent surname": "Jansen",
        "misspelt surname": "jnasen",
        "reference": known.reference,
        "customer number": str(numbered.customer_number),
    }


def cases(_now: object) -> list[Case]:
    """One search for each, by the front office, which sees everything."""
    agent = User.objects.get(username="agent")
    return [
        Case(f"caller search: {what}", partial(ours, what, text, agent), in_sql(what, text))
        for what, text in said().items()
    ]


def ours(what: str, text: str, agent: User) -> list[int] | int:
    """The keys of the customers; their open appointments are read as well."""
    return _comparable(what, [one.customer.pk for one in find_callers(text=text, user=agent, limit=LIMIT)])


def in_sql(what: str, text: str) -> Callable[[], list[int] | int]:
    """The same in one statement."""
    sql = FOUND_SQL.format(fits=FITS[what])
    given = {"text": text, "open": OPEN, "limit": LIMIT}
    return lambda: _comparable(what, list(dict.fromkeys(row[0] for row in query(sql, given))))


def _comparable(what: str, found: list[int]) -> list[int] | int:
    """Which of many guesses are the best is a matter of taste: how many were made is none."""
    return len(found) if what == "misspelt surname" else found
