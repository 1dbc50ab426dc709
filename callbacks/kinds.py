"""Every kind of message in one table: to whom, when, while what is true, by which ways, in which words.

A new kind is a row here and a value of ``MessageKind``. ``operations.outbox`` and ``operations.notices``
write the rows, ``messages.rules`` asks whether they are still true, ``messages.wording`` finds the words (an
administrator may have written others), and ``messages.channels`` sends them. What a team leaves out, and when
it sends no SMS, stands with the team (``TeamMessages``).
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from callbacks.states import CLOSED, OPEN, OWNED, MessageChannel, MessageKind, State

PLACE = re.compile(r"\{(\w+)\}")
OF_APPOINTMENT = ("day", "start", "end", "team", "reference")
# Longest first by what a reader would rather have: a letter to keep, or a word in time.
LETTER_FIRST = (MessageChannel.EMAIL, MessageChannel.SMS)
WORD_FIRST = (MessageChannel.SMS, MessageChannel.EMAIL)
BY_MAIL = (MessageChannel.EMAIL,)
IN_APP = (MessageChannel.APP,)
IN_APP_AND_CHAT = (MessageChannel.APP, MessageChannel.CHAT)


class Reader(StrEnum):
    """Who is told: the customer; whoever must call, the leads, or the team; or who made the appointment.

    For want of an address of the specialist's or the leads' own it is the mailbox of the team. The team reads
    its mailbox, or its leads do for it; in the application the leads do anyway.
    """

    CUSTOMER = "customer"
    SPECIALIST = "specialist"
    LEADS = "leads"
    TEAM = "team"
    BOOKER = "booker"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message.

    ``moment`` says when it is written, and for reminders ``before`` how long before the promised start.
    It is true while the appointment is in one of ``states``, the promise spoken of is open (unless
    ``promise_open`` is False) and the reader is, or is not, who must call (``for_caller``). It goes by the
    first of the ways ``reach`` that reaches the reader, and by all of ``also``. With ``to_mailbox`` the team
    reads it when its reader cannot be reached. ``held_back``: for as long as a booking can be undone.
    """

    reader: Reader
    moment: StrOrPromise
    subject: StrOrPromise
    opening: StrOrPromise
    closing: StrOrPromise
    states: tuple[State, ...] = OPEN
    before: dt.timedelta | None = None
    promise_open: bool = True
    for_caller: bool | None = None
    reach: tuple[MessageChannel, ...] = BY_MAIL
    also: tuple[MessageChannel, ...] = IN_APP
    to_mailbox: bool = False
    held_back: bool = False
    variables: tuple[str, ...] = OF_APPOINTMENT


K = MessageKind
NOTHING_TO_DO = _(
    "You do not have to do anything. Does this time no longer suit you? "
    "Then call us and mention the reference."
)

