"""Reading the calendars elsewhere: what is due, one after the other, the last good copy kept."""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from availability.busy_calendar import UnreadableCalendarError, busy_periods
from availability.fetching import Fetched, FetchError, fetch
from availability.models import BusyFeed, BusyTime

logger = logging.getLogger(__name__)

EVERY = dt.timedelta(minutes=10)
LONGEST_PAUSE = dt.timedelta(hours=6)
# A calendar that never changes must still be read ahead of the last slot that can be offered.
READ_WHOLE_EVERY = dt.timedelta(days=1)
AHEAD = dt.timedelta(days=370)


def due_feeds(now: Any) -> QuerySet[BusyFeed]:
    """The calendars to read at a moment (UTC or an expression), the longest waiting first."""
    return BusyFeed.objects.filter(look_at__lte=now).order_by("look_at")


def read_due(*, now: dt.datetime, size: int) -> int:
    """Read at most ``size`` calendars that are due at ``now`` (UTC); gives how many were looked at."""
    feeds = list(due_feeds(now).select_related("specialist__team")[:size])
    for feed in feeds:
        if _take(feed, now):
            read(feed, now=now)
    return len(feeds)


def read(feed: BusyFeed, *, now: dt.datetime) -> None:
    """Fetch a calendar and replace what was known of it; when that fails, say why and keep what was known."""
    etag = feed.etag if feed.read_at and feed.read_at > now - READ_WHOLE_EVERY else ""
    try:
        found = fetch(feed.url, etag=etag, allowed=settings.CALENDAR_NETWORKS)
        times = None if found.text is None else _times(feed, found.text, now)
    except (FetchError, UnreadableCalendarError) as error:
        logger.info("The calendar of specialist %s cannot be read: %s", feed.pk, error)
        _after_failure(feed, str(error), now)
    else:
        _store(feed, found, times, now)


def _take(feed: BusyFeed, now: dt.datetime) -> bool:
    """Make it this worker's to read: any other finds it read later."""
    return bool(BusyFeed.objects.filter(pk=feed.pk, look_at=feed.look_at).update(look_at=now + EVERY))


def _times(feed: BusyFeed, text: bytes, now: dt.datetime) -> list[BusyTime]:
    zone = feed.specialist.team.zone
    periods = busy_periods(text, start=now - dt.timedelta(days=1), end=now + AHEAD, zone=zone)
    return [BusyTime(feed=feed, starts_at=one.starts_at, ends_at=one.ends_at) for one in periods]


@transaction.atomic
def _store(feed: BusyFeed, found: Fetched, times: list[BusyTime] | None, now: dt.datetime) -> None:
    """What was read, unless another address was given in the meantime."""
    same = BusyFeed.objects.filter(pk=feed.pk, version=feed.version)
    read_at = feed.read_at if times is None else now
    well = {"seen_at": now, "failing_since": None, "failures": 0, "error": ""}
    if not same.update(**well, read_at=read_at, etag=found.etag) or times is None:
        return
    BusyTime.objects.filter(feed=feed).delete()
    BusyTime.objects.bulk_create(times)


def _after_failure(feed: BusyFeed, reason: str, now: dt.datetime) -> None:
    pause = min(EVERY * 2 ** min(feed.failures, 10), LONGEST_PAUSE)
    same = BusyFeed.objects.filter(pk=feed.pk, version=feed.version)
    same.update(
        failing_since=Coalesce("failing_since", now),
        failures=F("failures") + 1,
        error=reason[:200],
        look_at=now + pause,
    )
