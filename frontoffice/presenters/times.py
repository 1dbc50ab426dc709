"""The times on the desk: what is free of those that the agent asked to see."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability.models import Specialist, Topic
from availability.slots import Slot
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment
from callbacks.queries.slots import (
    NEXT_SLOTS,
    DayRoom,
    Offer,
    free_slots,
    offer,
    other_times,
    places,
    slots_of,
)
from callbacks.states import RefusalReason
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters import moments, slots
from frontoffice.presenters.looks import AFTERNOON, MORNING, Look

# Nobody's horizon is longer than a year.
FARTHEST = dt.timedelta(days=366)
MOST_SPECIALISTS = 100


@dataclass(frozen=True)
class Person:
    """Somebody who can be asked for, with a mark when they know the customer."""

    pk: int
    name: str
    knows: bool
    chosen: bool


@dataclass(frozen=True)
class Times:
    """What the desk shows of a topic's times.

    ``said`` tells how the wish was understood, ``unclear`` that it was not. ``key`` names the wish that the
    slots belong to: a form with another one asks for other times. ``last_day`` is the last one for which any
    team of the topic makes appointments, where nothing is free.
    """

    look: Look
    picker: slots.SlotPicker
    key: str
    people: list[Person]
    said: str = ""
    unclear: bool = False
    lost: str = ""
    last_day: dt.date | None = None

    @property
    def nothing(self) -> str:
        """What is said when no time is left; when there is none at all, another day is no help."""
        if any(not day.full or day.checked for day in self.picker.days):
            return _("Nothing is free here. Choose another day.")
        # With its year: a day that is past means next year's, which the days beside it do not show.
        first_day = self.look.wanted.first_day if self.look.wanted else None
        if first_day and self.last_day and first_day > self.last_day:
            far = {"day": moments.long_day(first_day), "last": moments.long_day(self.last_day)}
            return _("Too far ahead: %(day)s. Appointments can be made up to %(last)s.") % far
        if first_day:
            return _("Nothing is free from %(day)s on.") % {"day": moments.long_day(first_day)}
        if self.look.is_narrow:
            return _("Nothing is free that fits this, now or later.")
        return _("Nothing is free on this topic, now or later.")

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of a day to choose from."""
        return [("", _("All day")), (MORNING, _("Morning")), (AFTERNOON, _("Afternoon"))]

    @property
    def reasons(self) -> list[tuple[str, StrOrPromise]]:
        """Why somebody who wanted a callback may get none."""
        return list(RefusalReason.choices)


def times(
    topic: Topic,
    asked: Look,
    *,
    user: User,
    now: dt.datetime,
    knows: Collection[int] = (),
    chosen: dt.datetime | None = None,
    refusal: SlotTaken | SlotNotOffered | None = None,
    lost: str = "",
    alone: bool = False,
    moving: Appointment | None = None,
) -> Times:
    """The times of a topic at a UTC instant.

    After a ``refusal`` the alternatives, the first one chosen. When a hold was ``lost`` (a sentence) none is
    chosen: the agent may have said that time already. ``alone`` leaves out who can be asked for. An
    appointment that is ``moving`` gets another time than it has.
    """
    found, title = _offered(topic, asked, user=user, now=now, moving=moving)
    if refusal:
        near = other_times(refusal.alternatives, moving) if moving else refusal.alternatives
        picker = slots.alternatives(near, found, now=now, knows=knows)
    else:
        picker = slots.picker(
            found, day=asked.day, chosen=chosen, now=now, knows=knows, title=title, choose=not lost
        )
    unclear = bool(asked.when) and asked.wanted is None
    return Times(
        look=asked,
        picker=picker,
        key=_key(topic, asked, picker),
        people=[] if alone else _people(topic, asked, knows),
        said=_unclear() if unclear else _said(picker),
        unclear=unclear,
        lost=lost,
        last_day=None if picker.choices else _last_day(topic, now),
    )


