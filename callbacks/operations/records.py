"""Writing a change: compare-and-set on the version, and the log row that tells of it."""

import datetime as dt
from copy import copy
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from callbacks.errors import Invalid, Stale, WrongState
from callbacks.models import Actor, Appointment, Customer, LogEntry
from callbacks.models.appointments import REASON_LIMIT
from callbacks.models.history import person
from callbacks.operations import rows
from callbacks.states import CLOSED, TRANSITIONS, WITHOUT_VERSION, State, Verb


def at_version(appointment: Appointment, version: int) -> Appointment:
    """A copy to work on; raise ``Stale`` when the caller looked at an older version than the one at hand.

    A door that fails, or is tried again, leaves the caller's object as it was.
    """
    # The row stays locked until the door is done: a second writer waits here and is then told.
    current = Appointment.objects.select_for_update(no_key=True).values_list("version", flat=True)
    if not appointment.version == version == current.get(pk=appointment.pk):
        raise stale(appointment)
    return copy(appointment)


def check_state(appointment: Appointment, verb: Verb) -> None:
    """Raise ``WrongState`` unless the verb starts from the appointment's state."""
    if State(appointment.state) not in TRANSITIONS[verb]:
        raise wrong_state(appointment)


def check_reason(reason: str) -> str:
    """Give the reason without blanks around it; raise ``Invalid`` when it is missing or too long."""
    reason = clean_reason(reason)
    if not reason:
        raise Invalid(_("Give a reason."), field="reason")
    return reason


def clean_reason(reason: str) -> str:
    """Give a reason that may be empty without blanks around it; raise ``Invalid`` when it is too long."""
    check_length(reason.strip(), REASON_LIMIT, field="reason")
    return reason.strip()


def check_length(text: str, limit: int, *, field: str) -> None:
    """Raise ``Invalid`` when a text is longer than its limit."""
    if len(text) > limit:
        raise Invalid(_("At most %(limit)d characters.") % {"limit": limit}, field=field)


def wrong_state(appointment: Appointment) -> WrongState:
    """The error for a verb that does not fit the state."""
    return WrongState(
        _("This does not go with an appointment that is %(state)s.") % {"state": appointment.state_label}
    )


def stale(appointment: Appointment) -> Stale:
    """The error for whoever came second: who changed the appointment last, and how."""
    changes = LogEntry.objects.filter(appointment=appointment).exclude(verb__in=WITHOUT_VERSION)
    last = changes.latest("at", "pk")
    current = Appointment.objects.values_list("version", flat=True).get(pk=appointment.pk)
    return Stale(
        by_name=last.who,
        verb_label=Verb(last.verb).label,
        at=last.at,
        current_version=current,
    )


def change(appointment: Appointment, *, to_state: State, verb: Verb, **fields: Any) -> None:
    """Move the appointment to a state with other fields, if nobody changed it since it was read.

    Raises ``WrongState`` for a transition outside the table, ``Stale`` when somebody was first.
    """
    if to_state not in TRANSITIONS[verb].get(State(appointment.state), ()):
        raise wrong_state(appointment)
    fields["state"] = to_state
    if to_state != State.TO_REBOOK:
        # Whoever was working on it from the worklist is done with it.
        fields |= {"claimed_by": None, "claimed_at": None}
    if to_state != State.TO_REBOOK or "specialist" in fields:
        # Decided anew who calls: what somebody proposed before is over.
        fields = {"proposed_specialist": None, "proposed_starts_at": None} | fields
    if verb == Verb.LOG_ATTEMPT or to_state in CLOSED:
        fields |= {"calling_by": None, "calling_since": None}
    same = Appointment.objects.filter(pk=appointment.pk, version=appointment.version)
    if not same.update(version=F("version") + 1, **fields):
        raise stale(appointment)
    appointment.version += 1
    for name, value in fields.items():
        setattr(appointment, name, value)


def log(
    appointment: Appointment,
    *,
    verb: Verb,
    by: Actor | None,
    now: dt.datetime,
    from_state: str = "",
    reason: str = "",
    **details: object,
) -> None:
    """Add the row that tells who did what (see ``entry``)."""
    rows.write(entry(appointment, verb=verb, by=by, now=now, from_state=from_state, reason=reason, **details))


def entry(
    appointment: Appointment,
    *,
    verb: Verb,
    by: Actor | None,
    now: dt.datetime,
    from_state: str = "",
    reason: str = "",
    **details: object,
) -> LogEntry:
    """A log row, not stored yet. ``by`` is None for what a worker noticed; empty details are left out."""
    user = person(by)
    return LogEntry(
        appointment=appointment,
        at=now,
        by=user,
        by_name=str(user) if user else "",
        by_customer=isinstance(by, Customer),
        verb=verb,
        from_state=from_state,
        to_state=appointment.state,
        reason=reason,
        details={name: _plain(value) for name, value in details.items() if value is not None},
    )


def _plain(value: object) -> object:
    """JSON has no instants (ISO text, UTC) and no people (their name as it was)."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int) else str(value)
