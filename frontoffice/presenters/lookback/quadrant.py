"""What topics are worth to the customer and to the organisation, beside the time that they take."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from availability.models import Topic
from callbacks.metrics import contacts
from callbacks.metrics.contacts import Handled
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from callbacks.models import TopicRating
from callbacks.queries import improving
from callbacks.states import Value
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.figures import NOTHING, Figure, Table, number, percent, small, tenths

# The drawing: a square of five by five places, with room above and below for words.
WIDTH, HEIGHT = 400, 460
LEFT, TOP, PLACE = 20, 46, 72
SIDE = PLACE * len(Value)
VALUES: Sequence[StrOrPromise] = (
    gettext_lazy("value for the customer"),
    gettext_lazy("value for the organisation"),
)
COUNTS: Sequence[StrOrPromise] = (
    gettext_lazy("contacts"),
    gettext_lazy("mean handling time"),
    gettext_lazy("hours"),
)
RATED: Sequence[StrOrPromise] = (gettext_lazy("rated by"), gettext_lazy("rated on"))
# Between circles, and between them and the lines.
GAP = 3
NAMED = 3


@dataclass(frozen=True)
class Judged:
    """A topic with its last rating, if any, and the work that it made. ``number`` is its label, if rated."""

    topic: Topic
    rating: TopicRating | None
    handled: Handled
    number: int | None = None

    @property
    def work(self) -> float:
        """Seconds; 0 when there were no contacts or nobody knows how long they took."""
        return self.handled.work or 0.0

    @property
    def irritates(self) -> bool:
        """Whether the customer would rather not have had to ask."""
        return self.rating is not None and self.rating.for_customer < Value.NEUTRAL


@dataclass(frozen=True)
class Disc:
    """A circle whose area is the work of a topic, with its label."""

    x: float
    y: float
    r: float
    label: int


@dataclass(frozen=True)
class Drawing:
    """The quadrant as coordinates, for a template to draw."""

    title: str
    summary: str
    discs: list[Disc]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = LEFT + SIDE
    top: int = TOP
    bottom: int = TOP + SIDE
    side: int = SIDE
    centre_x: int = LEFT + SIDE // 2
    centre_y: int = TOP + SIDE // 2
    quarter_x: int = LEFT + SIDE // 4
    three_quarters_x: int = LEFT + 3 * SIDE // 4


@dataclass(frozen=True)
class Row:
    """A topic in the table; without ``values``, and nothing ``rated``, when nobody rated it."""

    number: int | None
    slug: str
    name: str
    values: list[str]
    counts: list[str]
    rated: list[str]


@dataclass(frozen=True)
class Quadrant:
    """The figure with its drawing; ``rated`` topics have a circle, ``unrated`` ones still need a rating."""

    figure: Figure
    drawing: Drawing
    topics: list[Topic]
    rated: list[Row]
    unrated: list[Row]
    value_headings: Sequence[StrOrPromise] = VALUES
    count_headings: Sequence[StrOrPromise] = COUNTS
    rated_headings: Sequence[StrOrPromise] = RATED


def quadrant_figure(scope: Scope, topics: Mapping[int, Topic]) -> Figure:
    """The table of the quadrant; ``topics`` by key."""
    return quadrant(scope, topics).figure


def quadrant(scope: Scope, topics: Mapping[int, Topic]) -> Quadrant:
    """The topics of the scope's teams with their ratings; ``topics`` by key."""
    judged = _judged(scope, topics)
    rated = [one for one in judged if one.rating]
    unrated = [one for one in judged if not one.rating]
    finding = _finding(rated)
    rows = [_row(one) for one in (*rated, *unrated)]
    return Quadrant(
        figure=Figure(
            slug="quadrant",
            title=gettext_lazy("Value and irritation by topic"),
            finding=finding,
            definition=gettext_lazy(
                "Contacts on the topics that the teams handle, by the moment of the contact. Handling "
                "time runs from the first key or click until the contact is registered; the mean is of "
                "the contacts of which that is known. Hours are all contacts, each counted with that "
                "mean: the area of the circle. The last rating of a topic counts, whatever the weeks."
            ),
            table=Table(
                (
                    gettext_lazy("topic"),
                    gettext_lazy("number"),
                    *VALUES,
                    *COUNTS,
                    *RATED,
                ),
                [_cells(row) for row in rows],
            ),
            remarks=_remarks(rated, unrated),
        ),
        drawing=Drawing(title=finding, summary=_summary(rated), discs=discs(rated)),
        topics=[one.topic for one in judged],
        rated=rows[: len(rated)],
        unrated=rows[len(rated) :],
    )


def value_name(value: int) -> str:
    """A value with its number: 2 irritates somewhat."""
    return f"{value} {Value(value).label}"


def rated_by(rating: TopicRating) -> tuple[str, str]:
    """Who rated, and on which local day."""
    return rating.by_name, moments.plain_day(moments.today(rating.at))


