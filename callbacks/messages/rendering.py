"""What a message looks like by each way: in the reader's language, times in the team's zone.

Only the time, the team and the reference leave the house, never the question or a note. Customers
get them for their calendar too.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from callbacks.messages.invitation import invitation
from callbacks.messages.links import link
from callbacks.messages.wording import values_of, words_of
from callbacks.models import Message
from callbacks.states import FOR_CUSTOMERS

LAYOUTS = ("subject.txt", "mail.txt", "mail.html")


def compose(message: Message) -> EmailMultiAlternatives:
    """Make the e-mail of a message. Its Message-ID never changes, so that a repetition is known as one."""
    with translation.override(message.language):
        context = _context(message)
        subject, text, html = (render_to_string(f"messages/{part}", context) for part in LAYOUTS)
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


def short_text(message: Message) -> str:
    """What fits an SMS: the first paragraph, who calls, the reference and, where there is one, the link."""
    with translation.override(message.language):
        parts = [words_of(message).opening, _team(message), _reference(message), link(message)]
    return "\n".join(part for part in parts if part)


def post(message: Message) -> tuple[str, str]:
    """Title and text for the team's chat."""
    with translation.override(message.language):
        words = words_of(message)
        parts = [words.opening, words.closing, _team(message), _reference(message), link(message)]
    return words.subject, "\n".join(part for part in parts if part)


def message_id(message: Message) -> str:
    """The same for every try of one message, and of nobody else."""
    return f"<{message.uid}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _team(message: Message) -> str:
    return _("Team: %(team)s") % {"team": values_of(message)["team"]}


def _reference(message: Message) -> str:
    if message.appointment is None:
        return ""
    return _("Reference: %(reference)s") % {"reference": message.appointment.reference}


def _context(message: Message) -> dict[str, object]:
    team = message.appointment.team if message.appointment else message.team
    for_mailbox = message.kind in FOR_CUSTOMERS and team is not None and message.recipient == team.mailbox
    return {
        "language": message.language,
        "words": words_of(message),
        "team": values_of(message)["team"],
        "reference": message.appointment.reference if message.appointment else "",
        # The customer's own page is for the customer alone.
        "link": "" if for_mailbox else link(message),
        "for_customer": message.kind in FOR_CUSTOMERS,
        "for_mailbox": for_mailbox,
    }
