"""The customer's link: made when a message needs it, worthless once withdrawn."""

import base64
import datetime as dt
import uuid

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import WrongState
from callbacks.hashing import hashed
from callbacks.models import Appointment, CustomerLink
from callbacks.operations import records
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_withdraw_link
from callbacks.states import State, Verb

PURPOSE = "callbacks.customer-link"
# 192 bits: 32 letters in an address, none of them padding.
TOKEN_BYTES = 24


@in_one_transaction
def link_token(*, appointment: Appointment, now: dt.datetime) -> str:
    """The secret of the appointment's link, the same for every message until it is withdrawn.

    A first one is made at ``now`` (UTC), and another one when the server's key changed: those sent before go
    on working, for they are known by their hash.
    """
    for known in CustomerLink.objects.live().filter(appointment=appointment):
        token = _token(known.uid)
        if hashed(token) == known.token_hash:
            return token
    link = CustomerLink(appointment=appointment, created_at=now)
    token = _token(link.uid)
    link.token_hash = hashed(token)
    link.save(force_insert=True)
    return token


@in_one_transaction
def withdraw_link(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """Make every link that the customer got for this appointment worthless; a next message brings a new one.

    Raises ``Forbidden``, ``Stale``, ``WrongState`` (when there is none).
    """
    check_withdraw_link(by, appointment)
    appointment = records.at_version(appointment, version)
    if not CustomerLink.objects.live().filter(appointment=appointment).update(withdrawn_at=now):
        raise WrongState(_("The customer has no link to this appointment."))
    state = State(appointment.state)
    records.change(appointment, to_state=state, verb=Verb.WITHDRAW_LINK)
    records.log(appointment, verb=Verb.WITHDRAW_LINK, by=by, now=now, from_state=state)
    return appointment


def _token(uid: uuid.UUID) -> str:
    """Derived with a key of this purpose alone: no other secret of the server can be had from it."""
    digest = salted_hmac(PURPOSE, uid.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()
