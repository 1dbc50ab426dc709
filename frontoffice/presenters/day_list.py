"""The day list on paper: rows with boxes to write in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from callbacks import phones
from callbacks.models import Appointment, DayListPrint
from callbacks.queries.lists import open_promise
from frontoffice.presenters import history, moments, rows


@dataclass(frozen=True)
class PaperRow:
    """A call to make: ``boxes`` are the numbers of the attempts that are left, to write their times in."""

    at: str
    late: bool
    customer: str
    phone: str
    second_phone: str
    topic: str
    reference: str
    status: str
    boxes: range
    question: str
    note: str
    reach: str


@dataclass(frozen=True)
class PaperGroup:
    """What one specialist has to call."""

    specialist: str
    rows: list[PaperRow]


@dataclass(frozen=True)
class Paper:
    """A whole list with what it says of itself."""

    title: str
    day: str
    made: str
    by: str
    with_notes: bool
    groups: list[PaperGroup]


def paper(printed: DayListPrint, appointments: Iterable[Appointment], *, now: dt.datetime) -> Paper:
    """The list that was asked for; questions and notes only where they were."""
    groups = groupby(appointments, key=lambda one: str(one.specialist))
    return Paper(
        title=str(printed.specialist or printed.team),
        day=moments.long_day(printed.day),
        made=history.table_moment(now),
        by=printed.by_name,
        with_notes=printed.with_notes,
        groups=[PaperGroup(name, [_row(one, printed, now) for one in found]) for name, found in groups],
    )


def _row(appointment: Appointment, printed: DayListPrint, now: dt.datetime) -> PaperRow:
    shown, promise = rows.row(appointment, now), open_promise(appointment)
    made, most = int(vars(appointment)["attempt_count"]), appointment.team.max_attempts
    written = printed.with_notes
    second = phones.display(appointment.second_phone) if appointment.second_phone else ""
    return PaperRow(
        at=_period(appointment, printed.day) if promise else _planned(appointment, printed.day),
        late=bool(promise and promise.is_overdue(now)),
        customer=shown.customer,
        phone=phones.display(appointment.phone),
        second_phone=" ".join([second, appointment.second_phone_note]).strip(),
        topic=shown.topic,
        reference=shown.reference,
        status=shown.status.word,
        # Somebody may always have to call once more.
        boxes=range(made + 1, max(made + 1, most) + 1),
        question=appointment.question if written else "",
        note=appointment.internal_note if written else "",
        reach=appointment.reach_note if written else "",
    )


def _period(appointment: Appointment, day: dt.date) -> str:
    return _on(appointment.starts_at, day) + f"–{moments.clock(appointment.ends_at)}"


def _planned(appointment: Appointment, day: dt.date) -> str:
    return _on(appointment.next_action_at, day) if appointment.next_action_at else ""


def _on(at: dt.datetime, day: dt.date) -> str:
    """A time on the day of the list; what is late already comes with its own day."""
    same = timezone.localtime(at).date() == day
    return moments.clock(at) if same else history.table_moment(at)
