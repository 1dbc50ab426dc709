"""Free slots as JSON, without an object per slot: a full list holds thousands."""

from typing import TypedDict

from availability.slots import Slot
from callbacks.api.moments import utc_text


class SlotBody(TypedDict):
    """One free slot; ``free`` is the number of specialists who can take it."""

    starts_at: str
    ends_at: str
    free: int
    specialists: list[int]


def slot_body(slot: Slot) -> SlotBody:
    """Give the JSON form of a slot, with instants in UTC."""
    return {
        "starts_at": utc_text(slot.starts_at),
        "ends_at": utc_text(slot.ends_at),
        "free": len(slot.specialists),
        "specialists": list(slot.specialists),
    }
