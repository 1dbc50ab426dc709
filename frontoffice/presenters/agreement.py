"""What a team agreed beside what it publishes and keeps, for whoever answers for it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Role, User
from availability.models import Team
from availability.slots import DAY
from callbacks.metrics.statistics import Share
from callbacks.queries.agreements import WeekOffered, agreement
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.figures import tenths
from frontoffice.presenters.status import Status


@dataclass(frozen=True)
class WeekRow:
    """A week with the hours published for it; ``status`` compares them with the promise, if there is one."""

    label: str
    published: str
    status: Status | None


@dataclass(frozen=True)
class ShareRow:
    """A share in percent (empty when there is nothing to count) of ``n``.

    ``agreed`` is the percentage that was agreed, or empty; ``status`` compares the two, when there are two.
    """

    label: str
    percent: str
    n: int
    is_small: bool
    agreed: str
    status: Status | None


@dataclass(frozen=True)
class AgreementTable:
    """The agreement of a team; ``agreed`` is empty when no hours were promised."""

    team: str
    agreed: str
    weeks: list[WeekRow]
    shares: list[ShareRow]


def agreement_table(team: Team, *, by: User, now: dt.datetime) -> AgreementTable | None:
    """For the team's leads and administrators; others see None."""
    leads = by.role == Role.LEAD and team.leads.filter(pk=by.pk).exists()
    if not leads and not by.is_administrator:
        return None
    found = agreement(team, now=now)
    term = _("confirmed within %(minutes)d minutes") % {"minutes": team.confirm_within}
    return AgreementTable(
        team=str(team),
        agreed=_hours(found.agreed) if found.agreed is not None else "",
        weeks=[_week(one, found.agreed) for one in found.weeks],
        shares=[
            _share(term, found.confirmed, None),
            _share(_("promises kept"), found.kept, found.agreed_kept),
        ],
    )


def _week(week: WeekOffered, agreed: Decimal | None) -> WeekRow:
    label = _("Week %(week)d, %(first)s – %(last)s") % {
        "week": week.monday.isocalendar().week,
        "first": moments.short_day(week.monday),
        "last": moments.short_day(week.monday + 6 * DAY),
    }
    # Compared as it is shown: nobody sees 19.98 hours.
    status = None if agreed is None else _status(as_agreed=round(week.hours, 1) >= agreed)
    return WeekRow(label, _hours(week.hours), status)


def _status(*, as_agreed: bool) -> Status:
    if as_agreed:
        return Status(_("as agreed"), "✓", "good")
    return Status(_("too little"), "▲", "late")


def _share(label: str, share: Share, agreed: int | None) -> ShareRow:
    rate = None if share.rate is None else round(100 * share.rate)
    return ShareRow(
        label=label,
        percent="" if rate is None else f"{rate}%",
        n=share.n,
        is_small=share.n > 0 and share.is_small,
        agreed="" if agreed is None else f"{agreed}%",
        status=None if rate is None or agreed is None else _status(as_agreed=rate >= agreed),
    )


def _hours(hours: float | Decimal) -> str:
    return tenths(float(hours))
