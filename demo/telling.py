"""How a story becomes rows: what stands in the log, in promises and in messages. All instants are UTC."""

import datetime as dt
import json
import random
from typing import NamedTuple

from callbacks.reminders import CUSTOMER, SPECIALIST, risk_moment
from callbacks.states import (
    CLOSED,
    CONNECTED,
    AttemptOutcome,
    ContactResult,
    MessageKind,
    NextStep,
    PromiseOutcome,
    State,
    Verb,
)
from demo.contacts import Circumstances, contact_row
from demo.mailing import Letter
from demo.names import Person, phone, reference
from demo.organisation import Colleague, TopicFacts, Worker
from demo.rows import AppointmentRow, ContactRow, LogRow, PromiseRow, Sheet

MINUTE = dt.timedelta(minutes=1)
A_DAY = dt.timedelta(days=1)
# Who booked looks at the news of a day on the next one.
READ_AFTER = dt.timedelta(hours=20)
# What the front office notes besides the question, for some.
REACHED = ("Alleen na 12 uur.", "Niet op woensdag.", "Laat lang overgaan.", "Liever geen voicemail.")
SECOND_PHONES = ("mobiel van partner", "werk", "buurvrouw")
# Numbers of people this far on in the list belong to nobody else here.
SECOND_PHONE = 500_000
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


class Telling:
    """An appointment in the making, and how its rows are written.

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
        self.claimed: tuple[Worker, dt.datetime] | None = None
        # Of a story that is told for its news, that is unread.
        self.is_news = False
        self.at = booking.at
        self._letters: list[Letter] = []
        self._sheet, self._rng, self._mailed = sheet, rng, mailed
        self._booked = self._contact(booking.at, ContactResult.CALLBACK)
        self._promise(booking.starts_at, booking.at, booking.agent)
        self._log(Verb.BOOK, booking.at, booking.agent, "", self._period())
        self._announce(MessageKind.CUSTOMER_BOOKED, booking.at)

    def _appointment(self, now: dt.datetime) -> AppointmentRow:
        booking, questions = self.booking, self.topic.questions
        claimed_by, claimed_at = self.claimed or (None, None)
        return AppointmentRow(
            id=self.id,
            version=self.version,
            reference=reference(self.id),
            customer_id=self.customer.id,
            contact_id=self._booked.id,
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
            second_phone=phone(self.customer.id + SECOND_PHONE) if self.id % 12 == 0 else "",
            second_phone_note=SECOND_PHONES[self.id // 12 % len(SECOND_PHONES)] if self.id % 12 == 0 else "",
            reach_note=REACHED[self.id % len(REACHED)] if self.id % 9 == 0 else "",
            case_number=f"Z-{self.booking.at:%Y}-{self.id:06d}" if self.id % 5 == 0 else "",
            claimed_by_id=claimed_by.id if claimed_by else None,
            claimed_at=claimed_at,
            read_by_booker_at=self._read_at(now),
        )

    def _read_at(self, now: dt.datetime) -> dt.datetime | None:
        """When whoever booked read what came of it: the next day."""
        read_at = self.at + READ_AFTER
        return None if self.is_news or read_at > now else read_at

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
        if to_state != State.TO_REBOOK:
            self.claimed = None
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

    def _contact(self, at: dt.datetime, result: ContactResult, *, about_id: int | None = None) -> ContactRow:
        booking = self.booking
        who = Circumstances(self.customer.id, booking.agent.id, booking.channel, self.topic.id)
        key = self._sheet.next_id(ContactRow)
        return contact_row(key, who, result=result, at=at, rng=self._rng, about_id=about_id)

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
            at_risk_at=risk_moment(starts_at=starts_at, made_at=at, within=self.team.at_risk_within),
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
