"""What became of the appointments that somebody made: their results, and which of them are news."""

import datetime as dt

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from callbacks.models import Appointment, LogEntry, Promise
from callbacks.states import State, Verb

SHOWN_FOR = dt.timedelta(days=14)
# What makes a promise kept, or in need of a new time. That a colleague took over is nobody's news.
NEWS = Q(verb__in=(Verb.LOG_ATTEMPT, Verb.RESCHEDULE, Verb.CANCEL, Verb.REOPEN)) | Q(
    verb__in=(Verb.DECLINE, Verb.SEND_BACK), to_state=State.TO_REBOOK
)
SINCE = Coalesce(OuterRef("read_by_booker_at"), OuterRef("created_at"))


def made_by(*, user: User, now: dt.datetime) -> QuerySet[Appointment]:
    """What this person booked in the last 14 days: what is new first, the newest first.

    ``news_at`` (UTC) is when somebody else last did what matters, or the promise broke, since it was read;
    it is None when nothing is new. ``is_unread`` says the same as a truth value.
    """
    done, broken = _done().order_by("-at").values("at")[:1], _broken(now).values("due_at")[:1]
    return (
        _recent(user, now)
        .annotate(news_at=Greatest(Subquery(done), Subquery(broken), output_field=DateTimeField()))
        .annotate(is_unread=Q(news_at__isnull=False))
        .order_by(F("news_at").desc(nulls_last=True), "-created_at", "-pk")
    )


def unread(*, user: User, now: dt.datetime) -> QuerySet[Appointment]:
    """Those of them that have news, in no order."""
    return _recent(user, now).filter(Exists(_done()) | Exists(_broken(now)))


def unread_count(*, user: User, now: dt.datetime) -> int:
    """How many have news: one statement, over what this person booked alone."""
    return unread(user=user, now=now).count()


def _recent(user: User, now: dt.datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(created_by=user, created_at__gte=now - SHOWN_FOR)


def _done() -> QuerySet[LogEntry]:
    """Of the appointment around it: what others did since it was read."""
    own = Q(by=OuterRef("created_by"))
    return LogEntry.objects.filter(NEWS, appointment=OuterRef("pk"), at__gt=SINCE).exclude(own)


def _broken(now: dt.datetime) -> QuerySet[Promise]:
    """Of the appointment around it: the open promise that fell due since it was read, flagged or not."""
    return Promise.objects.overdue(now).filter(appointment=OuterRef("pk"), due_at__gt=SINCE)
