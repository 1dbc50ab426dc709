"""Webhooks: what happened, told to programs elsewhere and signed (Standard Webhooks, HMAC-SHA256)."""

import datetime as dt
import json
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook as Signer

from availability.fetching import FetchError, NotPublic, post
from callbacks.messages.channels.base import Refused
from callbacks.models import Message

GONE = 410
DONE = range(200, 300)


class WebhookLine:
    """Each message goes to an address of its own: one that is away says nothing about the others."""

    is_down = False

    def open(self) -> None:
        """There is no line to all of them."""

    def close(self) -> None:
        """Nothing stays open."""

    def send(self, message: Message) -> None:
        """Raises ``Refused`` when the address may not be used or is gone for good, else ``OSError``."""
        webhook = message.webhook
        if webhook is None or not webhook.is_active:
            raise Refused("The webhook was switched off.")
        body, now = payload(message), dt.datetime.now(dt.UTC)
        try:
            status = post(
                webhook.url,
                body=body.encode(),
                headers=signed(str(message.uid), body, secret=webhook.secret, now=now),
                allowed=settings.WEBHOOK_NETWORKS,
                patience=settings.CHANNEL_TIMEOUT_SECONDS,
            )
        except NotPublic as error:
            raise Refused(str(error)) from error
        except FetchError as error:
            raise OSError(str(error)) from error
        if status not in DONE:
            raise (Refused if status == GONE else OSError)(f"The server answered with status {status}.")


def signed(uid: str, body: str, *, secret: str, now: dt.datetime) -> dict[str, str]:
    """The headers of a message; the id is the same for every try, so that a repetition is known as one."""
    return {
        "Content-Type": "application/json",
        "webhook-id": uid,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(msg_id=uid, timestamp=now, data=body),
    }


def payload(message: Message) -> str:
    """What happened, when and to which appointment, as JSON: nothing that was asked or noted."""
    data: dict[str, Any] = dict(message.details)
    appointment = message.appointment
    team = appointment.team if appointment else message.team
    if appointment:
        period = message.promise or appointment
        data |= {
            "reference": appointment.reference,
            "state": appointment.state,
            "starts_at": period.starts_at.isoformat(),
            "ends_at": period.ends_at.isoformat(),
        }
    told = {
        "type": message.kind,
        "timestamp": message.created_at.isoformat(),
        "data": data | {"team": team.slug if team else ""},
    }
    return json.dumps(told, separators=(",", ":"))
