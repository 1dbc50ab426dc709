"""Creates users, teams, topics, specialists and their availability."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

from django.contrib.auth.hashers import make_password

from accounts.models import Role, User
from availability.models import Absence, Closure, Specialist, Team, Topic, Window, WindowException
from demo.catalogue import AGENTS, HOURS, SIGN_INS, TEAMS, TOPICS, TopicSpec
from demo.names import full_name

PASSWORD = "demo-belbelofte"  # noqa: S105 - it is printed at every start of the demo
OPENED_DAYS_AGO = 1100
# Day and night today and tomorrow, so that the demo has work at any hour; in all other weeks as others.
ON_CALL, USUALLY = "N", "H"
ON_CALL_DAYS = 2
DAY = dt.timedelta(days=1)
# Minutes after a broken promise; the demo runs on for hours.
ESCALATE_AFTER = 120


class Worker(NamedTuple):
    """Somebody who signs in."""

    id: int
    name: str
    email: str


class TeamFacts(NamedTuple):
    """What the stories need of a team."""

    id: int
    early: dt.timedelta
    grace: dt.timedelta
    confirm_within: dt.timedelta
    at_risk_within: dt.timedelta
    spacing: dt.timedelta
    leads: tuple[Worker, ...]


class TopicFacts(NamedTuple):
    """What the stories need of a topic; ``length`` is duration and buffer together."""

    id: int
    slug: str
    duration: dt.timedelta
    length: dt.timedelta
    questions: list[str]


class Colleague(NamedTuple):
    """A specialist with their team and topics."""

    id: int
    user: Worker
    team: TeamFacts
    topics: tuple[TopicFacts, ...]


class Organisation(NamedTuple):
    """Everybody who takes part, with the models where these are asked for slots."""

    agents: list[Worker]
    colleagues: dict[int, Colleague]
    topics: list[Topic]
    demo_specialist: Colleague


def create_organisation(*, today: dt.date, rng: random.Random) -> Organisation:
    """Store the whole organisation as it is on a local day; nobody has an appointment yet."""
    users = _users()
    teams = _teams(users)
    topics = _topics(teams)
    specialists = _specialists(users, teams)
    for specialist in specialists:
        specialist.topics.set(_skills(specialist, topics, rng))
    _windows(specialists, today)
    _absences(specialists, today, rng)
    _closures(teams, today)
    colleagues = _colleagues(specialists, topics, teams, users)
    return Organisation(
        agents=[_worker(users[name]) for name in AGENTS],
        colleagues=colleagues,
        topics=list(topics.values()),
        demo_specialist=next(one for one in colleagues.values() if one.user.id == users["specialist"].pk),
    )


def _users() -> dict[str, User]:
    """All users by the name under which ``teams`` lists them; the sign-ins share one password."""
    secret, nothing = make_password(PASSWORD), make_password(None)
    roles = dict(zip(SIGN_INS, (Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR), strict=True))
    roles |= dict.fromkeys(AGENTS[1:], Role.AGENT)
    roles |= {spec.lead: Role.LEAD for spec in TEAMS if spec.lead not in SIGN_INS}
    roles |= dict.fromkeys(_specialist_names(), Role.SPECIALIST)
    users = [
        User(
            username=name if name in SIGN_INS else _username(name),
            name=SIGN_INS.get(name, name),
            email=f"{_username(name)}@lindewaard.example.org",
            role=role,
            password=secret if name in SIGN_INS else nothing,
        )
        for name, role in roles.items()
    ]
    return dict(zip(roles, User.objects.bulk_create(users), strict=True))


def _username(name: str) -> str:
    return name.lower().replace(" ", ".")


def _specialist_names() -> list[str]:
    """The demo's own specialist works for the last team, on call; the others' names are drawn up in order."""
    wanted = sum(len(spec.patterns) for spec in TEAMS) - 1
    taken = {*AGENTS, *SIGN_INS.values(), *(spec.lead for spec in TEAMS)}
    names: list[str] = []
    number = 1_000_000
    while len(names) < wanted:
        number += 1
        if (name := full_name(number)) not in taken:
            taken.add(name)
            names.append(name)
    before = wanted - len(TEAMS[-1].patterns) + 1
    return [*names[:before], "specialist", *names[before:]]


def _teams(users: dict[str, User]) -> dict[str, Team]:
    teams = {
        spec.slug: Team(
            slug=spec.slug,
            name=spec.name,
            mailbox=f"{spec.slug}@lindewaard.example.org",
            confirm_within=spec.confirm_within,
            grace=spec.grace,
            minimum_notice=spec.minimum_notice,
            attempt_spacing=spec.attempt_spacing,
            agreed_hours=spec.agreed_hours,
            agreed_kept=spec.agreed_kept,
            observes_public_holidays=spec.observes_public_holidays,
            escalate_after=ESCALATE_AFTER,
        )
        for spec in TEAMS
    }
    Team.objects.bulk_create(teams.values())
    for spec in TEAMS:
        teams[spec.slug].leads.set([users[spec.lead]])
    return teams


def _topics(teams: dict[str, Team]) -> dict[str, Topic]:
    topics = {spec.slug: _topic(spec) for spec in TOPICS}
    Topic.objects.bulk_create(topics.values())
    for spec in TOPICS:
        topics[spec.slug].teams.set([teams[slug] for slug in spec.teams])
    return topics


def _topic(spec: TopicSpec) -> Topic:
    return Topic(
        slug=spec.slug,
        name=spec.name,
        duration=spec.duration,
        buffer=spec.buffer,
        guidance=spec.guidance,
        preferred_channels=spec.preferred,
        supporting_channels=spec.supporting,
        discouraged_channels=list(spec.discouraged),
    )


def _specialists(users: dict[str, User], teams: dict[str, Team]) -> list[Specialist]:
    names = iter(_specialist_names())
    specialists = [
        Specialist(
            user=users[next(names)],
            team=teams[spec.slug],
            extension=f"{4100 + 100 * place + desk}",
            # One of the first team cannot be disturbed in between.
            takes_transfers=(place, desk) != (0, 1),
        )
        for place, spec in enumerate(TEAMS)
        for desk, _pattern in enumerate(spec.patterns)
    ]
    return Specialist.objects.bulk_create(specialists)


def _skills(specialist: Specialist, topics: dict[str, Topic], rng: random.Random) -> list[Topic]:
    """All but one of the team's topics for most people; the first three of a team know them all."""
    own = [topics[spec.slug] for spec in TOPICS if specialist.team.slug in spec.teams]
    knows_all = int(specialist.extension) % 100 < 3
    return own if knows_all else rng.sample(own, len(own) - 1)


