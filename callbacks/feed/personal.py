"""What a specialist's calendar program is told: when, for which team, under which reference."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.enums import STATUS

from availability.models import Specialist
from callbacks import phones
from callbacks.models import Appointment
from callbacks.states import CLOSED, OWNED, State

PAST = dt.timedelta(days=14)
MOST = 1000
REFRESH = dt.timedelta(minutes=15)


def personal_calendar(specialist: Specialist, *, now: dt.datetime) -> bytes:
    """The appointments of the last two weeks and all to come, as iCalendar text (RFC 5545).

    Without personal data of customers, unless the setting ``CALENDAR_SHOWS_CUSTOMERS`` is on. The same facts
    give the same text, so that it can be compared by hash.
    """
    calendar = Calendar.new(
        prodid="-//Belbelofte//NL",
        name=_("Callback appointments"),
        refresh_interval=REFRESH,
    )
    # Optional for a calendar, and vdirsyncer would take it for the one of each event and keep the last only.
    calendar.pop("UID", None)
    for appointment in _shown(specialist, now):
        calendar.add_component(_event(appointment))
    return bytes(calendar.to_ical())


def _shown(specialist: Specialist, now: dt.datetime) -> list[Appointment]:
    called = (*OWNED, *(state for state in CLOSED if state != State.CANCELLED))
    own = Appointment.objects.filter(specialist=specialist, state__in=called, starts_at__gt=now - PAST)
    return list(own.select_related("team", "customer").order_by("starts_at", "pk")[:MOST])


def _event(appointment: Appointment) -> Event:
    return Event.new(
        uid=f"{appointment.reference}@{_host()}",
        # Both must not change as long as the appointment does not.
        stamp=appointment.created_at.astimezone(dt.UTC),
        sequence=appointment.version,
        start=appointment.starts_at.astimezone(dt.UTC),
        end=appointment.ends_at.astimezone(dt.UTC),
        summary=_summary(appointment),
        description=str(appointment.team),
        status=STATUS.TENTATIVE if appointment.state == State.SCHEDULED else STATUS.CONFIRMED,
        url=settings.PUBLIC_URL + reverse("appointment", args=[appointment.reference]),
    )


def _summary(appointment: Appointment) -> str:
    summary = _("Call back %(reference)s") % {"reference": appointment.reference}
    if not settings.CALENDAR_SHOWS_CUSTOMERS:
        return summary
    return f"{summary}: {appointment.customer.name} {phones.display(appointment.phone)}"


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
