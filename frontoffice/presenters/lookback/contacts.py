"""Figures about contacts: refused, asked again, solved at once, avoidable."""

from collections.abc import Mapping
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from availability.models import Channel, Topic
from callbacks.metrics import contacts, promises
from callbacks.metrics.contacts import RESOLUTION_DAYS, Answers, Resolution
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share, total
from frontoffice.presenters.lookback.figures import (
    Figure,
    Table,
    compared,
    number,
    of,
    percent,
    small,
    stated,
)
from frontoffice.presenters.lookback.weeks import week_name


def demand_figure(scope: Scope) -> Figure:
    """Who wanted a callback and got none."""
    together, weekly = contacts.unmet_demand(scope)
    before, _weeks = contacts.unmet_demand(scope.before())
    finding = stated(_("%(share)s of those who wanted a callback got none"), together)
    if difference := compared(together, before):
        finding = f"{finding}: {difference}"
    return Figure(
        slug="demand",
        title=gettext_lazy("Unmet demand"),
        finding=finding,
        definition=gettext_lazy("Refused, of refused and booked. By the moment of the contact."),
        table=Table(
            (
                gettext_lazy("week"),
                gettext_lazy("refused"),
                gettext_lazy("refused or booked"),
                gettext_lazy("share"),
            ),
            (
                [week_name(monday), number(one.met), number(one.n), percent(one.rate)]
                for monday, one in zip(scope.mondays, weekly, strict=True)
            ),
        ),
        remarks=small(together),
    )


def asking_figure(scope: Scope) -> Figure:
    """Customers who come back because of a promise: the best early warning."""
    asked, weekly = contacts.asking(scope)
    due, due_weekly = promises.kept(scope)
    return Figure(
        slug="asking",
        title=gettext_lazy("Where is my callback?"),
        finding=_("%(asked)s contacts came from customers to whom a call was owed, for %(n)s promises")
        % {
            "asked": number(asked),
            "n": number(due.n),
        },
        definition=gettext_lazy(
            "Contacts of customers while a promise to them was open, or within seven days after it broke, "
            "beside the promises that fell due in the same week."
        ),
        table=Table(
            (
                gettext_lazy("week"),
                gettext_lazy("contacts"),
                gettext_lazy("promises due"),
                gettext_lazy("for every promise"),
            ),
            (
                [week_name(monday), number(one), number(kept.n), percent(Share(one, kept.n).rate)]
                for monday, one, kept in zip(scope.mondays, weekly, due_weekly, strict=True)
            ),
        ),
        remarks=small(Share(0, due.n)),
    )


def resolution_figure(scope: Scope, topics: Mapping[int, Topic]) -> Figure:
    """First-contact resolution and repeat contacts by topic; ``topics`` by key."""
    found = contacts.resolution(scope)
    together = found.get(None, Resolution())
    immature = []
    if together.immature:
        days = {"number": number(together.immature), "days": RESOLUTION_DAYS}
        immature = [_("%(number)s contacts are less than %(days)d days old: they may come back") % days]
    by_topic = [(str(topics[key]), one) for key, one in found.items() if key is not None]
    by_topic = [*sorted(by_topic, key=itemgetter(0)), (_("together"), together)]
    return Figure(
        slug="resolution",
        title=gettext_lazy("First-contact resolution"),
        finding=stated(_("%(share)s of the contacts settled the matter"), together.share),
        definition=gettext_lazy(
            "Solved, transferred or referred, and no further contact of the same customer on the same topic "
            "within seven days. A callback appointment is no resolution. Only known customers."
        ),
        table=Table(
            (
                gettext_lazy("topic"),
                gettext_lazy("contacts"),
                gettext_lazy("settled"),
                gettext_lazy("settled, share"),
                gettext_lazy("came again"),
                gettext_lazy("too recent to tell"),
            ),
            (_resolution_row(name, one) for name, one in by_topic),
        ),
        remarks=[*small(together.share), *immature],
    )


def avoidable_figure(scope: Scope, topics: Mapping[int, Topic]) -> Figure:
    """What was avoidable, and who had searched online first; ``topics`` by key."""
    found = contacts.answers(scope)
    together = total(one.avoidable for one in found)
    because = "; ".join(f"{name} ({number(count)})" for name, count in contacts.reasons(scope)[:3])
    finding = stated(_("%(share)s of the contacts were avoidable"), together)
    return Figure(
        slug="avoidable",
        title=gettext_lazy("Avoidable contacts and searching online"),
        finding=f"{finding}: {because}" if because else finding,
        definition=gettext_lazy(
            "Of the contacts for which the agent answered the question. The most frequent reasons come first."
        ),
        table=Table(
            (
                gettext_lazy("topic"),
                gettext_lazy("channel"),
                gettext_lazy("contacts"),
                gettext_lazy("avoidable"),
                gettext_lazy("searched online first"),
            ),
            (_answers_row(name, one) for name, one in _by_name(found, topics)),
        ),
        remarks=small(together),
    )


def _resolution_row(name: str, found: Resolution) -> list[str]:
    return [
        name,
        number(found.n),
        number(found.resolved),
        percent(found.share.rate),
        number(found.again),
        number(found.immature),
    ]


def _by_name(found: list[Answers], topics: Mapping[int, Topic]) -> list[tuple[str, Answers]]:
    return sorted(((str(topics[one.topic]), one) for one in found), key=lambda row: (row[0], row[1].channel))


def _answers_row(name: str, found: Answers) -> list[str]:
    channel = str(Channel(found.channel).label)
    return [name, channel, number(found.n), of(found.avoidable), of(found.searched)]
