"""Taking a specialist's time. The exclusion constraint decides; the lock before it prevents deadlocks."""

import datetime as dt
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from accounts.models import User
from availability.models import Specialist, Team, Topic
from availability.planned import Planned
from availability.slots import Slot
from callbacks.errors import SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Customer
from callbacks.operations import rows
from callbacks.queries.slots import INSTANT, RESERVED, nearest, published_slots

P = ParamSpec("P")
R = TypeVar("R")
DEADLOCK = "40P01"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A start (UTC) that somebody wants for a topic, with one specialist or with anybody."""

    topic: Topic
    starts_at: dt.datetime
    now: dt.datetime
    specialist: Specialist | None = None


class Missed(Exception):
    """The wish cannot be granted. Turned into the refusal once the transaction is rolled back."""

    def __init__(self, refusal: type[SlotTaken | SlotNotOffered], wish: Wish) -> None:
        super().__init__()
        self.refusal, self.wish = refusal, wish

    def told(self) -> SlotTaken | SlotNotOffered:
        """The refusal with the nearest alternatives."""
        wish = self.wish
        return self.refusal(
            nearest(topic=wish.topic, wanted=wish.starts_at, now=wish.now, specialist=wish.specialist)
        )


# Whether a door is at work: one that it calls has no need of a savepoint, for nothing of a door stays when it
# fails.
_at_work: ContextVar[bool] = ContextVar("at_work", default=False)


def in_one_transaction(door: Callable[P, R]) -> Callable[P, R]:
    """Run a door in a transaction of its own, once more when only chance made it fail.

    A door that is called by a door is a part of it.
    """

    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _at_work.set(True)
        try:
            with transaction.atomic():
                return door(*args, **kwargs)
        except Missed as missed:
            # Only now that our locks are gone: others wait for them, and looking around takes a while.
            raise missed.told() from None
        finally:
            _at_work.reset(token)

    @wraps(door)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _at_work.get():
            return door(*args, **kwargs)
        try:
            return attempt(*args, **kwargs)
        except (OperationalError, IntegrityError) as error:
            if not _can_try_again(error):
                raise
            return attempt(*args, **kwargs)

    return run


def _can_try_again(error: DatabaseError) -> bool:
    """A random reference that exists (one in ten thousand at a million), or a deadlock's victim.

    A deadlock takes the whole transaction with it, so only the outermost can try again.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    if "reference" in (getattr(diagnosis, "constraint_name", None) or ""):
        return True
    sqlstate = getattr(error.__cause__, "pgcode", None)
    return sqlstate == DEADLOCK and not transaction.get_connection().in_atomic_block


