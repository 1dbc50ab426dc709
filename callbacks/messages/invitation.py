"""The appointment for the customer's own calendar, as a file to a message (iCalendar, RFC 5545 and 5546)."""

import datetime as dt
from email.mime.text import MIMEText
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress
from icalendar.enums import CLASS, STATUS

from callbacks.messages.links import link
from callbacks.models import Appointment, Message
from callbacks.states import MessageKind

FILE_NAME = "terugbelafspraak.ics"
# Published, not requested: nobody needs to accept, and no calendar program sends an answer to our mailbox.
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
METHODS: dict[str, str] = {
    MessageKind.CUSTOMER_BOOKED: PUBLISH,
    MessageKind.CUSTOMER_MOVED: PUBLISH,
    MessageKind.CUSTOMER_CANCELLED: CANCEL,
}


def invitation(message: Message) -> MIMEText | None:
    """The file that goes with a message to a customer, in the active language; None when nothing changes."""
    method, appointment = METHODS.get(message.kind), message.appointment
    if method is None or appointment is None:
        return None
    calendar = Calendar.new(prodid="-//Belbelofte//NL", method=method, uid=str(message.uid))
    calendar.add_component(_event(message, appointment, method))
    file = MIMEText(calendar.to_ical().decode(), "calendar", "utf-8")
    # Outside the file too: this is where mail programs look for it (RFC 6047).
    file.set_param("method", method)
    file.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return file


def _event(message: Message, appointment: Appointment, method: str) -> Event:
    """Time, team and reference: what the mail says as well, and nothing that the customer asked or said."""
    period = message.promise or appointment
    address = link(message)
    words = {"team": appointment.team.name, "reference": appointment.reference}
    return Event.new(
        # The same for as long as the appointment lives: a later file changes the entry of an earlier one.
        uid=f"callback-{appointment.reference}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=appointment.version,
        stamp=message.created_at.astimezone(dt.UTC),
        start=period.starts_at.astimezone(dt.UTC),
        end=period.ends_at.astimezone(dt.UTC),
        summary=_("%(team)s will call you back") % words,
        description="\n".join(
            [_("Reference: %(reference)s") % words, _("Move or cancel: %(link)s") % {"link": address}]
        ),
        url=address,
        status=STATUS.CANCELLED if method == CANCEL else STATUS.CONFIRMED,
        classification=CLASS.PRIVATE,
        organizer=vCalAddress.new(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], cn=appointment.team.name),
    )