def _windows(specialists: list[Specialist], today: dt.date) -> None:
    opened = today - DAY * OPENED_DAYS_AGO
    patterns = [pattern for spec in TEAMS for pattern in spec.patterns]
    windows = [
        Window(
            specialist=specialist,
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from=valid_from,
            valid_until=valid_until,
            # Published in one go: the same hours on several days are one series.
            series=uuid5(NAMESPACE_OID, f"{specialist.pk} {starts} {ends}"),
        )
        for specialist, pattern in zip(specialists, patterns, strict=True)
        for weekday, letter in enumerate(pattern, start=1)
        for letters, valid_from, valid_until in _terms(letter, weekday, opened, today)
        for starts, ends in HOURS[letters]
    ]
    Window.objects.bulk_create(windows)
    _exceptions([one for one in windows if (one.valid_from, one.valid_until) == (opened, None)], today)


def _terms(
    letter: str, weekday: int, opened: dt.date, today: dt.date
) -> Iterator[tuple[str, dt.date, dt.date | None]]:
    """The letters of a day of the week, from when and until when: who is on call is so today and tomorrow."""
    if letter != ON_CALL:
        yield letter, opened, None
        return
    over = today + DAY * ON_CALL_DAYS
    yield letter, today, over - DAY
    if weekday <= 5:
        yield USUALLY, opened, today - DAY
        yield USUALLY, over, None


