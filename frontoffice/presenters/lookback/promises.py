"""Figures about promises: kept, late, called, and how far ahead they were made."""

from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callbacks.metrics import promises
from callbacks.metrics.agreements import BookingTimes, booking_times
from callbacks.metrics.promises import MOST_ATTEMPTS, Kept
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Point, Share, Signal, p_chart
from callbacks.states import AttemptOutcome
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.charts import control_chart, curve
from frontoffice.presenters.lookback.figures import (
    NOTHING,
    Figure,
    Table,
    between,
    compared,
    length,
    number,
    percent,
    small,
    spread_row,
    stated,
)
from frontoffice.presenters.lookback.weeks import week_name

# What the product promises of itself; a team that does worse has work to do.
TARGET = 0.95
MINUTES = (0, 5, 15, 30, 60, 120, 240, 480, 1440)
SIGNALS = {
    Signal.OUTSIDE: gettext_lazy("outside the limits"),
    Signal.SHIFT: gettext_lazy("eight or more weeks on one side of the average"),
    Signal.TREND: gettext_lazy("six or more steps in one direction"),
}
SPREAD_HEADINGS = (
    "",
    gettext_lazy("how many"),
    gettext_lazy("half within"),
    gettext_lazy("nine in ten within"),
    gettext_lazy("95 in 100 within"),
    gettext_lazy("most"),
)


def kept_figure(scope: Scope) -> Figure:
    """The kept-promise rate over time, as a statistical process chart."""
    together, weekly = promises.kept(scope)
    before, _weeks = promises.kept(scope.before())
    middle, points = p_chart([one.kept_share for one in weekly])
    finding = stated(_("%(share)s of the promises were kept"), together.kept_share)
    if difference := compared(together.kept_share, before.kept_share):
        finding = f"{finding}: {difference}"
    labels = [week_name(monday) for monday in scope.mondays]
    return Figure(
        slug="kept",
        title=gettext_lazy("Kept promises"),
        finding=finding,
        definition=gettext_lazy(
            "Promises due in the week whose first call started inside the window, of all that were due. "
            "Withdrawn ones do not count; overdue ones count as broken. The limits are three standard "
            "deviations around the average: what lies within them can be chance."
        ),
        table=Table(
            (
                gettext_lazy("week"),
                gettext_lazy("due"),
                gettext_lazy("kept"),
                gettext_lazy("late"),
                gettext_lazy("broken"),
                gettext_lazy("kept, share"),
                gettext_lazy("likely between"),
                gettext_lazy("spoken in time"),
                gettext_lazy("stands out"),
            ),
            (_week_row(*row) for row in zip(labels, weekly, points, strict=True)),
        ),
        chart=control_chart(
            points, labels, middle=middle, target=TARGET, title=finding, summary=stands_out(labels, points)
        )
        if together.n
        else None,
        remarks=[*small(together.kept_share), *_unclosed(scope)],
    )


def lateness_figure(scope: Scope) -> Figure:
    """How late calls came, as a cumulative distribution."""
    spread, reached = promises.lateness(scope), promises.lateness_reached(scope, minutes=MINUTES)
    finding = _("nothing to count")
    if spread.p90 is not None:
        finding = _called(percent(reached[0].rate), spread.p90)
    names = [_("in time") if not one else moments.length(one) for one in MINUTES]
    return Figure(
        slug="lateness",
        title=gettext_lazy("Lateness"),
        finding=finding,
        definition=gettext_lazy(
            "From the end of the window until the first call started; before the window it is negative, "
            "inside it nothing. Customers who still wait count with the time until now; promises that were "
            "given up without a call are counted as broken, not here."
        ),
        table=Table(
            (
                gettext_lazy("called after the window within"),
                gettext_lazy("customers"),
                gettext_lazy("share"),
            ),
            (
                [name, number(share.met), percent(share.rate)]
                for name, share in zip(names, reached, strict=True)
            ),
        ),
        facts=list(zip(SPREAD_HEADINGS[1:], spread_row("", spread)[1:], strict=True)),
        chart=curve(
            [(name, share.rate or 0.0) for name, share in zip(names, reached, strict=True)],
            title=finding,
            summary=_("Share of customers called by so long after the window."),
        )
        if spread.n
        else None,
        remarks=small(Share(0, spread.n)),
    )


