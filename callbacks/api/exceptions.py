"""What only the API can refuse. The reasons of the domain are in ``callbacks.errors``."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException


class BodyTooLarge(APIException):
    """More than a request of this API can need."""

    status_code = 413
    default_code = "body_too_large"
    default_detail = _("The body is larger than 256 kB.")


class StaleRecord(APIException):
    """The record changed after the caller read it."""

    status_code = 409
    default_code = "stale_version"
    default_detail = _("Somebody changed this after you read it. Read it again.")


class RequestInProgress(APIException):
    """The first request with this idempotency key has not been answered yet."""

    status_code = 409
    default_code = "request_in_progress"
    default_detail = _(
        "The first request with this Idempotency-Key is still being handled. Try again shortly."
    )
    wait: ClassVar[int] = 1


class KeyReused(APIException):
    """The idempotency key was used for something else."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used for another request. Use a new one.")


class SignInFailed(APIException):
    """Wrong user name or password, or an account that is closed: not said which."""

    status_code = 401
    default_code = "sign_in_failed"
    default_detail = _("User name and password do not match.")
    auth_header: ClassVar[str] = "Token"


class LockedOut(APIException):
    """Too many wrong passwords."""

    status_code = 429
    default_code = "locked_out"
    default_detail = _("Too many attempts with a wrong password. Try again in a quarter of an hour.")
    wait: ClassVar[int] = 15 * 60
