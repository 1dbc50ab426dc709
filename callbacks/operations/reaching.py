"""Who is told by which way, from what is known of people as a row is written. Asks the database nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from availability.models import Team
from callbacks.kinds import KINDS, Kind, Reader
from callbacks.phones import is_mobile
from callbacks.states import MessageChannel, MessageKind, MessageState

A_DAY = dt.timedelta(days=1)
CHAT = "chat"


class Staff(NamedTuple):
    """Somebody who signs in."""

    pk: int
    name: str
    email: str


class Client(NamedTuple):
    """Whom we call back: the number is that of this appointment."""

    email: str = ""
    phone: str = ""
    language: str = settings.LANGUAGE_CODE


NOBODY = Client()


class House(NamedTuple):
    """What a team wants of its messages."""

    pk: int
    mailbox: str
    time_zone: str
    muted: list[str]
    quiet_from: dt.time
    quiet_until: dt.time

    @classmethod
    def of(cls, team: Team) -> "House":
        """The same of a team that is at hand."""
        return cls(
            team.pk, team.mailbox, team.time_zone, team.muted_messages, team.quiet_from, team.quiet_until
        )


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something to tell about an appointment (its key) or, without one, about the team; instants are UTC.

    ``occasion`` tells repetitions apart: one kind, occasion, way and recipient is one message.
    """

    kind: MessageKind
    occasion: str
    house: House
    now: dt.datetime
    look_at: dt.datetime
    useful_until: dt.datetime
    appointment_id: int | None = None
    promise_id: int | None = None
    client: Client = NOBODY
    caller: Staff | None = None
    booker: Staff | None = None
    leads: tuple[Staff, ...] = ()
    details: dict[str, str] | None = None

    @property
    def is_muted(self) -> bool:
        """Whether the team leaves this kind out."""
        return self.kind in self.house.muted

    @property
    def row(self) -> Kind:
        """What the table says of its kind."""
        return KINDS[self.kind]


class Way(NamedTuple):
    """By which channel, to which address, from when on, in which language."""

    channel: MessageChannel
    recipient: str
    look_at: dt.datetime
    language: str
    reader_id: int | None = None


def rows(fact: Fact) -> Iterator[dict[str, Any]]:
    """The fields of each message that tells a fact, one for each way; none when the team leaves it out."""
    if fact.is_muted:
        return
    for way in (*ways_to_reader(fact), *_ways_besides(fact)):
        written = way.channel == MessageChannel.APP
        address = f"{way.channel}:{way.reader_id or way.recipient}"
        mailed = way.channel == MessageChannel.EMAIL
        yield {
            **common(fact),
            "channel": way.channel,
            "recipient": way.recipient,
            "language": way.language,
            "reader_id": way.reader_id,
            "dedupe_key": f"{fact.kind}:{fact.occasion}:{way.recipient if mailed else address}",
            "look_at": way.look_at,
            # In the list of the application it has arrived by being written.
            "state": MessageState.SENT if written else MessageState.PENDING,
            "ended_at": fact.now if written else None,
        }


def common(fact: Fact) -> dict[str, Any]:
    """The fields that all messages about a fact share."""
    return {
        "appointment_id": fact.appointment_id,
        "promise_id": fact.promise_id,
        "team_id": None if fact.appointment_id else fact.house.pk,
        "kind": fact.kind,
        "details": fact.details or {},
        "useful_until": fact.useful_until,
        "created_at": fact.now,
    }


def ways_to_reader(fact: Fact) -> list[Way]:
    """The first way that reaches the reader; for want of one the team's mailbox, where the kind wants it."""
    if fact.row.reader == Reader.CUSTOMER:
        way = next(customer_ways(fact), None)
        if way is None and fact.row.to_mailbox and fact.house.mailbox:
            way = Way(MessageChannel.EMAIL, fact.house.mailbox, fact.look_at, settings.LANGUAGE_CODE)
        return [way] if way else []
    if MessageChannel.EMAIL not in fact.row.reach:
        return []
    addresses = [one.email for one in readers(fact) if one.email]
    if (fact.row.reader == Reader.TEAM and fact.house.mailbox) or (
        not addresses and fact.row.reader != Reader.BOOKER
    ):
        addresses = [fact.house.mailbox]
    mail = Way(MessageChannel.EMAIL, "", fact.look_at, settings.LANGUAGE_CODE)
    return [mail._replace(recipient=address) for address in dict.fromkeys(addresses) if address]


def customer_ways(fact: Fact) -> Iterator[Way]:
    """The ways that reach the customer, the best first; an SMS of no use after the quiet hours is none."""
    for channel in fact.row.reach:
        if channel == MessageChannel.EMAIL and fact.client.email:
            yield Way(channel, fact.client.email, fact.look_at, fact.client.language)
        elif channel == MessageChannel.SMS and takes_sms(fact.client.phone):
            look_at = after_quiet(fact.look_at, fact.house)
            if look_at < fact.useful_until:
                yield Way(channel, fact.client.phone, look_at, fact.client.language)


def reached_by(*, email: str, phone: str) -> MessageChannel | None:
    """The best way to a customer with this address and number (E.164); None when no message reaches them."""
    if email:
        return MessageChannel.EMAIL
    return MessageChannel.SMS if takes_sms(phone) else None


def takes_sms(phone: str) -> bool:
    """Whether an SMS can be sent to a number (E.164) here."""
    return bool(settings.SMS_URL) and is_mobile(phone)


def readers(fact: Fact) -> list[Staff]:
    """The colleagues who are told."""
    people = {
        Reader.SPECIALIST: (fact.caller,),
        Reader.LEADS: fact.leads,
        Reader.TEAM: fact.leads,
        Reader.BOOKER: (fact.booker,),
    }
    return [one for one in people.get(fact.row.reader, ()) if one]


def after_quiet(moment: dt.datetime, house: House) -> dt.datetime:
    """The moment (UTC) itself, or the end of the quiet hours that it lies in; by the team's own clock."""
    local = moment.astimezone(ZoneInfo(house.time_zone))
    clock, begins, ends = local.time(), house.quiet_from, house.quiet_until
    if begins <= ends:
        quiet = begins <= clock < ends
        day = local.date()
    else:
        quiet = clock >= begins or clock < ends
        day = local.date() + (A_DAY if clock >= begins else dt.timedelta(0))
    if not quiet:
        return moment
    return dt.datetime.combine(day, ends, ZoneInfo(house.time_zone)).astimezone(dt.UTC)


def after_channel(fact: Fact, channel: str) -> Way | None:
    """The next way to the customer when the one by this channel did not lead there, if there is one."""
    left = fact.row.reach[fact.row.reach.index(MessageChannel(channel)) + 1 :]
    return next((way for way in customer_ways(fact) if way.channel in left), None)


def _ways_besides(fact: Fact) -> Iterator[Way]:
    usual = Way(MessageChannel.APP, "", fact.look_at, settings.LANGUAGE_CODE)
    if MessageChannel.APP in fact.row.also:
        for one in readers(fact):
            yield usual._replace(recipient=one.name, reader_id=one.pk)
    if MessageChannel.CHAT in fact.row.also and settings.CHAT_URL:
        yield usual._replace(channel=MessageChannel.CHAT, recipient=CHAT)