def attempts_figure(scope: Scope) -> Figure:
    """Calls by number and outcome."""
    counts = promises.attempts(scope)
    together, _weeks = promises.kept(scope)
    share = together.first_share
    numbers = range(1, MOST_ATTEMPTS + 1)
    names = [str(one) for one in numbers[:-1]] + [_("%(number)d or more") % {"number": MOST_ATTEMPTS}]
    return Figure(
        slug="attempts",
        title=gettext_lazy("Call attempts"),
        finding=stated(_("The first call reached the customer: %(share)s"), share),
        definition=gettext_lazy(
            "Calls made for the promises that fell due, by their number and what came of them. First-attempt "
            "success: promises whose first call reached the customer, of those with a call."
        ),
        table=Table(
            ("", *names),
            (
                [str(outcome.label), *(number(counts.get((one, outcome), 0)) for one in numbers)]
                for outcome in AttemptOutcome
            ),
        ),
        remarks=small(share),
    )


def times_figure(scope: Scope) -> Figure:
    """How far ahead was promised, and how long booking took."""
    lead = promises.lead_time(scope)
    booking = booking_times(scope)
    finding = _("nothing to count")
    if lead.n:
        finding = _(
            "Half of the customers were called within %(half)s of asking, nine in ten within %(most)s"
        ) % {
            "half": length(lead.p50),
            "most": length(lead.p90),
        }
    return Figure(
        slug="times",
        title=gettext_lazy("Lead time and booking time"),
        finding=finding,
        definition=gettext_lazy(
            "Lead time: from the moment of the promise until its window starts. Booking time: from the first "
            "key or click for a customer until the appointment was made, where that is known."
        ),
        table=Table(
            SPREAD_HEADINGS,
            [spread_row(_("lead time"), lead), _booking_row(booking)],
        ),
        remarks=small(Share(0, lead.n)),
    )


def _called(share: str, p90: float) -> str:
    if p90 <= 0:
        return _("%(share)s were called inside the window") % {"share": share}
    named = {"share": share, "length": length(p90)}
    return _("%(share)s were called inside the window; nine in ten within %(length)s after it") % named


def _booking_row(times: BookingTimes) -> list[str]:
    middles = [NOTHING if one is None else moments.duration(one) for one in (times.p50, times.p90)]
    return [_("booking time"), number(times.n), *middles, NOTHING, NOTHING]


def _week_row(label: str, kept: Kept, point: Point) -> list[str]:
    share = kept.kept_share
    return [
        label,
        *(number(one) for one in (kept.n, kept.kept, kept.late, kept.broken)),
        percent(share.rate),
        between(share),
        percent(kept.spoken_share.rate),
        _words(point),
    ]


def _words(point: Point) -> str:
    return ", ".join(str(text) for signal, text in SIGNALS.items() if signal in point.signals)


def stands_out(labels: list[str], points: list[Point]) -> str:
    """The summary of the chart: which weeks are more than chance, and why, those in a row together."""
    loud = []
    for words, weeks in groupby(zip(labels, points, strict=True), key=lambda week: _words(week[1])):
        named = [label for label, _point in weeks]
        ends = {"first": named[0], "last": named[-1]}
        if words:
            span = _("%(first)s until %(last)s") % ends if len(named) > 1 else named[0]
            loud.append(f"{span}: {words}")
    return "; ".join(loud) if loud else _("No week stands out: the differences can be chance.")


def _unclosed(scope: Scope) -> list[str]:
    return [] if scope.is_closed else [_("the last week is not over yet")]
