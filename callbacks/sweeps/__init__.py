"""Work that time triggers: small sweeps that take what is due from the database, batch by batch."""

from callbacks.sweeps.engine import run
from callbacks.sweeps.registry import SWEEPS

__all__ = ["SWEEPS", "run"]
