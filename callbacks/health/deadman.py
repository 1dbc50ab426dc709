"""The dead-man's switch: somebody outside hears from us with every tick, and raises the alarm when not."""

import logging
from urllib.request import Request, urlopen

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 5


def call_outside(url: str) -> bool:
    """Call the address and say whether it answered well. A failure is logged and changes nothing here."""
    request = Request(url, headers={"User-Agent": "Belbelofte"})  # noqa: S310 - the installation's own setting
    try:
        with urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310 - see above
            return True
    except (OSError, ValueError) as error:
        # Without the address: a secret is often part of it.
        logger.warning("The dead-man's switch did not answer: %s", type(error).__name__)
        return False
