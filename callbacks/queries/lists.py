"""The lists people work from, and the numbers of the team lead's board.

Each tile of the board and the rows behind it come from one definition, so that they cannot differ.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from availability.models import Specialist, Team, Topic
from availability.slots import Slot
from callbacks.clock import Moment
from callbacks.models import Appointment, Attempt, Message, Promise
from callbacks.models.appointments import AppointmentQuerySet
from callbacks.queries.demand import Demand, demand_today
from callbacks.queries.prepared import Given, OneOf, Prepared
from callbacks.queries.slots import free_slots, slots_of, starts_of_places
from callbacks.states import (
    FOR_CUSTOMERS,
    OPEN,
    OWNED,
    TO_ONE_READER,
    TO_PEOPLE,
    MessageKind,
    MessageState,
    PromiseOutcome,
    State,
)


@dataclass(frozen=True)
class Room:
    """What a team can still take today, for the topic that most of its specialists handle.

    ``members`` are the keys of all its specialists; ``starts`` is when those callbacks would begin (UTC).
    """

    team: Team
    topic: Topic
    members: set[int]
    slots: list[Slot]
    starts: list[dt.datetime]

    @property
    def free(self) -> int:
        """How many callbacks fit."""
        return len(self.starts)


@dataclass(frozen=True)
class Board:
    """Where the promises of a lead's teams stand; each number counts the rows behind it.

    ``kept`` counts of the ``due_today`` promises that fall due today and are settled or overdue by now.
    ``by_team`` are the same numbers by team (key) and name, which add up to these; nothing of it means 0.
    """

    late_now: int
    oldest_due_at: dt.datetime | None
    at_risk: int
    kept: int
    due_today: int
    unconfirmed: int
    to_rebook: int
    rooms: list[Room]
    demand: Demand
    by_team: dict[int, Counter[str]]

    @property
    def room_left(self) -> int:
        """How many callbacks still fit today, in all teams."""
        return sum(room.free for room in self.rooms)


END_MATTERS = dt.timedelta(days=7)
TILES = ("late", "at_risk", "kept", "unconfirmed", "to_rebook")


def with_people(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """What a row of any list shows, in a fixed number of queries."""
    open_promises = Prefetch("promises", queryset=Promise.objects.open(), to_attr="open_promises")
    attempts = Attempt.objects.filter(appointment=OuterRef("pk")).order_by().values("appointment")
    return (
        appointments.select_related(
            "customer",
            "topic",
            "team",
            "specialist__user",
            "created_by",
            "claimed_by",
            "calling_by",
            "proposed_specialist__user",
        )
        .prefetch_related(open_promises)
        .annotate(attempt_count=Coalesce(Subquery(attempts.values(n=Count("pk"))), 0))
    )


def open_promise(appointment: Appointment) -> Promise | None:
    """The promise that still has to be kept. The appointment comes from ``with_people``."""
    promises: list[Promise] = vars(appointment)["open_promises"]
    return promises[0] if promises else None


def own_list(*, specialist: Specialist, now: dt.datetime) -> QuerySet[Appointment]:
    """What this specialist must call: what is late at a UTC instant, then the first to act on first."""
    late = Case(When(_is_late(now), then=Value(0)), default=Value(1))
    return with_people(Appointment.objects.owned_by(specialist)).order_by(late, "next_action_at", "pk")


def worklist(*, user: User) -> QuerySet[Appointment]:
    """Appointments for which the front office must agree a new time, longest waiting first.

    What this person has claimed comes before what nobody has, and that before what others work on.
    """
    claim = Case(
        When(claimed_by=user, then=Value(0)), When(claimed_by__isnull=True, then=Value(1)), default=Value(2)
    )
    found = with_people(Appointment.objects.visible_to(user).to_rebook())
    return found.order_by(claim, "next_action_at", "pk")


def undelivered(*, user: User, now: dt.datetime) -> QuerySet[Message]:
    """Messages to customers that did not arrive in time: the front office must tell them.

    Of open appointments; and of the last week, that nobody calls, that the customer was not reached or that
    the matter is closed, which nobody else would tell.
    """
    given_up = Q(kind=MessageKind.CUSTOMER_NOT_REACHED, appointment__state=State.NOT_REACHED)
    closed = Q(kind=MessageKind.CUSTOMER_CLOSED, appointment__state=State.COMPLETED)
    ended = Q(kind=MessageKind.CUSTOMER_CANCELLED) | given_up | closed
    over = ended & Q(ended_at__gt=now - END_MATTERS)
    tasks = _untold().filter(
        over | Q(appointment__state__in=OPEN), kind__in=FOR_CUSTOMERS, channel__in=TO_ONE_READER
    )
    return tasks.filter(appointment__in=Appointment.objects.visible_to(user))


def untold_colleagues(*, user: User, now: dt.datetime) -> QuerySet[Message]:
    """Messages to colleagues, and to a team's chat, that did not arrive in time: its lead must tell them.

    About open appointments, and of the last week about a team itself.
    """
    teams = _scope(user, None)
    open_calls = Q(appointment__state__in=OPEN, appointment__team__in=teams, channel__in=TO_PEOPLE)
    about_calls = open_calls & ~Q(kind__in=FOR_CUSTOMERS)
    about_team = Q(team__in=teams, channel__in=TO_PEOPLE, ended_at__gt=now - END_MATTERS)
    return _untold().filter(about_calls | about_team)


def _untold() -> QuerySet[Message]:
    """Tasks that nobody has done, the longest waiting first."""
    tasks = Message.objects.filter(state=MessageState.FAILED, handled_at__isnull=True)
    return tasks.select_related("appointment__customer", "appointment__team", "team").order_by(
        "ended_at", "pk"
    )


def led_teams(user: User) -> QuerySet[Team]:
    """The teams whose board this person sees: a lead their own, an administrator all."""
    return Team.objects.all() if user.is_administrator else Team.objects.filter(leads=user)


def board(*, user: User, now: dt.datetime, team: Team | None = None) -> Board:
    """The numbers of somebody's board at a UTC instant; today is the local day of the team."""
    return board_of(_scope(user, team), now=now, team=team)