def find_slot(wish: Wish) -> Slot:
    """The published slot at this very start, with all who published it, whether or not they are still free.

    Raises ``Missed`` (``SlotNotOffered``) when nobody did.
    """
    end = wish.starts_at + INSTANT
    found = published_slots(
        topic=wish.topic, start=wish.starts_at, end=end, now=wish.now, specialist=wish.specialist
    )
    if not found:
        raise Missed(SlotNotOffered, wish)
    return found[0]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Whose time is wanted (keys), when (UTC, end excluded, with the buffer behind it), by whom and for what.

    For ``appointment``; without one for an appointment yet to be made or, until ``expires_at``, for a hold.
    ``by`` is None for the system and for customers, who hold nothing.
    """

    candidates: Sequence[int]
    starts_at: dt.datetime
    ends_at: dt.datetime
    by: User | None
    now: dt.datetime
    customer: Customer | None = None
    appointment: Appointment | None = None
    expires_at: dt.datetime | None = None

    def values(self) -> dict[str, Any]:
        """What the statement needs to know. Days and weeks are the site's."""
        day = self.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        monday = day - dt.timedelta(days=day.weekday())
        holder = self.by.pk if self.by else None
        return {
            "specialists": list(self.candidates),
            "start": self.starts_at,
            "end": self.ends_at,
            "now": self.now,
            "holder": holder,
            "held_by": holder if self.expires_at else None,
            "expires_at": self.expires_at,
            "moving": self.appointment.pk if self.appointment else None,
            "preferred": self.appointment.specialist_id if self.appointment else None,
            "customer": self.customer.pk if self.customer else None,
            "day": day,
            "next_day": day + dt.timedelta(days=1),
            "monday": monday,
            "next_monday": monday + dt.timedelta(days=7),
        }


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A specialist whose time is reserved, and the keys for the rows of an appointment yet to be made."""

    specialist: Specialist
    reservation_id: int
    appointment_id: int
    contact_id: int
    promise_id: int


# Who is free stands in this order: who has the appointment now, whom the agent holds, who spoke to this
# customer before, who has the least promised time that day, then that week (calls already done count too);
# equals in random order. The first is locked, loses holds that block for no reason (expired ones, and those
# of who takes the time now) and is given the time. The lock comes first: who deleted a hold and then waited
# for the lock could wait for somebody who waits for that hold to go. What was free as the statement began may
# be taken once the lock is there: the constraint knows, and no reservation comes back.
TAKE = """
WITH chosen AS (
  SELECT s.id
  FROM availability_specialist s CROSS JOIN LATERAL (
    SELECT sum(ends_at - starts_at) AS this_week,
      sum(ends_at - starts_at) FILTER (WHERE starts_at >= %(day)s AND starts_at < %(next_day)s) AS this_day
    FROM callbacks_appointment
    WHERE specialist_id = s.id AND starts_at >= %(monday)s AND starts_at < %(next_monday)s
      AND state <> 'cancelled'
  ) promised
  WHERE s.id = ANY (%(specialists)s)
    AND s.id NOT IN (SELECT specialist_id FROM ({reserved}) AS reserved)
  ORDER BY
    s.id = %(preferred)s DESC,
    EXISTS (SELECT FROM callbacks_reservation WHERE held_by_id = %(holder)s AND specialist_id = s.id) DESC,
    EXISTS (SELECT FROM callbacks_appointment WHERE customer_id = %(customer)s AND specialist_id = s.id) DESC,
    this_day NULLS FIRST, this_week NULLS FIRST, random()
  LIMIT 1
  FOR NO KEY UPDATE OF s
), dead AS (
  DELETE FROM callbacks_reservation USING chosen
  WHERE specialist_id = chosen.id AND starts_at < %(end)s AND ends_at > %(start)s
    AND appointment_id IS NULL AND (expires_at < %(now)s OR held_by_id = %(holder)s)
  RETURNING callbacks_reservation.id
), taken AS (
  INSERT INTO callbacks_reservation
    (specialist_id, starts_at, ends_at, appointment_id, held_by_id, expires_at)
  SELECT id, %(start)s, %(end)s,
    CASE WHEN %(held_by)s IS NULL THEN coalesce(%(moving)s, nextval('callbacks_appointment_id_seq')) END,
    %(held_by)s, %(expires_at)s
  FROM chosen
  -- All dead holds are gone before the insert.
  WHERE (SELECT count(*) FROM dead) >= 0
  ON CONFLICT DO NOTHING
  RETURNING id, appointment_id
)
SELECT {specialist}, {user}, {team}, taken.id, taken.appointment_id,
  nextval('callbacks_contact_id_seq'), nextval('callbacks_promise_id_seq')
FROM chosen JOIN availability_specialist s ON s.id = chosen.id
  JOIN accounts_user u ON u.id = s.user_id JOIN availability_team t ON t.id = s.team_id
  LEFT JOIN taken ON true
"""


@cache
def _planned() -> Planned:
    text = TAKE.format(
        reserved=RESERVED,
        specialist=rows.columns(Specialist, "s"),
        user=rows.columns(User, "u"),
        team=rows.columns(Team, "t"),
    )
    moments = ("start", "end", "now", "expires_at", "day", "next_day", "monday", "next_monday")
    keys = ("holder", "held_by", "moving", "preferred", "customer")
    types = dict.fromkeys(moments, "timestamptz") | dict.fromkeys(keys, "bigint")
    return Planned(text, specialists="bigint[]", **types)


def take(claim: Claim) -> Taken | None:
    """Reserve time with the fairest of the candidates who are free (see ``TAKE``); None when nobody is."""
    values = claim.values()
    # Each time around somebody else was first with one of the candidates.
    for _candidate in claim.candidates:
        found = _planned().rows(**values)
        if not found:
            return None
        if taken := _read(found[0]):
            return taken
    return None


def _read(row: Sequence[Any]) -> Taken | None:
    specialist, row = rows.read(Specialist, row)
    specialist.user, row = rows.read(User, row)
    specialist.team, row = rows.read(Team, row)
    reservation_id, appointment_id, contact_id, promise_id = row
    if reservation_id is None:
        return None
    return Taken(
        specialist=specialist,
        reservation_id=reservation_id,
        appointment_id=appointment_id,
        contact_id=contact_id,
        promise_id=promise_id,
    )
