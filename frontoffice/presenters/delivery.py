"""The page about the outbox: channels, failures, sweeps and workers."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from callbacks.health.checks import LONGEST_SILENCE, SweepHealth, WorkHealth
from callbacks.messages.channels import LINES
from callbacks.models import ChannelHealth, Message, Webhook, WorkerBeat
from callbacks.queries import watching
from callbacks.queries.unheard import Deaf, deaf, unheard
from frontoffice.errors import SummaryLine, summary
from frontoffice.forms.webhooks import WebhookForm
from frontoffice.presenters import moments, rows
from frontoffice.presenters.status import Status

# More reasons than anybody reads would only be slow; those left out are counted below.
LIMIT = 200
TOO_LATE = gettext_lazy("not sent before its last moment")
# What each sweep does, by the name that logs and machines know.
SWEEPS: dict[str, StrOrPromise] = {
    "reminders": gettext_lazy("reminders before the appointment"),
    "unconfirmed": gettext_lazy("appointments not confirmed in time"),
    "at_risk": gettext_lazy("promises at risk"),
    "still_unconfirmed": gettext_lazy("appointments that stay unconfirmed"),
    "overdue": gettext_lazy("broken promises"),
    "escalation": gettext_lazy("broken promises nobody picks up"),
    "leavers": gettext_lazy("appointments of people who left"),
    "windows": gettext_lazy("availability of people who left"),
    "holds": gettext_lazy("held slots that are let go"),
    "delivery": gettext_lazy("sending messages"),
    "answers": gettext_lazy("old answers to programs"),
    "sessions": gettext_lazy("old sessions"),
    "full_days": gettext_lazy("full days ahead"),
    "letters": gettext_lazy("weekly letters to leads"),
    "counting": gettext_lazy("counting of the days before"),
    "channels": gettext_lazy("channels that are down"),
    "calendars": gettext_lazy("calendars elsewhere"),
    "settled": gettext_lazy("rows set aside that were settled"),
}


@dataclass(frozen=True)
class ChannelRow:
    """A channel: what waits, and how its other side is."""

    name: str
    status: Status
    waiting: str
    oldest: str
    error: str
    since: str
    next_try: str


@dataclass(frozen=True)
class FailureRow:
    """Messages that failed on a channel for one reason."""

    channel_code: str
    channel: str
    reason: str
    said: str
    number: int
    since: str
    retryable: int


@dataclass(frozen=True)
class DeafRow:
    """A webhook that did not take messages, to which they can be sent again while it ``is_on``."""

    pk: int
    name: str
    number: int
    since: str
    reason: str
    is_on: bool


@dataclass(frozen=True)
class UnheardLine:
    """A message that a webhook did not take: of an appointment, else of ``team``."""

    uid: str
    what: str
    reference: str
    team: str
    why: str
    since: str
    is_chosen: bool


@dataclass(frozen=True)
class WebhookPage:
    """What a webhook did not take, the longest waiting first, and the form to deal with it."""

    webhook: Webhook
    lines: list[UnheardLine]
    page: Page[Message]
    form: WebhookForm
    summary: list[SummaryLine]

    @property
    def number(self) -> int:
        """How many messages there are, on all pages."""
        return self.page.paginator.count


@dataclass(frozen=True)
class Beat:
    """Something that should show a sign of life; ``code`` is how logs call it."""

    name: StrOrPromise
    code: str
    status: Status
    note: str
    seen: str


@dataclass(frozen=True)
class DeliveryPage:
    """The whole page."""

    channels: list[ChannelRow]
    failures: list[FailureRow]
    more_failures: int
    deaf: list[DeafRow]
    seen_at: str
    sweeps: list[Beat]
    workers: list[Beat]


@dataclass(frozen=True)
class Outage:
    """A channel that has been away for so long that leads should know."""

    name: str
    since: str


def delivery(work: WorkHealth, *, now: dt.datetime) -> DeliveryPage:
    """How the outbox is at ``now`` (UTC)."""
    failures = watching.failures(now)
    return DeliveryPage(
        channels=[_channel(queue, now) for queue in watching.queues(LINES)],
        failures=[_failure(one, now) for one in failures[:LIMIT]],
        more_failures=max(0, len(failures) - LIMIT),
        deaf=[_deaf(one, now) for one in deaf()],
        seen_at=now.isoformat(),
        sweeps=[_sweep(name, health) for name, health in work.sweeps.items()],
        workers=[_worker(beat, now) for beat in watching.workers(now)],
    )


def webhook(of: Webhook, *, form: WebhookForm, number: str, now: dt.datetime) -> WebhookPage:
    """A page of what a webhook did not take, as it is at ``now`` (UTC)."""
    found = unheard().filter(webhook=of).select_related("appointment", "team")
    page = Paginator(found, rows.PAGE).get_page(number)
    return WebhookPage(
        webhook=of,
        lines=[_unheard(message, form.selected, now) for message in page.object_list],
        page=page,
        form=form,
        summary=summary(form),
    )


def outages(down: Iterable[ChannelHealth], now: dt.datetime) -> list[Outage]:
    """What a lead reads of channels that are away."""
    return [
        Outage(channel.get_channel_display(), moments.day_clock(channel.opened_at, now))
        for channel in down
        if channel.opened_at
    ]


def _channel(queue: watching.Queue, now: dt.datetime) -> ChannelRow:
    health = queue.health
    waiting = ngettext("%(count)d message waits", "%(count)d messages wait", queue.waiting)
    return ChannelRow(
        name=str(queue.channel.label),
        status=_health(health),
        waiting=waiting % {"count": queue.waiting},
        oldest=_since(queue.oldest, now),
        error=health.last_error if health.failures else "",
        since=_("down since %(at)s") % {"at": moments.clock(health.opened_at)} if health.opened_at else "",
        next_try=_("next try %(at)s") % {"at": moments.clock(health.probe_at)} if health.probe_at else "",
    )


def _health(health: ChannelHealth) -> Status:
    if health.opened_at:
        return Status(_("down"), "▲", "late")
    if health.failures:
        return Status(_("stumbles"), "◆", "risk")
    return Status(_("works"), "●", "good")


def _failure(failure: watching.Failure, now: dt.datetime) -> FailureRow:
    return FailureRow(
        channel_code=failure.channel,
        channel=str(failure.channel.label),
        reason=failure.reason,
        said=failure.reason or str(TOO_LATE),
        number=failure.number,
        since=_since(failure.since, now),
        retryable=failure.retryable,
    )


def _deaf(found: Deaf, now: dt.datetime) -> DeafRow:
    return DeafRow(
        pk=found.webhook.pk,
        name=found.webhook.name,
        number=found.number,
        since=_since(found.since, now),
        reason=found.reason or str(TOO_LATE),
        is_on=found.webhook.is_active,
    )


def _unheard(message: Message, chosen: Collection[str], now: dt.datetime) -> UnheardLine:
    return UnheardLine(
        uid=str(message.uid),
        what=message.get_kind_display(),
        reference=message.appointment.reference if message.appointment else "",
        team=str(message.team or ""),
        why=message.last_error or str(TOO_LATE),
        since=moments.day_clock(message.ended_at, now) if message.ended_at else "",
        is_chosen=str(message.uid) in chosen,
    )


def _sweep(name: str, health: SweepHealth) -> Beat:
    stuck = ngettext("%(count)d row set aside", "%(count)d rows set aside", health.stuck_rows)
    note = stuck % {"count": health.stuck_rows} if health.stuck_rows else ""
    if health.age_seconds is None:
        return Beat(SWEEPS[name], name, Status(_("never ran"), "▲", "late"), note, "")
    return Beat(SWEEPS[name], name, _alive(well=health.is_well), note, _ago(health.age_seconds))


def _worker(beat: WorkerBeat, now: dt.datetime) -> Beat:
    age = now - beat.at
    return Beat(beat.name, "", _alive(well=age <= LONGEST_SILENCE), "", _ago(age.total_seconds()))


def _alive(*, well: bool) -> Status:
    return Status(_("at work"), "●", "good") if well else Status(_("silent"), "▲", "late")


def _ago(seconds: float) -> str:
    return _("%(time)s ago") % {"time": moments.duration(max(0.0, seconds))}


def _since(at: dt.datetime | None, now: dt.datetime) -> str:
    return _("oldest since %(time)s") % {"time": moments.day_clock(at, now)} if at else ""
