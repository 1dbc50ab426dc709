"""Registering contacts with the front office, whatever came of them."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability.models import Channel, Specialist, Topic
from callbacks.errors import Invalid
from callbacks.models import Appointment, AvoidableReason, Contact, Customer
from callbacks.models.contacts import CONTACT_NOTE_LIMIT
from callbacks.operations import records
from callbacks.operations.customers import CustomerData, identify
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_register_contact
from callbacks.states import ContactResult, RefusalReason

# Booking and undoing make the others.
REGISTERED = (
    ContactResult.SOLVED,
    ContactResult.TRANSFERRED,
    ContactResult.REFERRED,
    ContactResult.REFUSED,
    ContactResult.STATUS,
)
LONGEST_CONTACT = dt.timedelta(hours=12)
# Facts of one result alone, and what is said when that result comes without (nothing: it may).
OWN_FACTS: dict[str, tuple[ContactResult, StrOrPromise]] = {
    "reached": (ContactResult.TRANSFERRED, _("Say whether the colleague was reached.")),
    "transferred_to": (ContactResult.TRANSFERRED, ""),
    "referred_to": (ContactResult.REFERRED, _("Say where the customer was referred to.")),
    "refusal_reason": (ContactResult.REFUSED, _("Say why no time was found.")),
}


@in_one_transaction
def register_contact(
    *,
    result: str,
    by: User,
    now: dt.datetime,
    channel: str = Channel.PHONE,
    topic: Topic | None = None,
    customer: Customer | CustomerData | None = None,
    about: Appointment | None = None,
    transferred_to: Specialist | None = None,
    reached: bool | None = None,
    referred_to: str = "",
    refusal_reason: str = "",
    note: str = "",
    searched_online: bool | None = None,
    avoidable: bool | None = None,
    avoidable_reason: AvoidableReason | None = None,
    opened_at: dt.datetime | None = None,
) -> Contact:
    """Record a contact moment that ended without a callback being booked.

    Who asks where the callback is (``STATUS``) asks ``about`` an appointment, and counts as its customer
    unless said otherwise. An ``opened_at`` (UTC) that cannot be is left out. Raises ``Invalid``, with the
    field, for facts that do not belong together, and ``Forbidden``.
    """
    check_register_contact(by)
    contact = Contact(
        agent=by,
        at=now,
        result=result,
        topic=topic or (about.topic if about else None),
        about=about,
        transferred_to=transferred_to,
        reached=reached,
        referred_to=referred_to,
        refusal_reason=refusal_reason,
        note=note.strip(),
        **circumstances(
            now=now,
            channel=channel,
            searched_online=searched_online,
            avoidable=avoidable,
            avoidable_reason=avoidable_reason,
            opened_at=opened_at,
        ),
    )
    _check(contact)
    if customer is not None:
        contact.customer, _phone = identify(customer, now=now)
    elif about is not None:
        contact.customer = about.customer
    contact.save(force_insert=True)
    return contact


def circumstances(
    *,
    now: dt.datetime,
    channel: str,
    searched_online: bool | None,
    avoidable: bool | None,
    avoidable_reason: AvoidableReason | None,
    opened_at: dt.datetime | None,
) -> dict[str, Any]:
    """What may be said of every contact, checked: fields of ``Contact``. Raises ``Invalid``."""
    if channel not in Channel.values:
        raise Invalid(_("Choose one of the channels."), field="channel")
    if avoidable_reason and not avoidable:
        raise Invalid(_("Give this reason only when the contact was avoidable."), field="avoidable_reason")
    return {
        "channel": channel,
        "searched_online": searched_online,
        "avoidable": avoidable,
        "avoidable_reason": avoidable_reason,
        "opened_at": _believable(opened_at, now=now),
    }


def _believable(opened_at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime | None:
    """The moment comes from the agent's computer: wrong clocks and tabs left open say nothing of the work."""
    if opened_at is None or not now - LONGEST_CONTACT <= opened_at <= now:
        return None
    return opened_at


def _check(contact: Contact) -> None:
    if contact.result not in REGISTERED:
        raise Invalid(_("Choose one of the results."), field="result")
    if contact.result == ContactResult.STATUS and contact.about is None:
        raise Invalid(_("Say which appointment the customer asks about."), field="about")
    for field, (result, missing) in OWN_FACTS.items():
        _check_fact(contact, field, belongs=contact.result == result, missing=missing)
    if contact.referred_to and contact.referred_to not in Channel.values:
        raise Invalid(_("Choose one of the channels."), field="referred_to")
    if contact.refusal_reason and contact.refusal_reason not in RefusalReason.values:
        raise Invalid(_("Choose one of the reasons."), field="refusal_reason")
    if contact.transferred_to and not contact.transferred_to.is_active:
        raise Invalid(_("Choose somebody who still takes calls."), field="transferred_to")
    records.check_length(contact.note, CONTACT_NOTE_LIMIT, field="note")


def _check_fact(contact: Contact, field: str, *, belongs: bool, missing: StrOrPromise) -> None:
    is_given = getattr(contact, field) not in {None, ""}
    if is_given and not belongs:
        raise Invalid(_("This does not go with the result."), field=field)
    if belongs and missing and not is_given:
        raise Invalid(missing, field=field)