KINDS: dict[MessageKind, Kind] = {
    # To the customer ---------------------------------------------------------------------------------
    K.CUSTOMER_BOOKED: Kind(
        reader=Reader.CUSTOMER,
        moment=_("at the booking, once it cannot be undone any more"),
        states=OWNED,
        reach=LETTER_FIRST,
        also=(),
        to_mailbox=True,
        held_back=True,
        subject=_("We will call you back on {day} at {start}"),
        opening=_("We will call you back on {day} between {start} and {end}."),
        closing=NOTHING_TO_DO,
    ),
    K.CUSTOMER_DAY_BEFORE: Kind(
        reader=Reader.CUSTOMER,
        moment=_("one day before the promised start"),
        before=dt.timedelta(days=1),
        states=OWNED,
        reach=LETTER_FIRST,
        also=(),
        subject=_("Reminder: we will call you back on {day} at {start}"),
        opening=_("As agreed, we will call you back on {day} between {start} and {end}."),
        closing=NOTHING_TO_DO,
    ),
    K.CUSTOMER_HOUR_BEFORE: Kind(
        reader=Reader.CUSTOMER,
        moment=_("one hour before the promised start"),
        before=dt.timedelta(hours=1),
        states=OWNED,
        reach=WORD_FIRST,
        also=(),
        subject=_("Reminder: we will call you back at {start}"),
        opening=_("As agreed, we will call you back on {day} between {start} and {end}."),
        closing=_("Please keep your phone at hand and make sure that you can talk."),
    ),
    K.CUSTOMER_MOVED: Kind(
        reader=Reader.CUSTOMER,
        moment=_("when a new time is promised"),
        states=OWNED,
        reach=LETTER_FIRST,
        also=(),
        to_mailbox=True,
        subject=_("New time: we will call you back on {day} at {start}"),
        opening=_(
            "Your callback has a new time: we will call you on {day} between {start} and {end}. "
            "The earlier time no longer holds."
        ),
        closing=NOTHING_TO_DO,
    ),
    K.CUSTOMER_CANCELLED: Kind(
        reader=Reader.CUSTOMER,
        moment=_("when the appointment is cancelled"),
        states=(State.CANCELLED,),
        promise_open=False,
        reach=LETTER_FIRST,
        also=(),
        to_mailbox=True,
        subject=_("Your callback on {day} has been cancelled"),
        opening=_(
            "Your callback on {day} between {start} and {end} has been cancelled. We will not call you then."
        ),
        closing=_("Would you still like to be called back? Then call us and mention the reference."),
    ),
    K.CUSTOMER_TO_REBOOK: Kind(
        reader=Reader.CUSTOMER,
        moment=_("when a change of availability takes the promised time away"),
        states=(State.TO_REBOOK,),
        reach=LETTER_FIRST,
        also=(),
        to_mailbox=True,
        subject=_("We need a new time for your callback of {day} at {start}"),
        opening=_(
            "We are sorry: we cannot call you on {day} between {start} and {end}. We need a new time for it."
        ),
        closing=_("You can choose a new time yourself. If you do not, we will contact you to agree on one."),
    ),
    K.CUSTOMER_NOT_REACHED: Kind(
        reader=Reader.CUSTOMER,
        moment=_("after a call attempt that did not reach the customer"),
        states=(*OPEN, State.NOT_REACHED),
        promise_open=False,
        reach=WORD_FIRST,
        also=(),
        subject=_("We tried to call you back"),
        opening=_(
            "We tried to call you back, as agreed for {day} between {start} and {end}, "
            "but could not reach you."
        ),
        closing=_("Would you rather agree a new time? Then call us and mention the reference."),
    ),
    K.CUSTOMER_CLOSED: Kind(
        reader=Reader.CUSTOMER,
        moment=_("when the matter is done"),
        states=(State.COMPLETED,),
        promise_open=False,
        reach=LETTER_FIRST,
        also=(),
        subject=_("Your callback request has been closed"),
        opening=_("We have closed your callback of {day} between {start} and {end}."),
        closing=_("Do you still have a question? Then call us and mention the reference."),
    ),
    # To the specialist -------------------------------------------------------------------------------
    K.SPECIALIST_CONFIRM: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when an appointment is booked or moved"),
        states=(State.SCHEDULED,),
        for_caller=True,
        subject=_("Please confirm: callback on {day} at {start}"),
        opening=_("A callback appointment was booked for you on {day} between {start} and {end}."),
        closing=_("Confirm it, or decline it so that somebody else can call."),
    ),
    K.SPECIALIST_UNCONFIRMED: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when the time to confirm is over"),
        states=(State.SCHEDULED,),
        for_caller=True,
        subject=_("Not confirmed yet: callback on {day} at {start}"),
        opening=_("You have not confirmed the callback appointment on {day} between {start} and {end} yet."),
        closing=_("Confirm it now, or decline it so that somebody else can call."),
    ),
    K.SPECIALIST_REMINDER: Kind(
        reader=Reader.SPECIALIST,
        moment=_("15 minutes before the promised start"),
        before=dt.timedelta(minutes=15),
        states=OWNED,
        for_caller=True,
        subject=_("Reminder: call back at {start}"),
        opening=_("You have a callback appointment on {day} between {start} and {end}."),
        closing=_("The phone number and the question are on the page of the appointment."),
    ),
    K.SPECIALIST_AT_RISK: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when the promised time is near and nobody has confirmed it"),
        states=(State.SCHEDULED, State.TO_REBOOK),
        for_caller=True,
        also=IN_APP_AND_CHAT,
        subject=_("Promise at risk: confirm now"),
        opening=_(
            "The customer was promised a call on {day} between {start} and {end}, "
            "and nobody has confirmed it."
        ),
        closing=_("Confirm it, or decline it so that a colleague can call."),
    ),
    K.SPECIALIST_OVERDUE: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when a promise is broken"),
        states=OWNED,
        for_caller=True,
        subject=_("Promise broken: call back now"),
        opening=_(
            "The customer was promised a call on {day} between {start} and {end}, "
            "and no call has been logged."
        ),
        closing=_("Call now, and log the call."),
    ),
    K.SPECIALIST_GIVEN: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when the appointment of a colleague is reassigned to the specialist"),
        states=(State.SCHEDULED,),
        for_caller=True,
        subject=_("Now yours: callback on {day} at {start}"),
        opening=_("A colleague's callback appointment on {day} between {start} and {end} is now yours."),
        closing=_("Confirm it, or decline it so that somebody else can call."),
    ),
    K.SPECIALIST_RELIEVED: Kind(
        reader=Reader.SPECIALIST,
        moment=_("when an appointment is taken from the specialist"),
        for_caller=False,
        subject=_("No longer yours: callback on {day} at {start}"),
        opening=_("The callback appointment on {day} between {start} and {end} is no longer yours."),
        closing=_("You do not have to call. Somebody else takes care of it."),
    ),
    # To the team lead --------------------------------------------------------------------------------
    K.LEAD_OVERDUE: Kind(
        reader=Reader.LEADS,
        moment=_("when a promise is broken"),
        also=IN_APP_AND_CHAT,
        subject=_("Promise broken: callback of {day} at {start}"),
        opening=_(
            "The customer was promised a call on {day} between {start} and {end}, "
            "and no call has been logged."
        ),
        closing=_("Have the customer called now, or reassign the appointment."),
    ),
    K.LEAD_UNCONFIRMED: Kind(
        reader=Reader.LEADS,
        moment=_("when the time to confirm is over"),
        states=(State.SCHEDULED,),
        also=IN_APP_AND_CHAT,
        subject=_("Not confirmed: callback on {day} at {start}"),
        opening=_(
            "Nobody has confirmed the callback appointment on {day} between {start} and {end}, "
            "and the time for that has passed."
        ),
        closing=_("Ask the specialist, or reassign the appointment."),
    ),
    K.LEAD_FULL_DAYS: Kind(
        reader=Reader.LEADS,
        moment=_("in the morning, when days ahead have no free slot left"),
        also=IN_APP_AND_CHAT,
        variables=("team", "days"),
        subject=_("Full: {days}"),
        opening=_("The team {team} has no free slot left on {days}."),
        closing=_("Publish more time, or tell the front office what to offer instead."),
    ),
    K.LEAD_WEEK: Kind(
        reader=Reader.LEADS,
        moment=_("on Monday at seven, when something changed in the week before"),
        variables=("team", "week", "news"),
        subject=_("Week {week}: {team}"),
        opening=_("What changed most in week {week}, beside the four weeks before:\n\n{news}"),
        closing=_(
            "All figures are in the look back. You can switch this letter off in the list of messages."
        ),
    ),
    K.LEAD_CHANNEL_DOWN: Kind(
        reader=Reader.LEADS,
        moment=_("when messages by some channel have not gone out for two minutes"),
        also=IN_APP_AND_CHAT,
        variables=("team", "channel", "since"),
        subject=_("Messages do not go out: {channel}"),
        opening=_("Messages by {channel} have not gone out since {since}."),
        closing=_("They are tried again by themselves. What comes too late stands on the worklist."),
    ),
    # To the team -------------------------------------------------------------------------------------
    K.TEAM_UNTAKEN: Kind(
        reader=Reader.TEAM,
        moment=_("when the team has an appointment that nobody of it is free to take"),
        states=(State.TO_REBOOK,),
        promise_open=False,
        subject=_("Nobody to call: callback on {day} at {start}"),
        opening=_(
            "The team {team} has a callback appointment on {day} between {start} and {end}, "
            "and nobody who can call then."
        ),
        closing=_("The front office agrees a new time. Publish more time, or reassign the appointment."),
    ),
    # To the agent ------------------------------------------------------------------------------------
    K.AGENT_KEPT: Kind(
        reader=Reader.BOOKER,
        moment=_("when the promised call was made in time"),
        states=(*OPEN, *CLOSED),
        promise_open=False,
        # Good news can wait until somebody looks.
        reach=(),
        subject=_("Kept: callback of {day} at {start}"),
        opening=_("The customer was called on {day} between {start} and {end}, as you promised."),
        closing=_("You do not have to do anything."),
    ),
    K.AGENT_BROKEN: Kind(
        reader=Reader.BOOKER,
        moment=_("when a promise is broken"),
        states=(*OPEN, *CLOSED),
        promise_open=False,
        subject=_("Not kept: callback of {day} at {start}"),
        opening=_("The call that you promised on {day} between {start} and {end} was not made in time."),
        closing=_("The team knows. Should the customer call, you can say so."),
    ),
    K.AGENT_TO_REBOOK: Kind(
        reader=Reader.BOOKER,
        moment=_("when a new time must be agreed"),
        states=(State.TO_REBOOK,),
        promise_open=False,
        subject=_("Needs a new time: callback on {day} at {start}"),
        opening=_("The callback on {day} between {start} and {end} cannot be made then."),
        closing=_("Agree on a new time with the customer. What the specialist proposed is on the worklist."),
    ),
}


def reminders_for(reader: Reader) -> tuple[tuple[MessageKind, dt.timedelta], ...]:
    """The reminders for a reader with how long before the promised start, longest first."""
    found = [(kind, row.before) for kind, row in KINDS.items() if row.reader == reader and row.before]
    return tuple(sorted(found, key=lambda one: one[1], reverse=True))
