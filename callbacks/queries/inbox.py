"""The list of messages in the application: of one reader, the newest first."""

import datetime as dt

from django.db.models import QuerySet

from accounts.models import User
from callbacks.models import Message
from callbacks.states import MessageState

SHOWN_FOR = dt.timedelta(days=30)


def inbox(*, user: User, now: dt.datetime) -> QuerySet[Message]:
    """What this person was told in the last 30 days, with what the words are made of."""
    about = ("promise", "appointment__team", "appointment__specialist__user", "team")
    found = _told(user, now).select_related(*about).prefetch_related("appointment__team__leads")
    return found.order_by("-created_at", "-pk")


def unread(*, user: User, now: dt.datetime) -> QuerySet[Message]:
    """Those of them that were not read yet, in no order."""
    return _told(user, now).filter(read_at=None)


def _told(user: User, now: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(reader=user, state=MessageState.SENT, created_at__gt=now - SHOWN_FOR)
