"""Many messages and log rows by one statement are what ``outbox`` and ``records`` make of each alone."""

import datetime as dt
from collections.abc import Collection
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.db import connection

from availability.models import Specialist, Team
from callbacks.kinds import Reader
from callbacks.models import Appointment, Customer, LogEntry, Message, Promise
from callbacks.operations import outbox, records
from callbacks.operations.notices import Notice, log_noticed, tell, tell_teams
from callbacks.operations.reaching import Staff
from callbacks.states import MessageKind, State, Verb
from tests.factories import CustomerFactory, TeamFactory, UserFactory, World, at

LEADS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "one": [{}],
    "two": [{}, {}],
    "gone": [{"is_active": False}],
    "without address": [{"email": ""}],
    "one of three": [{}, {"email": ""}, {"is_active": False}],
    "at one address": [{"email": "leads@example.org"}, {"email": "leads@example.org"}],
}
CALLERS = ("known", "without address", "nobody")
MAILBOXES = ("team@example.org", "")
CUSTOMERS = (("a@example.org", "en"), ("b@example.org", "nl"), ("", "nl"))
KINDS = {
    Reader.CUSTOMER: MessageKind.CUSTOMER_HOUR_BEFORE,
    Reader.SPECIALIST: MessageKind.SPECIALIST_OVERDUE,
    Reader.LEADS: MessageKind.LEAD_OVERDUE,
    Reader.TEAM: MessageKind.TEAM_UNTAKEN,
    Reader.BOOKER: MessageKind.AGENT_TO_REBOOK,
}
FIELDS = [
    field.attname for field in Message._meta.concrete_fields if field.name not in {"id", "uid", "details"}
]


class News(outbox.News):
    """Also to the leads, which only workers do."""

    def to_leads(self, kind: MessageKind) -> outbox.Told:
        """To those who are there, else to the mailbox of the team."""
        leads = self.appointment.team.leads.filter(is_active=True).order_by("pk")
        return self._told(kind, leads=tuple(Staff(one.pk, one.name, one.email) for one in leads))


