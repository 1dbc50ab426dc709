"""Stored states and outcomes, and the one table of allowed transitions.

Only facts are stored. *Overdue*, *at risk*, *now* and *soon* are comparisons of a promise with the
clock (see ``models.promises``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an appointment stands."""

    SCHEDULED = "scheduled", _("scheduled")
    CONFIRMED = "confirmed", _("confirmed")
    TO_REBOOK = "to_rebook", _("to be rebooked")
    COMPLETED = "completed", _("completed")
    NOT_REACHED = "not_reached", _("not reached")
    CANCELLED = "cancelled", _("cancelled")


OWNED = (State.SCHEDULED, State.CONFIRMED)
OPEN = (*OWNED, State.TO_REBOOK)
CLOSED = (State.COMPLETED, State.NOT_REACHED, State.CANCELLED)


class Verb(models.TextChoices):
    """What was done to an appointment: the doors, and what workers record by themselves."""

    BOOK = "book", _("booked")
    CONFIRM = "confirm", _("confirmed")
    DECLINE = "decline", _("declined")
    PROPOSE = "propose", _("another time proposed")
    BEGIN_CALL = "begin_call", _("call begun")
    LOG_ATTEMPT = "log_attempt", _("call attempt")
    RESCHEDULE = "reschedule", _("rescheduled")
    REASSIGN = "reassign", _("reassigned")
    CANCEL = "cancel", _("cancelled")
    REOPEN = "reopen", _("reopened")
    UNDO = "undo", _("booking undone")
    CLAIM = "claim", _("claimed")
    RELEASE_CLAIM = "release_claim", _("claim released")
    SEND_BACK = "send_back", _("returned to the front office")
    FORWARD = "forward", _("forwarded")
    ADD_NOTE = "add_note", _("note added")
    CORRECT_PHONE = "correct_phone", _("number corrected")
    WITHDRAW_LINK = "withdraw_link", _("customer's link withdrawn")
    FLAG_OVERDUE = "flag_overdue", _("promise broken")
    FLAG_UNCONFIRMED = "flag_unconfirmed", _("confirmation overdue")
    FLAG_AT_RISK = "flag_at_risk", _("promise at risk")
    ESCALATE = "escalate", _("escalated")
    TELL = "tell", _("message passed on by hand")
    RETRY = "retry", _("message tried again")


# Per verb: from which states, and to which states it can lead. A new time is confirmed at once when the
# specialist agreed on it in person.
TRANSITIONS: dict[Verb, dict[State, tuple[State, ...]]] = {
    Verb.CONFIRM: {State.SCHEDULED: (State.CONFIRMED,)},
    Verb.DECLINE: dict.fromkeys(OWNED, (State.SCHEDULED, State.TO_REBOOK)),
    Verb.PROPOSE: dict.fromkeys(OWNED, (State.TO_REBOOK,)),
    Verb.BEGIN_CALL: {state: (state,) for state in OPEN},
    Verb.LOG_ATTEMPT: dict.fromkeys(OPEN, (*OPEN, State.COMPLETED, State.NOT_REACHED)),
    Verb.RESCHEDULE: dict.fromkeys(OPEN, (State.SCHEDULED, State.CONFIRMED)),
    Verb.REASSIGN: dict.fromkeys(OPEN, (State.SCHEDULED,)),
    Verb.CANCEL: dict.fromkeys(OPEN, (State.CANCELLED,)),
    Verb.REOPEN: dict.fromkeys(CLOSED, (State.TO_REBOOK,)),
    Verb.UNDO: dict.fromkeys(OWNED, (State.CANCELLED,)),
    Verb.CLAIM: {State.TO_REBOOK: (State.TO_REBOOK,)},
    Verb.RELEASE_CLAIM: {State.TO_REBOOK: (State.TO_REBOOK,)},
    Verb.SEND_BACK: dict.fromkeys(OWNED, (State.TO_REBOOK,)),
    Verb.FORWARD: dict.fromkeys(OPEN, (State.SCHEDULED, State.TO_REBOOK)),
    Verb.ADD_NOTE: {state: (state,) for state in State},
    Verb.CORRECT_PHONE: {state: (state,) for state in OPEN},
    Verb.WITHDRAW_LINK: {state: (state,) for state in State},
    Verb.FLAG_OVERDUE: {state: (state,) for state in OPEN},
    Verb.FLAG_UNCONFIRMED: {State.SCHEDULED: (State.SCHEDULED,)},
    Verb.FLAG_AT_RISK: {state: (state,) for state in (State.SCHEDULED, State.TO_REBOOK)},
    Verb.TELL: {state: (state,) for state in State},
    Verb.RETRY: {state: (state,) for state in State},
    Verb.ESCALATE: dict.fromkeys(OWNED, (State.SCHEDULED, State.TO_REBOOK)),
}

