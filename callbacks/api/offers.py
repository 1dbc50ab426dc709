"""What a refusal offers, as JSON: free slots, without an object per slot, for a full list holds thousands."""

from typing import TypedDict

from availability.slots import Slot
from callbacks.api.moments import utc_text
from callbacks.models import Appointment


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


class HitBody(TypedDict):
    """An appointment that a change of availability would leave outside it, at the version to decide on."""

    reference: str
    version: int
    starts_at: str
    ends_at: str
    specialist: int | None


def hit_body(appointment: Appointment) -> HitBody:
    """Give the JSON form of an appointment that is hit, with instants in UTC."""
    return {
        "reference": appointment.reference,
        "version": appointment.version,
        "starts_at": utc_text(appointment.starts_at),
        "ends_at": utc_text(appointment.ends_at),
        "specialist": appointment.specialist_id,
    }