def discs(rated: Iterable[Judged]) -> list[Disc]:
    """A circle for each topic with work. Those with the same rating lie beside each other; none overlap."""
    places: defaultdict[tuple[int, int], list[Judged]] = defaultdict(list)
    for one in rated:
        if one.rating and one.work:
            places[one.rating.for_customer, one.rating.for_organisation].append(one)
    # As large as the fullest place allows, and the same measure everywhere: areas can be compared.
    scale = min(
        (
            (PLACE / _across(len(some)) / 2 - GAP) / math.sqrt(max(one.work for one in some))
            for some in places.values()
        ),
        default=0.0,
    )
    return [
        Disc(x=round(x, 1), y=round(y, 1), r=round(scale * math.sqrt(one.work), 1), label=one.number or 0)
        for (across, up), some in places.items()
        for one, (x, y) in zip(some, _spots(across, up, len(some)), strict=True)
    ]


def _across(n: int) -> int:
    """So many fit beside each other when ``n`` share a square."""
    return math.isqrt(n - 1) + 1


def _spots(across: int, up: int, n: int) -> list[tuple[float, float]]:
    """Middles for ``n`` circles in one place of the drawing, row by row."""
    beside = _across(n)
    step, rows = PLACE / beside, -(-n // beside)
    left = LEFT + (across - 1) * PLACE
    top = TOP + (len(Value) - up) * PLACE + (PLACE - rows * step) / 2
    return [(left + (spot % beside + 0.5) * step, top + (spot // beside + 0.5) * step) for spot in range(n)]


def _judged(scope: Scope, topics: Mapping[int, Topic]) -> list[Judged]:
    """The rated ones first, numbered; in both those that took most time first."""
    own = Topic.teams.through.objects.filter(team__in=scope.teams).values_list("topic", flat=True)
    keys = [key for key in set(own) & set(topics) if scope.topic in {None, key}]
    ratings, handled = improving.ratings(keys), contacts.handled(scope)
    judged = [Judged(topics[key], ratings.get(key), handled.get(key, Handled())) for key in keys]
    # What is no longer in use matters as far as there were contacts.
    judged = [one for one in judged if one.topic.is_active or one.handled.n]
    judged.sort(key=lambda one: (-one.work, -one.handled.n, str(one.topic)))
    rated = [one for one in judged if one.rating]
    numbered = [Judged(one.topic, one.rating, one.handled, place) for place, one in enumerate(rated, start=1)]
    return numbered + [one for one in judged if not one.rating]


def _finding(rated: Sequence[Judged]) -> str:
    if not rated:
        return _("No topic has been rated yet")
    irritating = [one for one in rated if one.irritates]
    together = sum(one.work for one in rated)
    if not together:
        return _("nothing to count")
    if not any(one.work for one in irritating):
        return _("None of the time went to topics that irritate the customer")
    return _("%(share)s of the time went to topics that irritate the customer, most to %(topic)s") % {
        "share": percent(sum(one.work for one in irritating) / together),
        "topic": max(irritating, key=attrgetter("work")).topic,
    }


def _summary(rated: Sequence[Judged]) -> str:
    said = _("Each circle is a topic, with its number in the table; the larger, the more time it took.")
    largest = [
        _("%(topic)s (customer: %(customer)s; organisation: %(organisation)s; %(hours)s h)")
        % {
            "topic": one.topic,
            "customer": Value(one.rating.for_customer).label,
            "organisation": Value(one.rating.for_organisation).label,
            "hours": tenths(one.work / 3600),
        }
        for one in rated[:NAMED]
        if one.rating and one.work
    ]
    return f"{said} {_('The largest')}: {', '.join(largest)}." if largest else said


def _remarks(rated: Sequence[Judged], unrated: Sequence[Judged]) -> list[str]:
    remarks = small(Share(0, sum(one.handled.n for one in (*rated, *unrated))))
    if unrated:
        said = ngettext("%(number)d topic not rated yet", "%(number)d topics not rated yet", len(unrated))
        remarks.append(said % {"number": len(unrated)})
    if untimed := sum(one.handled.n > 0 and not one.work for one in rated):
        said = ngettext(
            "of %(number)d topic the handling time is not known: it has no circle",
            "of %(number)d topics the handling time is not known: they have no circle",
            untimed,
        )
        remarks.append(said % {"number": untimed})
    return remarks


def _cells(row: Row) -> list[str]:
    values = row.values or [NOTHING] * len(VALUES)
    rated = row.rated or [_("not rated yet"), NOTHING]
    return [row.name, str(row.number or NOTHING), *values, *row.counts, *rated]


def _row(one: Judged) -> Row:
    rating, mean, work = one.rating, one.handled.mean, one.handled.work
    values = (rating.for_customer, rating.for_organisation) if rating else ()
    return Row(
        number=one.number,
        slug=one.topic.slug,
        name=str(one.topic),
        values=[value_name(value) for value in values],
        counts=[
            number(one.handled.n),
            NOTHING if mean is None else moments.duration(mean),
            NOTHING if work is None else tenths(work / 3600),
        ],
        rated=list(rated_by(rating)) if rating else [],
    )
