"""How often one address may ask for a page that needs no signing in."""

import logging
from typing import Any, cast

from redis import RedisError
from rest_framework.throttling import SimpleRateThrottle

from accounts.addresses import client_address

logger = logging.getLogger(__name__)


class PerAddress(SimpleRateThrottle):
    """Ten requests in any minute; the count is in the cache and may be lost with it."""

    rate = "10/min"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Where the address's requests are kept."""
        return f"customer-page:{client_address(request)}"


def wait_seconds(request: Any) -> int:
    """How long this address must wait; 0 when it need not. Without the cache nobody waits."""
    throttle, no_view = PerAddress(), cast(Any, None)
    try:
        if throttle.allow_request(request, no_view):
            return 0
    except RedisError as error:
        logger.warning("Requests are not counted: %s", type(error).__name__)
        return 0
    return max(1, round(throttle.wait() or 0))
