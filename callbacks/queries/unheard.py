"""What programs elsewhere did not take: a task of the administrators until it is sent again or settled."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from callbacks.models import Message, Webhook
from callbacks.states import MessageChannel, MessageState


@dataclass(frozen=True)
class Deaf:
    """A webhook that did not take ``number`` messages: since when (UTC), and what was said last."""

    webhook: Webhook
    number: int
    since: dt.datetime
    reason: str


def unheard() -> QuerySet[Message]:
    """Messages that a webhook did not take, the longest waiting first. Costs what is open, not what was."""
    return Message.objects.filter(
        state=MessageState.FAILED, handled_at__isnull=True, channel=MessageChannel.WEBHOOK
    ).order_by("ended_at", "pk")


def deaf() -> list[Deaf]:
    """The webhooks with such messages, the most first. Two queries."""
    last = unheard().filter(webhook=OuterRef("webhook")).order_by("-ended_at", "-pk").values("last_error")[:1]
    grouped = unheard().order_by().values("webhook").annotate(number=Count("pk"), since=Min("ended_at"))
    rows = list(grouped.annotate(reason=Subquery(last)).order_by("-number", "webhook"))
    webhooks = Webhook.objects.in_bulk([row["webhook"] for row in rows])
    return [Deaf(webhooks[row["webhook"]], row["number"], row["since"], row["reason"]) for row in rows]
