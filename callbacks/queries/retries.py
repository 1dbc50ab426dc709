"""When an appointment that was called in vain is called again, by its team's policy."""

import datetime as dt
from dataclasses import dataclass

from callbacks.models import Appointment
from callbacks.queries.slots import free_slots
from callbacks.retrying import Proposed, next_attempt, next_slot

# Nobody who is away longer than this is waited for.
AHEAD = dt.timedelta(days=21)


@dataclass(frozen=True)
class Retries:
    """When to call again (``planned``), and what can be promised to whoever was told (``promised``)."""

    planned: Proposed | None
    promised: Proposed | None


def retries(appointment: Appointment, *, number: int, now: dt.datetime) -> Retries:
    """What is proposed after attempt ``number`` at ``now`` (UTC); nothing where nobody works in sight."""
    team = appointment.team
    notice = dt.timedelta(minutes=team.minimum_notice)
    free = free_slots(
        topic=appointment.topic,
        start=now,
        end=now + min(AHEAD, dt.timedelta(days=team.horizon_days)),
        # Asked so long ago that the team's notice has passed: it is for what is promised.
        now=now - notice,
        specialist=appointment.specialist,
        moving=appointment,
    )
    spacing = dt.timedelta(minutes=team.attempt_spacing)
    slots = [one.starts_at for one in free]
    window = appointment.starts_at, appointment.ends_at
    return Retries(
        planned=next_attempt(
            now=now, number=number, window=window, slots=slots, spacing=spacing, zone=team.zone
        ),
        promised=next_slot(
            now=now, slots=[one for one in slots if one >= now + notice], spacing=spacing, zone=team.zone
        ),
    )
