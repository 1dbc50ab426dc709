"""One appointment from its first call to what it is now, told in the verbs of the domain.

A story writes what the doors of ``callbacks.operations`` would have written at those moments, as plain rows:
a million of them could not be played through the doors. Tests hold its rows against the same tables of
transitions and steps. All instants are UTC.
"""

import datetime as dt
import json
import random
from typing import NamedTuple

from callbacks.reminders import CUSTOMER, SPECIALIST, next_reminder
from callbacks.states import (
    CLOSED,
    CONNECTED,
    OWNED,
    AttemptOutcome,
    ContactResult,
    MessageKind,
    NextStep,
    PromiseOutcome,
    State,
    Verb,
)
from demo.mailing import Letter, message_row
from demo.names import Person, reference
from demo.organisation import Colleague, TopicFacts, Worker
from demo.rows import (
    AppointmentRow,
    AttemptRow,
    ContactRow,
    LogRow,
    MessageRow,
    PromiseRow,
    ReservationRow,
    Sheet,
)

MINUTE = dt.timedelta(minutes=1)
A_DAY = dt.timedelta(days=1)
SWEEP = dt.timedelta(seconds=15)
Details = dict[str, object]
_json = json.JSONEncoder(ensure_ascii=False, default=dt.datetime.isoformat).encode


class Booking(NamedTuple):
    """What the agent noted when the customer called."""

    customer: Person
    topic: TopicFacts
    specialist: Colleague
    starts_at: dt.datetime
    at: dt.datetime
    agent: Worker
    channel: str


