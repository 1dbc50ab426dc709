"""The page of the look back: what was asked for, what can be chosen, and the figures."""

import datetime as dt
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability.models import Channel, Team, Topic
from callbacks.metrics import VERSION
from callbacks.metrics.agreements import WORKED
from callbacks.metrics.contacts import MADE
from callbacks.metrics.daily import gathered
from callbacks.metrics.promises import DUE
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.queries.lists import led_teams
from frontoffice.presenters.lookback import capacity, channels, contacts, promises, quadrant, teams
from frontoffice.presenters.lookback.figures import Figure
from frontoffice.presenters.lookback.weeks import HALVES, read_week, week_code, week_days

LENGTHS = (1, 4, 13, 26, 52)
DEFAULT_LENGTH = 13
# Weeks to choose from, the present one first.
WEEKS_BACK = 104

# In the order of the page.
OF_PROMISES: dict[str, Callable[[Scope], Figure]] = {
    "kept": promises.kept_figure,
    "lateness": promises.lateness_figure,
    "attempts": promises.attempts_figure,
    "times": promises.times_figure,
    "demand": contacts.demand_figure,
    "asking": contacts.asking_figure,
}
OF_TOPICS: dict[str, Callable[[Scope, Mapping[int, Topic]], Figure]] = {
    "capacity": capacity.capacity_figure,
    "resolution": contacts.resolution_figure,
    "avoidable": contacts.avoidable_figure,
    "channels": channels.channels_figure,
}
OF_TEAMS: dict[str, Callable[[Scope, Mapping[int, Team]], Figure]] = {
    "ahead": capacity.ahead_figure,
    "reachability": teams.reachability_figure,
    "agreements": teams.agreements_figure,
}
SLUGS = (*OF_PROMISES, *OF_TOPICS, *OF_TEAMS)
# With a page of its own.
APART: dict[str, Callable[[Scope, Mapping[int, Topic]], Figure]] = {"quadrant": quadrant.quadrant_figure}
FILES = (*SLUGS, *APART)


