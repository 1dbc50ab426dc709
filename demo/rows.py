"""Rows of the tables that the demo fills in bulk; the fields carry the names of the columns."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model

from callbacks.models import (
    Appointment,
    Attempt,
    AvoidableReason,
    Contact,
    Customer,
    LogEntry,
    Message,
    Promise,
    Reservation,
)


class CustomerRow(NamedTuple):
    """A customer."""

    id: int
    name: str
    phone: str
    email: str
    customer_number: str | None
    language: str
    created_at: dt.datetime


class ReasonRow(NamedTuple):
    """A reason why a contact was avoidable."""

    id: int
    version: int
    name: str
    is_active: bool


class ContactRow(NamedTuple):
    """A contact moment with the front office."""

    id: int
    customer_id: int | None
    agent_id: int
    channel: str
    topic_id: int
    result: str
    searched_online: bool | None
    avoidable: bool | None
    at: dt.datetime
    about_id: int | None = None
    transferred_to_id: int | None = None
    reached: bool | None = None
    referred_to: str = ""
    refusal_reason: str = ""
    note: str = ""
    avoidable_reason_id: int | None = None
    opened_at: dt.datetime | None = None


class AppointmentRow(NamedTuple):
    """An appointment as its story left it."""

    id: int
    version: int
    reference: str
    customer_id: int
    contact_id: int
    topic_id: int
    team_id: int
    specialist_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    phone: str
    question: str
    internal_note: str
    state: str
    confirm_by: dt.datetime
    unconfirmed_flagged_at: dt.datetime | None
    next_action_at: dt.datetime | None
    created_by_id: int
    created_at: dt.datetime
    second_phone: str
    second_phone_note: str
    reach_note: str
    case_number: str
    claimed_by_id: int | None
    claimed_at: dt.datetime | None
    read_by_booker_at: dt.datetime | None


class ReservationRow(NamedTuple):
    """A specialist's time taken by an open appointment."""

    id: int
    specialist_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    appointment_id: int


class PromiseRow(NamedTuple):
    """A promise, open or ended."""

    id: int
    appointment_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    counts_from: dt.datetime
    due_at: dt.datetime
    made_at: dt.datetime
    made_by_id: int
    ended_at: dt.datetime | None = None
    outcome: str = ""
    remind_at: dt.datetime | None = None
    overdue_flagged_at: dt.datetime | None = None
    at_risk_at: dt.datetime | None = None


class AttemptRow(NamedTuple):
    """A call to the customer."""

    id: int
    appointment_id: int
    promise_id: int | None
    number: int
    started_at: dt.datetime
    by_id: int
    outcome: str
    note: str
    result_for_customer: str
    result_for_agent: str
    next_step: str


class LogRow(NamedTuple):
    """A line of the log."""

    id: int
    appointment_id: int
    at: dt.datetime
    by_id: int | None
    by_name: str
    verb: str
    from_state: str
    to_state: str
    reason: str
    details: str


class MessageRow(NamedTuple):
    """A message in the outbox."""

    id: int
    uid: UUID
    appointment_id: int
    promise_id: int | None
    kind: str
    channel: str
    recipient: str
    language: str
    dedupe_key: str
    state: str
    look_at: dt.datetime
    useful_until: dt.datetime
    tries: int
    last_error: str
    created_at: dt.datetime
    ended_at: dt.datetime | None


Row = (
    CustomerRow
    | ReasonRow
    | ContactRow
    | AppointmentRow
    | ReservationRow
    | PromiseRow
    | AttemptRow
    | LogRow
    | MessageRow
)

# In the order in which they can be stored: what is pointed at comes first, but for a contact about an
# appointment. The database compares keys at the end.
MODELS: dict[type[Row], type[Model]] = {
    CustomerRow: Customer,
    ReasonRow: AvoidableReason,
    ContactRow: Contact,
    AppointmentRow: Appointment,
    ReservationRow: Reservation,
    PromiseRow: Promise,
    AttemptRow: Attempt,
    LogRow: LogEntry,
    MessageRow: Message,
}


class Sheet:
    """Rows waiting to be stored, and the keys handed out so far."""

    def __init__(self) -> None:
        self.rows: dict[type[Row], list[Row]] = {kind: [] for kind in MODELS}
        self._given = dict.fromkeys(MODELS, 0)

    def next_id(self, kind: type[Row]) -> int:
        """A new primary key for the table of this row."""
        self._given[kind] += 1
        return self._given[kind]

    def given(self, kind: type[Row]) -> int:
        """How many keys of this table are given out: all from 1 to here."""
        return self._given[kind]

    def skip(self, kind: type[Row], number: int) -> None:
        """Leave keys to rows that do not come from here."""
        self._given[kind] += number

    def add(self, row: Row) -> None:
        """Keep a row until it is stored."""
        self.rows[type(row)].append(row)

    def take(self, kind: type[Row]) -> list[Row]:
        """The waiting rows of one table; they wait no longer."""
        rows, self.rows[kind] = self.rows[kind], []
        return rows