def board_of(teams: list[int], *, now: dt.datetime, team: Team | None = None) -> Board:
    """The numbers of these teams (keys), whoever looks at them."""
    start, end = today(now, team)
    by_team: dict[int, Counter[str]] = {team: Counter() for team in teams}
    oldest: list[dt.datetime] = []
    for what, team_id, number, since in COUNTS.rows(teams=teams, now=now, start=start, end=end):
        by_team[team_id][what] = number
        if since:
            oldest.append(since)
    counts = sum(by_team.values(), Counter[str]())
    return Board(
        late_now=counts["late"],
        oldest_due_at=min(oldest, default=None),
        at_risk=counts["at_risk"],
        kept=counts["kept"],
        due_today=counts["due"],
        unconfirmed=counts["unconfirmed"],
        to_rebook=counts["to_rebook"],
        rooms=_rooms(teams, now=now),
        demand=demand_today(teams=teams, now=now, start=start, end=end),
        by_team=by_team,
    )


def board_rows(*, user: User, now: dt.datetime, tile: str, team: Team | None = None) -> QuerySet[Appointment]:
    """The appointments that a tile counts, the most urgent first."""
    start, end = today(now, team)
    of_teams = Appointment.objects.filter(team__in=_scope(user, team))
    rows = _tile(tile, of_teams, now=now, start=start, end=end)
    return with_people(rows).order_by(Coalesce("next_action_at", "starts_at"), "pk")


def _is_late(now: Moment) -> Q:
    """Overdue, or between two calls and the planned next one did not come."""
    promise = Promise.objects.open().filter(appointment=OuterRef("pk"))
    missed = Q(~Exists(promise), state__in=OWNED, next_action_at__lt=now)
    return Q(Exists(promise.filter(due_at__lt=now))) | missed


def _since() -> Coalesce:
    """Since when a late customer waits: their promise was due, or the next call was planned."""
    promise = Promise.objects.open().filter(appointment=OuterRef("pk"))
    return Coalesce(Subquery(promise.values("due_at")), F("next_action_at"))