def to_move(
    form: ActionForm, asked: Look, *, user: User, now: dt.datetime, refusal: DomainError | None
) -> Times:
    """The times to which the form's appointment can move; what was chosen in the form stays chosen."""
    appointment = form.appointment
    return times(
        appointment.topic,
        asked,
        user=user,
        now=now,
        chosen=form.cleaned_data.get("starts_at") if form.is_bound else None,
        refusal=refusal if isinstance(refusal, SlotTaken | SlotNotOffered) else None,
        alone=True,
        moving=appointment,
    )


def _offered(
    topic: Topic, asked: Look, *, user: User, now: dt.datetime, moving: Appointment | None
) -> tuple[Offer, str]:
    """What fits the wish; when nothing does in the days beside it, the first later day that has something."""
    first_day = asked.wanted.first_day if asked.wanted else None
    offered = partial(offer, topic=topic, now=now, holder=user, moving=moving)
    found = _narrowed(offered(first_day=first_day), topic, asked)
    if found.next_slots or not found.days:
        return found, _("From %(day)s") % {"day": moments.short_day(first_day)} if first_day else ""
    later = _first_later(topic, asked, found.days[-1].day, user=user, now=now)
    if later is None:
        return found, ""
    found = _narrowed(offered(first_day=later), topic, asked)
    return found, _("Nothing is free before %(day)s") % {"day": moments.short_day(later)}


def _last_day(topic: Topic, now: dt.datetime) -> dt.date | None:
    horizon = topic.teams.filter(is_active=True).aggregate(days=Max("horizon_days"))["days"]
    return moments.today(now + dt.timedelta(days=horizon)) if horizon else None


def _narrowed(found: Offer, topic: Topic, asked: Look) -> Offer:
    if not asked.is_narrow:
        return found
    buffer = dt.timedelta(minutes=topic.buffer)
    days = []
    for room in found.days:
        fitting = _fitting(room.slots, asked)
        days.append(DayRoom(room.day, fitting, places(fitting, buffer=buffer)))
    return Offer([slot for room in days for slot in room.slots][:NEXT_SLOTS], days)


def _fitting(found: list[Slot], asked: Look) -> list[Slot]:
    mine = slots_of(found, {asked.specialist.pk}) if asked.specialist else found
    return [slot for slot in mine if asked.fits(slot)]


def _first_later(
    topic: Topic, asked: Look, last_day: dt.date, *, user: User, now: dt.datetime
) -> dt.date | None:
    start = timezone.make_aware(dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(0)))
    later = free_slots(
        topic=topic, start=start, end=now + FARTHEST, now=now, specialist=asked.specialist, holder=user
    )
    return next((moments.today(slot.starts_at) for slot in later if asked.fits(slot)), None)


def _key(topic: Topic, asked: Look, picker: slots.SlotPicker) -> str:
    day = next((one.value for one in picker.days if one.checked), "")
    specialist = str(asked.specialist.pk) if asked.specialist else ""
    return "|".join([topic.slug, asked.part, specialist, day, asked.when])


def _people(topic: Topic, asked: Look, knows: Collection[int]) -> list[Person]:
    able = Specialist.objects.filter(
        is_active=True, user__is_active=True, topics=topic, team__in=topic.teams.filter(is_active=True)
    ).select_related("user")
    people = [
        Person(one.pk, str(one), one.pk in knows, one == asked.specialist) for one in able[:MOST_SPECIALISTS]
    ]
    return sorted(people, key=lambda one: not one.knows)


def _unclear() -> str:
    return _("Not understood. Try: tomorrow, thu, 24-11, wk 48, after 15.")


def _said(picker: slots.SlotPicker) -> str:
    """What is spoken when other times come: what they are, and the first of them."""
    if not picker.choices:
        return _("Nothing is free here.")
    first = picker.choices[0]
    return f"{picker.title}: {first.day} {first.time}"
