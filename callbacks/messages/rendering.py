"""What a message says: text and HTML in the reader's language, times in the team's zone.

Only the time, the team and the reference leave the house, never the question or a note. Customers
get them for their calendar too.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import formats, translation

from callbacks.messages.invitation import invitation
from callbacks.messages.links import link
from callbacks.models import Message
from callbacks.states import FOR_CUSTOMERS

LAYOUTS = ("subject.txt", "mail.txt", "mail.html")


def compose(message: Message) -> EmailMultiAlternatives:
    """Make the e-mail of a message. Its Message-ID never changes, so that a repetition is known as one."""
    with translation.override(message.language):
        context = _context(message)
        subject, text, html = (_render(message, f"messages/layout/{part}", context) for part in LAYOUTS)
        file = invitation(message)
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html, "text/html")
    if file is not None:
        mail.attach(file)
    return mail


def message_id(message: Message) -> str:
    """The same for every try of one message, and of nobody else."""
    return f"<{message.uid}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _render(message: Message, layout: str, context: dict[str, object]) -> str:
    return render_to_string(f"messages/{message.kind}.html", {**context, "layout": layout})


def _context(message: Message) -> dict[str, object]:
    appointment = message.appointment
    period = message.promise or appointment
    zone = appointment.team.zone
    starts, ends = period.starts_at.astimezone(zone), period.ends_at.astimezone(zone)
    return {
        "language": message.language,
        "day": formats.date_format(starts, "DATE_FORMAT"),
        "start": formats.time_format(starts, "TIME_FORMAT"),
        "end": formats.time_format(ends, "TIME_FORMAT"),
        "team": appointment.team.name,
        "reference": appointment.reference,
        "link": link(message),
        "for_customer": message.kind in FOR_CUSTOMERS,
    }