# What is noticed or begun changes nothing that somebody may have read: the version stays as it is.
WITHOUT_VERSION = (Verb.BEGIN_CALL, Verb.FLAG_OVERDUE, Verb.FLAG_UNCONFIRMED)


class PromiseOutcome(models.TextChoices):
    """How a promise ended; an open promise has none."""

    KEPT = "kept", _("kept")
    LATE = "late", _("late")
    BROKEN = "broken", _("not kept")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AttemptOutcome(models.TextChoices):
    """What came of one call."""

    SPOKEN_DONE = "spoken_done", _("spoken, done")
    SPOKEN_FOLLOW_UP = "spoken_follow_up", _("spoken, follow-up needed")
    NO_ANSWER = "no_answer", _("no answer")
    VOICEMAIL = "voicemail", _("voicemail left")
    BUSY = "busy", _("busy")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    OTHER_TIME = "other_time", _("customer wants another time")
    PASSED_ON = "passed_on", _("passed on")


CONNECTED = (
    AttemptOutcome.SPOKEN_DONE,
    AttemptOutcome.SPOKEN_FOLLOW_UP,
    AttemptOutcome.OTHER_TIME,
    AttemptOutcome.PASSED_ON,
)


# Nobody was spoken to, but the number may be right: worth another try.
IN_VAIN = (AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL, AttemptOutcome.BUSY)


class NextStep(models.TextChoices):
    """What follows a call that did not finish the matter."""

    CLOSE = "close", _("close")
    TRY_AGAIN = "try_again", _("call again")
    NEW_PROMISE = "new_promise", _("new agreed time")
    FRONT_OFFICE = "front_office", _("back to the front office")


# Which next steps fit which outcome. A spoken-done call only closes.
NEXT_STEPS: dict[AttemptOutcome, tuple[NextStep, ...]] = {
    AttemptOutcome.SPOKEN_DONE: (NextStep.CLOSE,),
    AttemptOutcome.SPOKEN_FOLLOW_UP: (NextStep.TRY_AGAIN, NextStep.NEW_PROMISE, NextStep.FRONT_OFFICE),
    AttemptOutcome.NO_ANSWER: (NextStep.TRY_AGAIN, NextStep.NEW_PROMISE, NextStep.CLOSE),
    AttemptOutcome.VOICEMAIL: (NextStep.TRY_AGAIN, NextStep.NEW_PROMISE, NextStep.CLOSE),
    AttemptOutcome.BUSY: (NextStep.TRY_AGAIN, NextStep.NEW_PROMISE, NextStep.CLOSE),
    AttemptOutcome.WRONG_NUMBER: (NextStep.FRONT_OFFICE, NextStep.CLOSE),
    AttemptOutcome.OTHER_TIME: (NextStep.NEW_PROMISE, NextStep.FRONT_OFFICE),
    AttemptOutcome.PASSED_ON: (NextStep.FRONT_OFFICE, NextStep.NEW_PROMISE),
}


class ContactResult(models.TextChoices):
    """How a contact with the front office ended."""

    CALLBACK = "callback", _("callback appointment")
    SOLVED = "solved", _("solved at first line")
    TRANSFERRED = "transferred", _("transferred")
    REFERRED = "referred", _("referred")
    REFUSED = "refused", _("no time found")
    STATUS = "status", _("asked where the callback is")
    UNDONE = "undone", _("booking undone")


class RefusalReason(models.TextChoices):
    """Why a caller who wanted a callback got none: unmet demand."""

    NOTHING_FREE = "nothing_free", _("nothing free")
    TOO_LATE = "too_late", _("what is free is too late")
    NO_TIME_SUITS = "no_time_suits", _("no free time suits the customer")
    WITHDREW = "withdrew", _("the customer does not want a callback any more")


