"""Who has an appointment open now. Kept in the cache: it may be lost at any moment; nothing depends on it."""

import datetime as dt
import logging
from collections.abc import Collection

from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import User

logger = logging.getLogger(__name__)
# Lists look again every ten seconds: who missed two of those has gone.
SEEN_FOR = dt.timedelta(seconds=30)
Seen = dict[int, tuple[str, dt.datetime]]


def watch(reference: str, *, user: User, now: dt.datetime) -> None:
    """Remember that this person has the appointment open at ``now`` (UTC)."""
    try:
        seen: Seen = cache.get(_key(reference)) or {}
        living = {pk: one for pk, one in seen.items() if one[1] > now}
        living[user.pk] = (str(user), now + SEEN_FOR)
        cache.set(_key(reference), living, timeout=SEEN_FOR.total_seconds())
    except RedisError as error:
        logger.warning("Who looks at what is not known: %s", error)


def watchers(references: Collection[str], *, user: User, now: dt.datetime) -> dict[str, list[str]]:
    """Who else has each appointment open at ``now`` (UTC), by name; those with nobody are left out."""
    keys = {_key(reference): reference for reference in references}
    try:
        found: dict[str, Seen] = cache.get_many(keys)
    except RedisError as error:
        logger.warning("Who looks at what is not known: %s", error)
        return {}
    names = {
        keys[key]: sorted(name for pk, (name, until) in seen.items() if pk != user.pk and until > now)
        for key, seen in found.items()
    }
    return {reference: others for reference, others in names.items() if others}


def _key(reference: str) -> str:
    return f"watched:{reference}"
