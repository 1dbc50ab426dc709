"""A form that was sent twice books once."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.planned import Planned
from callbacks.errors import Invalid
from callbacks.models import IdempotentRequest
from callbacks.operations.reserving import in_one_transaction

FIRST = Planned(
    """
INSERT INTO callbacks_idempotentrequest (user_id, key, fingerprint, created_at)
VALUES (%(user)s, %(key)s, %(fingerprint)s, %(now)s)
ON CONFLICT (user_id, key) DO NOTHING
RETURNING id
""",
    user="bigint",
    key="text",
    fingerprint="text",
    now="timestamptz",
)
ANSWER = Planned(
    """
UPDATE callbacks_idempotentrequest SET body = %(body)s WHERE user_id = %(user)s AND key = %(key)s RETURNING id
""",
    user="bigint",
    key="text",
    body="jsonb",
)


class Made(Protocol):
    """What a form led to."""

    @property
    def reference(self) -> str:
        """What to find it by."""


@in_one_transaction
def once(*, user: User, token: str, fingerprint: str, now: dt.datetime, book: Callable[[], Made]) -> str:
    """Run ``book`` unless this form's token was used before; either way, the reference it led to.

    A second copy that arrives while the first is busy waits for it at the unique key. When ``book``
    raises, the token is free again. Raises ``Invalid`` when the token was used for something else: the
    ``fingerprint`` stands for what was typed.
    """
    key = {"user": user.pk, "key": f"desk:{token}"}
    if not FIRST.rows(**key, fingerprint=fingerprint, now=now):
        # Whoever was first is done: its row was waited for.
        return _answer(IdempotentRequest.objects.get(**key), fingerprint)
    reference = book().reference
    ANSWER.rows(**key, body=json.dumps({"reference": reference}))
    return reference


def _answer(form: IdempotentRequest, fingerprint: str) -> str:
    if form.fingerprint != fingerprint:
        raise Invalid(_("This form was already used. Check it and send it again."))
    return str((form.body or {})["reference"])