class Remedy(models.TextChoices):
    """What is done with an appointment whose time is no longer offered."""

    COLLEAGUE = "colleague", _("another free specialist, same time")
    SUBSTITUTE = "substitute", _("the substitute")
    REBOOK = "rebook", _("back to the front office for a new time")
    KEEP = "keep", _("keep it all the same")


class MessageKind(models.TextChoices):
    """Which message, to whom."""

    CUSTOMER_BOOKED = "customer_booked", _("confirmation to the customer")
    CUSTOMER_MOVED = "customer_moved", _("new time to the customer")
    CUSTOMER_CANCELLED = "customer_cancelled", _("cancellation to the customer")
    CUSTOMER_TO_REBOOK = "customer_to_rebook", _("needs a new time, to the customer")
    CUSTOMER_DAY_BEFORE = "customer_day_before", _("reminder to the customer, the day before")
    CUSTOMER_HOUR_BEFORE = "customer_hour_before", _("reminder to the customer, one hour before")
    CUSTOMER_NOT_REACHED = "customer_not_reached", _("tried in vain, to the customer")
    CUSTOMER_CLOSED = "customer_closed", _("closing to the customer")
    SPECIALIST_CONFIRM = "specialist_confirm", _("request to confirm")
    SPECIALIST_UNCONFIRMED = "specialist_unconfirmed", _("confirmation overdue, to the specialist")
    SPECIALIST_REMINDER = "specialist_reminder", _("reminder to the specialist")
    SPECIALIST_AT_RISK = "specialist_at_risk", _("promise at risk, to the specialist")
    SPECIALIST_OVERDUE = "specialist_overdue", _("promise broken, to the specialist")
    SPECIALIST_GIVEN = "specialist_given", _("reassigned, to whom it is given")
    SPECIALIST_RELIEVED = "specialist_relieved", _("reassigned, to whom it is taken from")
    LEAD_UNCONFIRMED = "lead_unconfirmed", _("confirmation overdue, to the team lead")
    LEAD_OVERDUE = "lead_overdue", _("promise broken, to the team lead")
    LEAD_FULL_DAYS = "lead_full_days", _("full days ahead, to the team lead")
    LEAD_WEEK = "lead_week", _("weekly letter, to the team lead")
    LEAD_CHANNEL_DOWN = "lead_channel_down", _("messages do not go out, to the team lead")
    TEAM_UNTAKEN = "team_untaken", _("nobody to call, to the team")
    AGENT_KEPT = "agent_kept", _("promise kept, to the agent")
    AGENT_BROKEN = "agent_broken", _("promise broken, to the agent")
    AGENT_TO_REBOOK = "agent_to_rebook", _("needs a new time, to the agent")


FOR_CUSTOMERS = tuple(kind for kind in MessageKind if kind.startswith("customer_"))


class MessageChannel(models.TextChoices):
    """The way a message goes out."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    CHAT = "chat", _("team chat")
    WEBHOOK = "webhook", _("webhook")
    APP = "app", _("list in the application")


# What one reader gets, who must be told another way when it fails.
TO_ONE_READER = (MessageChannel.EMAIL, MessageChannel.SMS)
# What people read, one by one or together.
TO_PEOPLE = (*TO_ONE_READER, MessageChannel.CHAT)


class MessageState(models.TextChoices):
    """Where a message stands in the outbox."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    SUPERSEDED = "superseded", _("no longer true")
    FAILED = "failed", _("not delivered")


class Value(models.IntegerChoices):
    """What contacts on a topic are worth, to the customer or to the organisation."""

    IRRITATES = 1, _("irritates")
    RATHER_IRRITATES = 2, _("irritates somewhat")
    NEUTRAL = 3, _("neutral")
    RATHER_VALUABLE = 4, _("somewhat valuable")
    VALUABLE = 5, _("valuable")


class ImprovementAction(models.TextChoices):
    """What to do about contacts on a topic, in the order in which it is considered."""

    ELIMINATE = "eliminate", _("eliminate")
    PRE_EMPT = "pre_empt", _("pre-empt")
    DIGITISE = "digitise", _("digitise")
    STREAMLINE = "streamline", _("streamline")
    LEVERAGE = "leverage", _("leverage")


class ImprovementState(models.TextChoices):
    """Where an improvement stands."""

    OPEN = "open", _("to do")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")
