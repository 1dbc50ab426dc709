"""What is done about contacts: the list, and what was said of a topic and of an improvement."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from availability.models import Topic
from callbacks.metrics.improvement import Turn, Weekly, before_and_after
from callbacks.models import Improvement, ImprovementEntry, TopicRating
from callbacks.states import ImprovementAction, ImprovementState
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.figures import NOTHING, number, tenths
from frontoffice.presenters.lookback.quadrant import rated_by, value_name
from frontoffice.presenters.status import Status

PAGE = 10
# Of what was said before, so much is shown.
LAST = 10
NAMES: dict[str, StrOrPromise] = {
    "action": gettext_lazy("action"),
    "what": gettext_lazy("what"),
    "owner": gettext_lazy("owner"),
    "due_on": gettext_lazy("due on"),
    "state": gettext_lazy("state"),
}
WORDS = dict(ImprovementAction.choices) | dict(ImprovementState.choices)


@dataclass(frozen=True)
class Line:
    """An improvement in the list; ``before`` and ``after`` are contacts a week around it."""

    pk: int
    status: Status
    topic: str
    slug: str
    action: str
    what: str
    owner: str
    due: str
    before: str
    after: str


@dataclass(frozen=True)
class Improvements:
    """A page of the list."""

    lines: list[Line]
    page: Page[Improvement]


@dataclass(frozen=True)
class Said:
    """Something that somebody did, and when."""

    at: str
    who: str
    facts: list[str]


@dataclass(frozen=True)
class History:
    """What was said last, the newest first; ``more`` before that is not shown."""

    lines: list[Said]
    more: int


def improvements(topics: Iterable[Topic], *, now: dt.datetime, number: str) -> Improvements:
    """The improvements of these topics as they are at ``now`` (UTC): what is to do first."""
    found = Improvement.objects.filter(topic__in=list(topics)).select_related("topic", "owner").in_order()
    page = Paginator(found, PAGE).get_page(number)
    return Improvements(lines(page.object_list, now=now), page)


def lines(found: Iterable[Improvement], *, now: dt.datetime) -> list[Line]:
    """Improvements with the contacts around them."""
    some = list(found)
    turns = {
        one.pk: Turn(one.topic_id, one.settled_at or one.added_at)
        for one in some
        if one.state != ImprovementState.DROPPED
    }
    around = before_and_after(turns, zone=ZoneInfo(settings.TIME_ZONE), now=now)
    return [_line(one, around, moments.today(now)) for one in some]


def ratings_of(topic: Topic) -> History:
    """How a topic was rated."""
    found = TopicRating.objects.filter(topic=topic).order_by("-number")
    last = list(found[:LAST])
    said = [Said(at, who, _values(one)) for one in last for who, at in [rated_by(one)]]
    return History(said, max(0, last[0].number - LAST) if last else 0)


def _values(rating: TopicRating) -> list[str]:
    return [
        _("customer: %(value)s") % {"value": value_name(rating.for_customer)},
        _("organisation: %(value)s") % {"value": value_name(rating.for_organisation)},
    ]


def changes_of(improvement: Improvement) -> History:
    """Who changed what of an improvement."""
    found = ImprovementEntry.objects.filter(improvement=improvement)
    last = list(found.order_by("-at", "-pk")[:LAST])
    return History([_said(one) for one in last], max(0, found.count() - LAST))


def _line(one: Improvement, around: Mapping[int, tuple[Weekly, Weekly]], today: dt.date) -> Line:
    before, after = NOTHING, NOTHING
    if one.pk in around:
        weekly_before, weekly_after = around[one.pk]
        before = _weekly(weekly_before) or _("not known")
        after = _weekly(weekly_after) or _("too early to tell")
    return Line(
        pk=one.pk,
        status=_status(one, today),
        topic=str(one.topic),
        slug=one.topic.slug,
        action=one.get_action_display(),
        what=one.what,
        owner=str(one.owner),
        due=moments.plain_day(one.due_on),
        before=before,
        after=after,
    )


def _weekly(found: Weekly) -> str:
    """Contacts a week, with what was counted; empty without a whole week."""
    if found.mean is None:
        return ""
    said = ngettext(
        "%(mean)s a week (%(n)s in %(weeks)d week)", "%(mean)s a week (%(n)s in %(weeks)d weeks)", found.weeks
    )
    return said % {"mean": tenths(found.mean), "n": number(found.n), "weeks": found.weeks}


def _status(one: Improvement, today: dt.date) -> Status:
    if one.settled_at:
        shape, tone = ("✓", "good") if one.state == ImprovementState.DONE else ("–", "plain")
        day = moments.plain_day(moments.today(one.settled_at))
        return Status(f"{one.get_state_display()} {day}", shape, tone)
    if one.due_on < today:
        return Status(_("overdue"), "▲", "late")
    return Status(one.get_state_display(), "○", "plain")


def _said(entry: ImprovementEntry) -> Said:
    at = f"{moments.plain_day(moments.today(entry.at))} {moments.clock(entry.at)}"
    told = [(label, *entry.changes[name]) for name, label in NAMES.items() if name in entry.changes]
    facts = [f"{label}: {_word(old)} → {_word(new)}" for label, old, new in told]
    return Said(at, entry.by_name, facts or [_("added")])


def _word(kept: str) -> str:
    """What was kept of a change, as people read it: the name of a choice, a day, or the text itself."""
    if kept in WORDS:
        return str(WORDS[kept])
    try:
        return moments.plain_day(dt.date.fromisoformat(kept))
    except ValueError:
        return kept