def _counts() -> QuerySet[Any, Any]:
    """How many rows each tile has of each team, in one statement: all of them keep indexes of their own."""
    now, start, end = (Given(name, DateTimeField()) for name in ("now", "start", "end"))
    teams = Given("teams", ArrayField(BigIntegerField()))
    of_teams = Appointment.objects.filter(OneOf("team", teams))
    late, *others = (_tile(tile, of_teams, now=now, start=start, end=end) for tile in TILES)
    due = Promise.objects.due_between(start, end).filter(OneOf("appointment__team", teams))
    settled = due.filter(Q(ended_at__isnull=False) | Q(due_at__lt=now))
    nothing = Cast(Value(None), DateTimeField())
    rest = zip((*TILES[1:], "due"), (*others, settled), strict=True)
    paths = dict.fromkeys(TILES, "team") | {"due": "appointment__team"}
    counts = [_count(name, rows, paths[name], nothing) for name, rows in rest]
    together: QuerySet[Any, Any] = _count("late", late, "team", Min(_since())).union(*counts, all=True)
    return together


def _count(what: str, rows: QuerySet[Any, Any], team: str, oldest: Any) -> QuerySet[Any, Any]:
    one: QuerySet[Any, Any] = rows.order_by().values(what=Value(what), of_team=F(team))
    counted: QuerySet[Any, Any] = one.annotate(number=Count("pk"), oldest=oldest)
    return counted.values_list("what", "of_team", "number", "oldest")


COUNTS = Prepared(_counts)


def _rooms(teams: list[int], *, now: dt.datetime) -> list[Room]:
    able = Specialist.objects.filter(team=OuterRef("team"), topics=OuterRef("topic"))
    people = able.order_by().values("team").values(number=Count("pk"))
    common: QuerySet[Any] = (
        Topic.teams.through.objects.filter(team__in=teams, topic__is_active=True)
        .annotate(members=ArraySubquery(Specialist.objects.filter(team=OuterRef("team")).values("pk")))
        .order_by("team_id", Coalesce(Subquery(people), 0).desc(), "topic__duration", "topic_id")
        .distinct("team_id")
        .select_related("team", "topic")
    )
    rooms = [_room(one.team, one.topic, set(one.members), now=now) for one in common]
    return sorted(rooms, key=lambda room: (room.team.name, room.team.pk))


def _room(team: Team, topic: Topic, members: set[int], *, now: dt.datetime) -> Room:
    everybody = free_slots(topic=topic, start=now, end=today(now, team)[1], now=now)
    # Other teams may handle the topic too; their room is counted with them.
    slots = slots_of(everybody, members)
    starts = starts_of_places(slots, buffer=dt.timedelta(minutes=topic.buffer))
    return Room(team, topic, members, slots, starts)


def _tile(
    tile: str, appointments: AppointmentQuerySet, *, now: Moment, start: Moment, end: Moment
) -> QuerySet[Appointment]:
    """The rows of a tile among appointments; ``start`` and ``end`` are those of today."""
    if tile == "late":
        return appointments.open().filter(_is_late(now))
    if tile == "at_risk":
        return appointments.at_risk(now)
    if tile == "unconfirmed":
        return appointments.unconfirmed(now)
    if tile == "kept":
        kept = Q(promises__outcome=PromiseOutcome.KEPT, promises__due_at__gte=start, promises__due_at__lt=end)
        return appointments.filter(kept)
    return appointments.to_rebook()


def _scope(user: User, team: Team | None) -> list[int]:
    teams = led_teams(user)
    # Keys first: with a subquery the planner reads far more than the few open rows.
    return list((teams.filter(pk=team.pk) if team else teams).values_list("pk", flat=True))


def today(now: dt.datetime, team: Team | None) -> tuple[dt.datetime, dt.datetime]:
    """The local day of ``now``, end excluded: in the team's zone, without one in the site's."""
    zone = team.zone if team else ZoneInfo(settings.TIME_ZONE)
    start = dt.datetime.combine(now.astimezone(zone).date(), dt.time(0), zone)
    end = dt.datetime.combine(start.date() + dt.timedelta(days=1), dt.time(0), zone)
    return start, end