class Story:
    """An appointment in the making. Moments must be given in order; ``finish`` writes how it stands.

    With ``mailed`` off no messages are written: those of long ago have been cleared away.
    """

    def __init__(self, sheet: Sheet, booking: Booking, rng: random.Random, *, mailed: bool) -> None:
        self.id = sheet.next_id(AppointmentRow)
        self.booking, self.topic, self.customer = booking, booking.topic, booking.customer
        self.specialist: Colleague | None = booking.specialist
        self.team = booking.specialist.team
        self.state, self.version, self.calls = State.SCHEDULED, 1, 0
        self.promise: PromiseRow | None = None
        self.unconfirmed_flagged_at: dt.datetime | None = None
        self.at = booking.at
        self._letters: list[Letter] = []
        self._sheet, self._rng, self._mailed = sheet, rng, mailed
        self._contact_id = self._contact(booking.at, ContactResult.CALLBACK)
        self._promise(booking.starts_at, booking.at, booking.agent)
        self._log(Verb.BOOK, booking.at, booking.agent, "", self._period())
        self._announce(MessageKind.CUSTOMER_BOOKED, booking.at)

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
        note: str = "",
        reason: str = "",
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
                note=note,
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

    def ask_status(self, at: dt.datetime) -> None:
        """The customer calls: where is my callback?"""
        self._contact(at, ContactResult.STATUS)

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
        self._sheet.add(self._appointment())
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

    # How it is written -------------------------------------------------------------------------------

    def _appointment(self) -> AppointmentRow:
        booking, questions = self.booking, self.topic.questions
        return AppointmentRow(
            id=self.id,
            version=self.version,
            reference=reference(self.id),
            customer_id=self.customer.id,
            contact_id=self._contact_id,
            topic_id=self.topic.id,
            team_id=self.team.id,
            specialist_id=self.specialist.id if self.specialist else None,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            phone=self.customer.phone,
            question=questions[self.id % len(questions)] if self.id % 4 else "",
            internal_note="",
            state=self.state,
            confirm_by=self.confirm_by,
            unconfirmed_flagged_at=self.unconfirmed_flagged_at,
            next_action_at=None if self.state in CLOSED else self.next_action_at,
            created_by_id=booking.agent.id,
            created_at=booking.at,
        )

    def _caller(self) -> Worker:
        if self.specialist is None:
            raise ValueError("nobody has this appointment")
        return self.specialist.user

    def _open_promise(self) -> PromiseRow:
        if self.promise is None:
            raise ValueError("no promise is open")
        return self.promise

    def _period(self) -> Details:
        return {
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "specialist": self._caller().name,
        }

    def _change(
        self,
        verb: Verb,
        at: dt.datetime,
        by: Worker | None,
        to_state: State,
        reason: str = "",
        **details: object,
    ) -> None:
        before, self.state = self.state, to_state
        self.version += 1
        self._log(verb, at, by, before, details, reason=reason)

    def _log(
        self,
        verb: Verb,
        at: dt.datetime,
        by: Worker | None,
        before: str,
        details: Details,
        *,
        reason: str = "",
    ) -> None:
        self.at = at
        self._sheet.add(
            LogRow(
                id=self._sheet.next_id(LogRow),
                appointment_id=self.id,
                at=at,
                by_id=by.id if by else None,
                by_name=by.name if by else "",
                verb=verb,
                from_state=before,
                to_state=self.state,
                reason=reason,
                details=_json(details),
            )
        )

    def _contact(self, at: dt.datetime, result: ContactResult) -> int:
        key = self._sheet.next_id(ContactRow)
        chance = self._rng.random()
        self._sheet.add(
            ContactRow(
                id=key,
                customer_id=self.customer.id,
                agent_id=self.booking.agent.id,
                channel=self.booking.channel,
                topic_id=self.topic.id,
                result=result,
                searched_online=None if chance < 0.3 else chance < 0.6,
                avoidable=result == ContactResult.STATUS or chance > 0.85,
                at=at,
            )
        )
        return key

    # Promises ----------------------------------------------------------------------------------------

    def _promise(self, starts_at: dt.datetime, at: dt.datetime, by: Worker) -> None:
        self.starts_at, self.ends_at = starts_at, starts_at + self.topic.duration
        self.confirm_by = max(at, min(at + self.team.confirm_within, starts_at))
        self.unconfirmed_flagged_at, self.next_action_at = None, starts_at
        self.promise = PromiseRow(
            id=self._sheet.next_id(PromiseRow),
            appointment_id=self.id,
            starts_at=starts_at,
            ends_at=self.ends_at,
            counts_from=starts_at - self.team.early,
            due_at=self.ends_at + self.team.grace,
            made_at=at,
            made_by_id=by.id,
        )

    def _settle(self, promise: PromiseRow, called_at: dt.datetime, at: dt.datetime) -> None:
        if called_at < promise.counts_from:
            raise ValueError("stories call inside the window or after it")
        self._end(PromiseOutcome.LATE if called_at > promise.due_at else PromiseOutcome.KEPT, at)

    def _end(self, outcome: PromiseOutcome, at: dt.datetime) -> None:
        if self.promise:
            self._remind(self.promise, at, in_vain=outcome == PromiseOutcome.WITHDRAWN)
            self._sheet.add(self.promise._replace(ended_at=at, outcome=outcome))
        self.promise = None

    # Who acts next -----------------------------------------------------------------------------------

    def _assign(self, successor: Colleague, at: dt.datetime) -> None:
        self.specialist = successor
        self.confirm_by = max(at, min(at + self.team.confirm_within, self.starts_at))
        self.unconfirmed_flagged_at, self.next_action_at = None, max(self.starts_at, at)
        self._to_specialist(MessageKind.SPECIALIST_CONFIRM, at)

    def _hand_over(self, at: dt.datetime) -> None:
        self.specialist, self.next_action_at = None, at
        self._write(MessageKind.AGENT_TO_REBOOK, self.booking.agent.email, at)

    def _follow(
        self, outcome: AttemptOutcome, step: NextStep, next_at: dt.datetime | None, at: dt.datetime
    ) -> State:
        if step == NextStep.CLOSE:
            return State.COMPLETED if outcome in CONNECTED else State.NOT_REACHED
        if step == NextStep.FRONT_OFFICE:
            self._hand_over(at)
            return State.TO_REBOOK
        if next_at is None:
            raise ValueError("calling again needs a moment")
        if step == NextStep.TRY_AGAIN:
            self.next_action_at = next_at
            return self.state
        # Who promises on the phone stands for it: no confirmation is asked.
        self._promise(next_at, at, self._caller())
        self._to_customer(MessageKind.CUSTOMER_MOVED, at)
        return State.CONFIRMED

    # Messages ----------------------------------------------------------------------------------------

    def _announce(self, kind: MessageKind, at: dt.datetime) -> None:
        self._to_customer(kind, at)
        self._to_specialist(MessageKind.SPECIALIST_CONFIRM, at)

    def _alert(self, to_specialist: MessageKind, to_lead: MessageKind, at: dt.datetime) -> None:
        self._to_specialist(to_specialist, at)
        for lead in self.team.leads:
            self._write(to_lead, lead.email, at)

    def _remind(self, promise: PromiseRow, until: dt.datetime, *, in_vain: bool = False) -> None:
        """The reminders a promise got until it ended; in vain when the customer moved before it was read."""
        if not self._mailed:
            return
        for kind, before in (*CUSTOMER, *SPECIALIST):
            moment = promise.starts_at - before
            if promise.made_at < moment <= until:
                send = self._to_specialist if kind == MessageKind.SPECIALIST_REMINDER else self._to_customer
                send(kind, moment, superseded=in_vain)

    def _to_customer(self, kind: MessageKind, at: dt.datetime, *, superseded: bool = False) -> None:
        self._write(kind, self.customer.email, at, language=self.customer.language, superseded=superseded)

    def _to_specialist(self, kind: MessageKind, at: dt.datetime, *, superseded: bool = False) -> None:
        self._write(kind, self.specialist.user.email if self.specialist else "", at, superseded=superseded)

    def _write(
        self,
        kind: MessageKind,
        recipient: str,
        at: dt.datetime,
        *,
        language: str = "nl",
        superseded: bool = False,
    ) -> None:
        if self._mailed and recipient:
            # Named apart from the occasions of the doors: those must be able to write their own.
            occasion = f"demo.{self.id}.{len(self._letters)}"
            letter = Letter(kind, recipient, language, occasion, at, self.promise, superseded)
            self._letters.append(letter)
