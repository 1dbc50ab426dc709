"""One appointment from its first call to what it is now, told in the verbs of the domain.

A story writes what the doors of ``callbacks.operations`` would have written at those moments, as plain rows:
a million of them could not be played through the doors. Tests hold its rows against the same tables of
transitions and steps. All instants are UTC.
"""

import datetime as dt
from typing import NamedTuple

from callbacks.reminders import next_reminder
from callbacks.states import (
    OWNED,
    AttemptOutcome,
    ContactResult,
    MessageKind,
    NextStep,
    PromiseOutcome,
    State,
    Verb,
)
from demo.mailing import message_row
from demo.organisation import Colleague, Worker
from demo.rows import AttemptRow, MessageRow, ReservationRow
from demo.telling import MINUTE, Telling

SWEEP = dt.timedelta(seconds=15)


class Result(NamedTuple):
    """What came of a call: to be read out to the customer, and for the front office alone."""

    for_customer: str
    for_agent: str


NOTHING_TO_TELL = Result("", "")


class Story(Telling):
    """What people do with an appointment, and what workers notice.

    Moments must be given in order; ``finish`` writes how it stands.
    """

    # What people do ----------------------------------------------------------------------------------

    def confirm(self, at: dt.datetime) -> None:
        """The specialist stands for the time."""
        self._change(Verb.CONFIRM, at, self._caller(), State.CONFIRMED)

    def decline(self, at: dt.datetime, reason: str, successor: Colleague | None) -> None:
        """The specialist cannot; a colleague takes the window, else the front office must act."""
        decliner, details = self._caller(), {}
        if successor is None:
            self._hand_over(at)
        else:
            self._assign(successor, at)
            details = {"specialist": successor.user.name}
        to_state = State.SCHEDULED if successor else State.TO_REBOOK
        self._change(Verb.DECLINE, at, decliner, to_state, reason, previous=decliner.name, **details)

    def send_back(self, at: dt.datetime, reason: str) -> None:
        """The lead finds nobody who can: the front office must act."""
        previous, lead = self._caller(), self.team.leads[0]
        self._hand_over(at)
        self._change(Verb.SEND_BACK, at, lead, State.TO_REBOOK, reason, previous=previous.name)

    def reassign(self, at: dt.datetime, successor: Colleague) -> None:
        """The lead gives it to somebody else, with the same window."""
        previous = self._caller().name
        self._assign(successor, at)
        lead, details = self.team.leads[0], {"previous": previous, "specialist": successor.user.name}
        self._change(Verb.REASSIGN, at, lead, State.SCHEDULED, **details)

    def call(
        self,
        at: dt.datetime,
        outcome: AttemptOutcome,
        next_step: NextStep,
        *,
        next_at: dt.datetime | None = None,
        reason: str = "",
        result: Result = NOTHING_TO_TELL,
    ) -> None:
        """The specialist calls; ``next_at`` is when to call again, or the start of the new promise."""
        self.calls += 1
        caller, promise, logged_at = self._caller(), self.promise, at + MINUTE * self._rng.randint(1, 4)
        self._sheet.add(
            AttemptRow(
                id=self._sheet.next_id(AttemptRow),
                appointment_id=self.id,
                promise_id=promise.id if promise else None,
                number=self.calls,
                started_at=at,
                by_id=caller.id,
                outcome=outcome,
                note="",
                result_for_customer=result.for_customer,
                result_for_agent=result.for_agent,
                next_step=next_step,
            )
        )
        if promise:
            self._settle(promise, at, logged_at)
        details = {"number": self.calls, "outcome": outcome, "next_step": next_step, "started_at": at}
        if next_at:
            details["next_at"] = next_at
        to_state = self._follow(outcome, next_step, next_at, logged_at)
        self._change(Verb.LOG_ATTEMPT, logged_at, caller, to_state, reason, **details)

    def move(
        self, at: dt.datetime, starts_at: dt.datetime, *, agreed: bool, to: Colleague, reason: str = ""
    ) -> None:
        """The front office agrees another time, with the customer's wish or without."""
        if self.promise:
            withdrawn = agreed and at < self.promise.starts_at
            self._end(PromiseOutcome.WITHDRAWN if withdrawn else PromiseOutcome.BROKEN, at)
        self.specialist = to
        self._promise(starts_at, at, self.booking.agent)
        self._change(Verb.RESCHEDULE, at, self.booking.agent, State.SCHEDULED, reason, **self._period())
        self._announce(MessageKind.CUSTOMER_MOVED, at)

    def cancel(self, at: dt.datetime, reason: str, *, by_customer: bool) -> None:
        """Nobody will call any more."""
        if self.promise:
            withdrawn = by_customer and at < self.promise.starts_at
            self._end(PromiseOutcome.WITHDRAWN if withdrawn else PromiseOutcome.BROKEN, at)
        agent = self.booking.agent
        self._change(Verb.CANCEL, at, agent, State.CANCELLED, reason, by_customer=by_customer)
        self._to_customer(MessageKind.CUSTOMER_CANCELLED, at)

    def reopen(self, at: dt.datetime, reason: str) -> None:
        """A closed appointment needs a new time after all."""
        self._change(Verb.REOPEN, at, self.booking.agent, State.TO_REBOOK, reason)
        self.specialist, self.next_action_at = None, at

    def undo(self, at: dt.datetime) -> None:
        """The agent takes the booking back at once: the customer hears nothing."""
        self._end(PromiseOutcome.WITHDRAWN, at)
        self._change(Verb.UNDO, at, self.booking.agent, State.CANCELLED)
        self._booked = self._booked._replace(result=ContactResult.UNDONE)
        self._letters = [letter._replace(superseded=True) for letter in self._letters]

    def claim(self, at: dt.datetime, by: Worker) -> None:
        """Somebody of the front office works on a new time."""
        self.claimed = by, at
        self._change(Verb.CLAIM, at, by, State.TO_REBOOK)

    def release_claim(self, at: dt.datetime, by: Worker) -> None:
        """Somebody else may go on with it."""
        self.claimed = None
        self._change(Verb.RELEASE_CLAIM, at, by, State.TO_REBOOK, previous=by.name)

    def add_note(self, at: dt.datetime, note: str) -> None:
        """The front office writes something down for all."""
        self._change(Verb.ADD_NOTE, at, self.booking.agent, State(self.state), note)

    def ask_status(self, at: dt.datetime) -> None:
        """The customer asks: where is my callback?"""
        self._sheet.add(self._contact(at, ContactResult.STATUS, about_id=self.id))

    # What workers notice -----------------------------------------------------------------------------

    def flag_overdue(self) -> None:
        """The promise slipped: logged within one sweep, and told to specialist and lead."""
        promise = self._open_promise()
        at = promise.due_at + SWEEP
        self.promise = promise._replace(overdue_flagged_at=at)
        self._log(Verb.FLAG_OVERDUE, at, None, self.state, {"due_at": promise.due_at})
        self._alert(MessageKind.SPECIALIST_OVERDUE, MessageKind.LEAD_OVERDUE, at)

    def flag_unconfirmed(self) -> None:
        """Nobody confirmed in time."""
        at = self.unconfirmed_flagged_at = self.confirm_by + SWEEP
        self._log(Verb.FLAG_UNCONFIRMED, at, None, self.state, {"confirm_by": self.confirm_by})
        self._alert(MessageKind.SPECIALIST_UNCONFIRMED, MessageKind.LEAD_UNCONFIRMED, at)

    def finish(self, now: dt.datetime) -> None:
        """Write the appointment, its open promise and the time it reserves, as they are at ``now``."""
        self._sheet.add(self._booked)
        self._sheet.add(self._appointment(now))
        if self.promise:
            self._remind(self.promise, now)
            remind_at = next_reminder(starts_at=self.promise.starts_at, after=now)
            self._sheet.add(self.promise._replace(remind_at=remind_at))
        taken_until = self.starts_at + self.topic.length
        if self.state in OWNED and self.specialist and taken_until > now:
            key = self._sheet.next_id(ReservationRow)
            self._sheet.add(ReservationRow(key, self.specialist.id, self.starts_at, taken_until, self.id))
        for letter in self._letters:
            key = self._sheet.next_id(MessageRow)
            self._sheet.add(message_row(letter, key=key, appointment_id=self.id, now=now, rng=self._rng))
