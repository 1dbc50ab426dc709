"""``Idempotency-Key``: a request that is sent twice takes effect once.

The answer is stored in the transaction of the effect, so there is never one without the other. A refused
request leaves nothing behind and can be repeated with the same key. Answers are kept for a day.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSetMixin

from callbacks.api.authentication import signed_in
from callbacks.api.exceptions import KeyReused, RequestInProgress
from callbacks.models import IdempotentRequest
from callbacks.models.outbox import ANSWERS_KEPT_FOR

HEADER = "Idempotency-Key"
KEY = re.compile(r"[ -~]{1,100}")

A = TypeVar("A", bound=Callable[..., Response])


def idempotent(action: A) -> A:
    """Let a POST of a viewset be repeated with the same key: the same body gets the same answer.

    Raises ``KeyReused`` for another request with the key, ``RequestInProgress`` beside one that still runs.
    """

    @wraps(action)
    def run(view: ViewSetMixin, request: Request, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return action(view, request, **kwargs)
        if not KEY.fullmatch(key):
            raise ValidationError({HEADER: _("Use 1 to 100 printable characters.")})
        with transaction.atomic():
            _lock(lock_number(signed_in(request).pk, key))
            now, fingerprint = timezone.now(), _fingerprint(request)
            if earlier := _earlier(request, key, now):
                return _replay(earlier, fingerprint)
            response = action(view, request, **kwargs)
            _store(request, key, fingerprint, response, now)
        return response

    run.__dict__["idempotent"] = True
    return cast("A", run)


def lock_number(user: int, key: str) -> int:
    """The number of the advisory lock that a request with this key holds until it is answered."""
    return int.from_bytes(hashlib.sha256(f"{user}:{key}".encode()).digest()[:8], signed=True)


def _lock(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise RequestInProgress


def _fingerprint(request: Request) -> str:
    said = [request.method, request.path, request.headers.get("If-Match", ""), request.data]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _earlier(request: Request, key: str, now: dt.datetime) -> IdempotentRequest | None:
    same = IdempotentRequest.objects.filter(user=signed_in(request), key=key)
    return same.filter(created_at__gt=now - ANSWERS_KEPT_FOR).first()


def _replay(earlier: IdempotentRequest, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    return Response(earlier.body, status=earlier.status, headers={"Idempotent-Replayed": "true"})


def _store(request: Request, key: str, fingerprint: str, response: Response, now: dt.datetime) -> None:
    """Keep the answer; one of more than a day ago makes way."""
    body: Any = json.loads(JSONRenderer().render(response.data))
    kept = IdempotentRequest(
        user=signed_in(request),
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body=body,
        created_at=now,
    )
    IdempotentRequest.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["user", "key"],
        update_fields=["fingerprint", "status", "body", "created_at"],
    )
