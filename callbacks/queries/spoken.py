"""What the agent reads aloud after booking."""

from django.utils import formats
from django.utils.translation import gettext as _

from callbacks import phones
from callbacks.models import Appointment


def sentence(appointment: Appointment) -> str:
    """The promise in one sentence, in the active language and the team's time zone."""
    zone = appointment.team.zone
    start, end = appointment.starts_at.astimezone(zone), appointment.ends_at.astimezone(zone)
    return _(
        "We will call you on %(day)s between %(start)s and %(end)s on %(phone)s. "
        "%(team)s will call. Your reference is %(reference)s."
    ) % {
        "day": formats.date_format(start, "DATE_FORMAT"),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "phone": phones.display(appointment.phone),
        "team": appointment.team.name,
        "reference": appointment.reference,
    }
