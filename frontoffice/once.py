"""A form that was sent twice books once."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from callbacks.models import Appointment, IdempotentRequest


def once(*, user: User, token: str, now: dt.datetime, book: Callable[[], Appointment]) -> str:
    """Run ``book`` unless this form's token was used before; either way, the reference it led to.

    A second copy that arrives while the first is busy waits for it at the unique key. When ``book``
    raises, the token is free again.
    """
    with transaction.atomic():
        form, is_first = IdempotentRequest.objects.get_or_create(
            user=user, key=f"desk:{token}", defaults={"fingerprint": "", "created_at": now}
        )
        if is_first:
            form.body = {"reference": book().reference}
            form.save(update_fields=["body"])
    return str((form.body or {})["reference"])