@pytest.fixture
def mixed(world: World) -> list[Promise]:
    """An open promise for every kind of team, caller and customer.

    The planner takes the tables for empty, as they are between tests. Looking through one for each row of
    another, where many tests have left their dead rows, takes longer than a statement may.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    return [_promise(world, *one) for one in product(LEADS, CALLERS, MAILBOXES, CUSTOMERS)]


def _promise(world: World, leads: str, caller: str, mailbox: str, customer: tuple[str, str]) -> Promise:
    team = TeamFactory.create(mailbox=mailbox)
    team.leads.set([UserFactory.create(**fields) for fields in LEADS[leads]])
    appointment = _appointment(world, team, CustomerFactory.create(email=customer[0], language=customer[1]))
    if caller != "nobody":
        user = UserFactory.create(**({} if caller == "known" else {"email": ""}))
        appointment.specialist = Specialist.objects.create(user=user, team=team)
        appointment.save(update_fields=["specialist"])
    return appointment.promises.create(
        starts_at=at(10),
        ends_at=at(10, 30),
        counts_from=at(10),
        due_at=at(10, 40),
        made_at=at(9),
        made_by=world.agent,
    )


def _appointment(world: World, team: Team, customer: Customer) -> Appointment:
    return Appointment.objects.create(
        reference=f"N{customer.pk}",
        customer=customer,
        contact=customer.contacts.create(agent=world.agent, result="callback", at=at(9)),
        topic=world.topic,
        team=team,
        starts_at=at(10),
        ends_at=at(10, 30),
        phone=customer.phone,
        state=State.TO_REBOOK,
        next_action_at=at(9),
        confirm_by=at(9),
        created_by=world.agent,
        created_at=at(9),
    )


def notices(promises: Collection[Promise], reader: Reader) -> list[Notice]:
    """One about each promise."""
    return [Notice(KINDS[reader], one.appointment_id, one.pk, f"x.{one.pk}") for one in promises]


def stored() -> set[tuple[Any, ...]]:
    """All messages, without what is made for each row."""
    return set(Message.objects.values_list(*FIELDS))


def one_by_one(promises: Collection[Promise], reader: Reader, now: dt.datetime) -> set[tuple[Any, ...]]:
    """What ``outbox.News`` makes of each."""
    for promise in promises:
        news = News(appointment=promise.appointment, promise=promise, occasion=f"x.{promise.pk}", now=now)
        ways = {
            Reader.CUSTOMER: news.to_customer,
            Reader.SPECIALIST: news.to_specialist,
            Reader.LEADS: news.to_leads,
            Reader.TEAM: news.to_leads,
            Reader.BOOKER: news.to_booker,
        }
        outbox.queue(ways[reader](KINDS[reader]))
    made = stored()
    Message.objects.all().delete()
    return made


@pytest.mark.parametrize("now", [at(10, 10), at(11)], ids=["running", "over"])
@pytest.mark.parametrize("reader", Reader)
def test_told_together_is_told_one_by_one(mixed: list[Promise], reader: Reader, now: dt.datetime) -> None:
    expected = one_by_one(mixed, reader, now)
    tell(notices(mixed, reader), now=now)
    assert stored() == expected
    assert len(expected) >= len(mixed) / 2


def test_a_notice_without_a_promise_is_useful_for_a_day(world: World) -> None:
    booked, now = world.book(), at(9, 30)
    Message.objects.all().delete()
    tell([Notice(MessageKind.LEAD_UNCONFIRMED, booked.pk, None, "x")], now=now)
    together = stored()
    Message.objects.all().delete()
    news = News(appointment=booked, promise=None, occasion="x", now=now)
    outbox.queue(news.to_leads(MessageKind.LEAD_UNCONFIRMED))
    assert together == stored()


def test_what_was_told_is_not_told_again(world: World) -> None:
    notice = Notice(MessageKind.LEAD_OVERDUE, world.book().pk, None, "x")
    for minute in range(2):
        tell([notice, notice], now=at(11, minute))
    told = Message.objects.filter(kind=MessageKind.LEAD_OVERDUE, created_at=at(11))
    assert sorted(told.values_list("channel", flat=True)) == ["app", "email"]
    assert told.count() == Message.objects.filter(kind=MessageKind.LEAD_OVERDUE).count()


def test_each_message_has_an_identity_of_its_own(mixed: list[Promise]) -> None:
    tell(
        [Notice(MessageKind.LEAD_OVERDUE, one.appointment_id, one.pk, "x") for one in mixed],
        now=at(11),
    )
    uids = list(Message.objects.values_list("uid", flat=True))
    assert len(set(uids)) == len(uids) > 1
    assert {uid.version for uid in uids} == {4}


def test_nothing_to_tell_is_no_error(db: None) -> None:
    tell([], now=at(11))
    assert not Message.objects.exists()


def test_noticed_together_is_logged_as_one_by_one(mixed: list[Promise]) -> None:
    moment, now = at(10) + dt.timedelta(microseconds=120), at(11)
    noticed = {one.appointment_id: {"due_at": moment.isoformat()} for one in mixed}
    log_noticed(Verb.FLAG_OVERDUE, noticed, now=now)
    by_itself = partial(records.entry, verb=Verb.FLAG_OVERDUE, by=None, now=now, due_at=moment)
    made = [by_itself(one.appointment, from_state=one.appointment.state) for one in mixed]
    fields = [field.attname for field in LogEntry._meta.concrete_fields if field.name != "id"]
    rows = LogEntry.objects.filter(verb=Verb.FLAG_OVERDUE).order_by("appointment").values_list(*fields)
    assert list(rows) == [tuple(getattr(one, name) for name in fields) for one in made]


def test_what_speaks_of_no_appointment_is_told_the_leads_of_each_team_once(world: World) -> None:
    other = TeamFactory.create()
    for _time in range(2):
        details = {world.team.pk: {"days": "Monday"}, other.pk: {"days": "Tuesday"}}
        tell_teams(MessageKind.LEAD_FULL_DAYS, details, occasion="2026-11-23", now=at(8))
    told = Message.objects.order_by("team", "channel").values_list("team", "channel", "recipient", "details")
    assert list(told) == [
        (world.team.pk, "app", world.lead.name, {"days": "Monday"}),
        (world.team.pk, "email", world.lead.email, {"days": "Monday"}),
        (other.pk, "email", other.mailbox, {"days": "Tuesday"}),
    ]
