"""Figures about teams: whether they can be reached, and what they do of what they agreed."""

from collections.abc import Mapping

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from availability.models import Team
from callbacks.metrics import agreements, contacts, promises
from callbacks.metrics.agreements import Month
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share, total
from frontoffice.presenters.lookback.figures import NOTHING, Figure, Table, of, small, stated, tenths
from frontoffice.presenters.lookback.weeks import HALVES


def reachability_figure(scope: Scope, teams: Mapping[int, Team]) -> Figure:
    """Who answers when the front office transfers, and who calls as promised; ``teams`` by key."""
    transfers, kept = contacts.transfers(scope), promises.kept_by_half(scope)
    answered = total(transfers.values())
    rows = (
        [f"{team}, {name}", of(transfers.get((key, half), Share())), of(kept.get((key, half), Share()))]
        for key, team in teams.items()
        for half, name in HALVES.items()
        if (key, half) in transfers or (key, half) in kept
    )
    return Figure(
        slug="reachability",
        title=gettext_lazy("Reachability"),
        finding=stated(_("%(share)s of the warm transfers were answered"), answered),
        definition=gettext_lazy(
            "Warm transfers to a named specialist, by the moment of the contact, and kept promises, by the "
            "start of the window; both by team and half of the day."
        ),
        table=Table(
            (
                gettext_lazy("team and half of the day"),
                gettext_lazy("transfers answered"),
                gettext_lazy("promises kept"),
            ),
            rows,
        ),
        remarks=small(answered),
    )


def agreements_figure(scope: Scope, teams: Mapping[int, Team]) -> Figure:
    """What teams promised the front office, and did, by month; ``teams`` by key."""
    found = agreements.by_month(scope)
    agreed = [(one, hours) for one in found if (hours := one.agreed_hours) is not None]
    # Compared as it is shown: nobody sees 19.98 hours.
    held = Share(sum(round(one.hours, 1) >= hours for one, hours in agreed), len(agreed))
    return Figure(
        slug="agreements",
        title=gettext_lazy("Agreements with teams"),
        finding=stated(_("%(share)s of the months held the hours that were agreed"), held),
        definition=gettext_lazy(
            "By calendar month and whatever the topic: hours published a week, also for days still to come, "
            "beside those agreed; confirmed within the team's term; the share of promises kept that was "
            "agreed, and promises kept. A week belongs to the month of its Thursday. The sentence counts "
            "each month of each team that agreed hours."
        ),
        table=Table(
            (
                gettext_lazy("team and month"),
                gettext_lazy("hours a week agreed"),
                gettext_lazy("hours a week published"),
                gettext_lazy("confirmed in time"),
                gettext_lazy("share kept agreed"),
                gettext_lazy("promises kept"),
            ),
            (_month_row(teams[one.team], one) for one in found),
        ),
        remarks=small(*(one.kept for one in found)),
        has_long_columns=True,
    )


def _month_row(team: Team, month: Month) -> list[str]:
    agreed = NOTHING if month.agreed_hours is None else tenths(float(month.agreed_hours))
    agreed_kept = NOTHING if month.agreed_kept is None else f"{month.agreed_kept}%"
    name = formats.date_format(month.first, "F Y")
    hours = tenths(month.hours)
    return [f"{team}, {name}", agreed, hours, of(month.confirmed), agreed_kept, of(month.kept)]
