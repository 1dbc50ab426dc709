"""The address that goes with a message: where its reader sees and changes the appointment."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from callbacks.models import Message
from callbacks.operations import link_token
from callbacks.states import FOR_CUSTOMERS, MessageKind


def link(message: Message) -> str:
    """Where staff work on the appointment; for customers their own page of it, in the message's language."""
    if message.kind not in FOR_CUSTOMERS or message.appointment is None:
        return settings.PUBLIC_URL + place(message)
    token = link_token(appointment=message.appointment, now=message.created_at)
    return f"{settings.PUBLIC_URL}{reverse('customer-page')}?{urlencode({'key': token})}"


def place(message: Message) -> str:
    """The page that a message to staff is about: the appointment's; of a team the board or the look back."""
    if message.kind == MessageKind.LEAD_WEEK and message.team:
        year, week, _day = dt.date.fromisoformat(message.details["week"]).isocalendar()
        # Of several teams: all of the reader's.
        team = {} if "team" in message.details else {"team": message.team.slug}
        asked = {**team, "weeks": "1", "until": f"{year}-W{week:02}"}
        return f"{reverse('look-back')}?{urlencode(asked)}"
    if message.appointment is None:
        return reverse("board")
    return reverse("appointment", args=[message.appointment.reference])