def _exceptions(windows: list[Window], today: dt.date) -> None:
    """A few days on which somebody starts later, or is not there for once."""
    coming = [(window, _next(today, window.weekday)) for window in windows if window.starts == dt.time(9)]
    later = [
        WindowException(window=window, day=day, starts=dt.time(10), ends=window.ends)
        for window, day in coming[5::40]
    ]
    never = [WindowException(window=window, day=day) for window, day in coming[20::40]]
    WindowException.objects.bulk_create(later + never)


def _next(today: dt.date, weekday: int) -> dt.date:
    return today + DAY * (1 + (weekday - today.isoweekday() - 1) % 7)


def _absences(specialists: list[Specialist], today: dt.date, rng: random.Random) -> None:
    """Leave now and to come, a long illness, single days; never who is on call."""
    zone = specialists[0].team.zone

    def away(specialist: Specialist, first: int, days: int, reason: str) -> Absence:
        start = dt.datetime.combine(today + DAY * first, dt.time(0), zone)
        end = dt.datetime.combine(today + DAY * (first + days), dt.time(0), zone)
        colleagues = [one for one in specialists if one.team_id == specialist.team_id and one != specialist]
        return Absence(
            specialist=specialist,
            starts_at=start,
            ends_at=end,
            reason=reason,
            substitute=rng.choice(colleagues),
        )

    kinds = [(-3, 10, "Vakantie"), (-60, 90, "Ziekte"), (5, 14, "Vakantie"), (-15, 7, "Vakantie")]
    kinds += [(offset, 1, "Opleiding") for offset in (1, 3, 8, -6)]
    absent = rng.sample(specialists[:-7], len(kinds))
    Absence.objects.bulk_create(
        away(specialist, *kind) for specialist, kind in zip(absent, kinds, strict=True)
    )
    for absence in Absence.objects.filter(reason="Ziekte").select_related("specialist"):
        absence.specialist.substitute = absence.substitute
        absence.specialist.save(update_fields=["substitute"])


def _closures(teams: dict[str, Team], today: dt.date) -> None:
    """A study day of one team behind us, one ahead, and a day off for everybody."""
    before, after, all_off = _next(today - DAY * 14, 4), _next(today + DAY * 7, 2), _next(today + DAY * 28, 5)
    Closure.objects.bulk_create(
        [
            Closure(team=teams["werk-inkomen"], first_day=before, last_day=before, name="Teamdag"),
            Closure(team=teams["belastingen"], first_day=after, last_day=after, name="Studiedag"),
            Closure(first_day=all_off, last_day=all_off, name="Collectieve vrije dag"),
        ]
    )


def _colleagues(
    specialists: list[Specialist], topics: dict[str, Topic], teams: dict[str, Team], users: dict[str, User]
) -> dict[int, Colleague]:
    topic_facts = {topics[spec.slug].pk: _topic_facts(topics[spec.slug], spec) for spec in TOPICS}
    team_facts = {teams[spec.slug].pk: _team_facts(teams[spec.slug], users[spec.lead]) for spec in TEAMS}
    return {
        specialist.pk: Colleague(
            id=specialist.pk,
            user=_worker(specialist.user),
            team=team_facts[specialist.team_id],
            topics=tuple(topic_facts[topic.pk] for topic in specialist.topics.order_by("pk")),
        )
        for specialist in specialists
    }


def _topic_facts(topic: Topic, spec: TopicSpec) -> TopicFacts:
    duration, buffer = dt.timedelta(minutes=spec.duration), dt.timedelta(minutes=spec.buffer)
    return TopicFacts(topic.pk, spec.slug, duration, duration + buffer, spec.questions)


def _team_facts(team: Team, lead: User) -> TeamFacts:
    return TeamFacts(
        id=team.pk,
        early=dt.timedelta(minutes=team.early),
        grace=dt.timedelta(minutes=team.grace),
        confirm_within=dt.timedelta(minutes=team.confirm_within),
        at_risk_within=dt.timedelta(minutes=team.at_risk_within),
        spacing=dt.timedelta(minutes=team.attempt_spacing),
        leads=(_worker(lead),),
    )


def _worker(user: User) -> Worker:
    return Worker(user.pk, user.name, user.email)