@dataclass(frozen=True)
class Choice:
    """One option of a filter."""

    value: str
    label: StrOrPromise
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter with its options; ``name`` is that of the parameter."""

    name: str
    label: StrOrPromise
    choices: list[Choice]

    @property
    def chosen(self) -> StrOrPromise:
        """The option that is chosen, in words."""
        return next(choice.label for choice in self.choices if choice.chosen)


@dataclass(frozen=True)
class LookBack:
    """What a lead asked for. Whatever is not to be had falls back to what shows most."""

    scope: Scope
    teams: list[Team]
    topics: list[Topic]
    team: Team | None
    topic: Topic | None

    @property
    def period(self) -> str:
        """The weeks in words."""
        first, last = self.scope.mondays[0], self.scope.mondays[-1]
        if first == last:
            return week_days(first)
        return _("%(first)s until %(last)s") % {"first": week_days(first), "last": week_days(last)}

    @property
    def version(self) -> int:
        """The version of the definitions."""
        return VERSION

    @cached_property
    def query(self) -> str:
        """The parameters of an address that asks for the same."""
        asked = {one.name: choice.value for one in self.filters for choice in one.choices if choice.chosen}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def narrowed(self) -> list[Filter]:
        """What narrows the figures down beside the weeks and the team, each with the option chosen."""
        narrowing = {"topic": self.topic, "channel": self.scope.channel, "half": self.scope.half}
        return [one for one in self._narrowing if narrowing[one.name]]

    @cached_property
    def filters(self) -> list[Filter]:
        """What can be chosen."""
        now, scope = self.scope.now, self.scope
        present = monday_of(now, scope.zone)
        weeks = [present - A_WEEK * number for number in range(WEEKS_BACK)]
        return [
            _filter(
                "until",
                gettext_lazy("Until"),
                [(week_code(one), week_days(one)) for one in weeks],
                week_code(scope.mondays[-1]),
            ),
            _filter(
                "weeks", gettext_lazy("Weeks"), [(str(one), str(one)) for one in LENGTHS], str(scope.weeks)
            ),
            _filter(
                "team",
                gettext_lazy("Team"),
                [("", _("All my teams")), *((one.slug, one.name) for one in self.teams)],
                self.team.slug if self.team else "",
            ),
            *self._narrowing,
        ]

    @property
    def _narrowing(self) -> list[Filter]:
        return [
            _filter(
                "topic",
                gettext_lazy("Topic"),
                [("", _("All topics")), *((one.slug, one.name) for one in self.topics)],
                self.topic.slug if self.topic else "",
            ),
            _filter(
                "channel",
                gettext_lazy("Channel"),
                [("", _("All channels")), *Channel.choices],
                self.scope.channel,
            ),
            _filter(
                "half",
                gettext_lazy("Half of the day"),
                [("", _("Whole day")), *HALVES.items()],
                self.scope.half,
            ),
        ]

    def file_name(self, slug: str) -> str:
        """Of a file with a figure: kept-2026-W35-2026-W47.csv."""
        first, last = self.scope.mondays[0], self.scope.mondays[-1]
        return f"{slug}-{week_code(first)}-{week_code(last)}.csv"

    def figure(self, slug: str) -> Figure:
        """One figure, by its name of ``FILES``."""
        if slug in OF_PROMISES:
            return OF_PROMISES[slug](self.scope)
        if of_topics := (OF_TOPICS | APART).get(slug):
            return of_topics(self.scope, self.topics_by_key)
        chosen = [self.team] if self.team else self.teams
        return OF_TEAMS[slug](self.scope, {one.pk: one for one in chosen})

    @property
    def topics_by_key(self) -> dict[int, Topic]:
        """The topics that the teams handle."""
        return {one.pk: one for one in self.topics}

    @property
    def figures(self) -> list[Figure]:
        """All figures, in the order of the page."""
        with gathered_for(self.scope):
            return [self.figure(slug) for slug in SLUGS]


@contextmanager
def gathered_for(scope: Scope) -> Iterator[None]:
    """Read what the figures of a scope, or of one that it includes, count: once for all of them.

    Also what does not narrow down with the others.
    """
    whole = replace(scope, topic=None, channel="", half="")
    compared = whole.together_with(whole.before())
    with gathered(compared, MADE), gathered(compared.together_with(whole.in_months()), DUE, WORKED):
        yield


def look_back(*, user: User, asked: Mapping[str, str], now: dt.datetime) -> LookBack:
    """What the parameters of an address ask for, of the teams that this person leads."""
    teams = list(led_teams(user))
    return _asked_of(teams, list(Topic.objects.filter(teams__in=teams).distinct()), asked, now)


def sheets(whole: LookBack, asked: Mapping[str, str]) -> list[LookBack]:
    """The same for paper: the team that was asked for, or each of those that this person leads, by itself."""
    teams = [whole.team] if whole.team else whole.teams
    now = whole.scope.now
    return [_asked_of(whole.teams, whole.topics, {**asked, "team": team.slug}, now) for team in teams]


def _asked_of(teams: list[Team], topics: list[Topic], asked: Mapping[str, str], now: dt.datetime) -> LookBack:
    team = next((one for one in teams if one.slug == asked.get("team")), None)
    topic = next((one for one in topics if one.slug == asked.get("topic")), None)
    zone = team.zone if team else ZoneInfo(settings.TIME_ZONE)
    weeks = next((one for one in LENGTHS if str(one) == asked.get("weeks")), DEFAULT_LENGTH)
    scope = Scope(
        monday=_last_week(asked.get("until", ""), now, zone) - A_WEEK * (weeks - 1),
        weeks=weeks,
        teams=tuple(one.pk for one in ([team] if team else teams)),
        zone=zone,
        now=now,
        topic=topic.pk if topic else None,
        channel=_known(asked.get("channel", ""), Channel.values),
        half=_known(asked.get("half", ""), HALVES),
    )
    return LookBack(scope, teams, topics, team, topic)


def _last_week(code: str, now: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The week asked for when it can be chosen, else the last one that is over."""
    present = monday_of(now, zone)
    wanted = read_week(code)
    if wanted is None or not present - A_WEEK * (WEEKS_BACK - 1) <= wanted <= present:
        return present - A_WEEK
    return wanted


def _known(value: str, values: Container[str]) -> str:
    return value if value in values else ""


def _filter(name: str, label: StrOrPromise, options: list[tuple[str, StrOrPromise]], chosen: str) -> Filter:
    return Filter(name, label, [Choice(value, text, value == chosen) for value, text in options])
