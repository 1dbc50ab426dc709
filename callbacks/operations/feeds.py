"""A specialist's calendars: the feed that their own program reads, and the one elsewhere that we read."""

import datetime as dt
import secrets

from django.db.models import F

from accounts.models import User
from availability.fetching import FetchError, check_address
from availability.models import BusyFeed, BusyTime, PersonalFeed, Specialist
from availability.models.feeds import URL_LIMIT
from callbacks.errors import Invalid, Outdated
from callbacks.hashing import hashed
from callbacks.operations.records import check_length
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_own_calendar

SECRET_BYTES = 24


@in_one_transaction
def open_personal_feed(*, specialist: Specialist, by: User, now: dt.datetime) -> str:
    """Give the secret of a new address of the feed; an earlier one stops working. Raises ``Forbidden``."""
    check_own_calendar(by, specialist)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    PersonalFeed.objects.update_or_create(
        specialist=specialist, defaults={"secret_hash": hashed(secret), "created_at": now}
    )
    return secret


@in_one_transaction
def close_personal_feed(*, specialist: Specialist, by: User) -> None:
    """Let the address of the feed stop working. Raises ``Forbidden``."""
    check_own_calendar(by, specialist)
    PersonalFeed.objects.filter(specialist=specialist).delete()


@in_one_transaction
def set_busy_feed(*, specialist: Specialist, url: str, version: int, by: User, now: dt.datetime) -> BusyFeed:
    """Read busy time from this address from now on (``version`` 0: there was none before).

    What was read at another address is forgotten. Raises ``Forbidden``, ``Invalid``, ``Outdated``.
    """
    check_own_calendar(by, specialist)
    url = url.strip().replace("webcal://", "https://", 1)
    check_length(url, URL_LIMIT, field="url")
    try:
        check_address(url)
    except FetchError as error:
        raise Invalid(str(error), field="url") from error
    known = BusyFeed.objects.filter(specialist=specialist)
    if version == 0:
        # Of two that arrive together the database lets one connect.
        feed, is_new = BusyFeed.objects.get_or_create(
            specialist=specialist, defaults={"url": url, "look_at": now}
        )
        if not is_new:
            raise Outdated
        return feed
    never = dict.fromkeys(("seen_at", "read_at", "failing_since"))
    fresh = {**never, "etag": "", "failures": 0, "error": ""}
    if not known.filter(version=version).update(url=url, look_at=now, version=F("version") + 1, **fresh):
        raise Outdated
    BusyTime.objects.filter(feed=specialist.pk).delete()
    return known.get()


@in_one_transaction
def remove_busy_feed(*, specialist: Specialist, version: int, by: User) -> None:
    """Stop reading the calendar elsewhere and forget what it said. Raises ``Forbidden``, ``Outdated``."""
    check_own_calendar(by, specialist)
    if not BusyFeed.objects.filter(specialist=specialist, version=version).delete()[0]:
        raise Outdated
