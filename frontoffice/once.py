"""A form that was sent twice books once."""

import datetime as dt
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import Invalid
from callbacks.models import Appointment, IdempotentRequest
from callbacks.operations.reserving import in_one_transaction


@in_one_transaction
def once(
    *, user: User, token: str, fingerprint: str, now: dt.datetime, book: Callable[[], Appointment]
) -> str:
    """Run ``book`` unless this form's token was used before; either way, the reference it led to.

    A second copy that arrives while the first is busy waits for it at the unique key. When ``book``
    raises, the token is free again. Raises ``Invalid`` when the token was used for something else: the
    ``fingerprint`` stands for what was typed.
    """
    form, is_first = IdempotentRequest.objects.get_or_create(
        user=user, key=f"desk:{token}", defaults={"fingerprint": fingerprint, "created_at": now}
    )
    if form.fingerprint != fingerprint:
        raise Invalid(_("This form was already used. Check it and send it again."))
    if is_first:
        form.body = {"reference": book().reference}
        form.save(update_fields=["body"])
    return str((form.body or {})["reference"])
