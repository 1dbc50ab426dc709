"""Errors as problem details (RFC 9457), each with a stable ``code``: one table for all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from callbacks import errors
from callbacks.api.constraints import violation
from callbacks.api.moments import utc_text
from callbacks.api.offers import hit_body, slot_body

MEDIA_TYPE = "application/problem+json"
DOMAIN_STATUS: dict[type[errors.DomainError], int] = {
    errors.SlotTaken: 409,
    errors.SlotNotOffered: 409,
    errors.Stale: 409,
    errors.Outdated: 409,
    errors.AppointmentsHit: 409,
    errors.BeingCalled: 409,
    errors.WrongState: 409,
    errors.Invalid: 400,
    errors.Forbidden: 403,
}
# Where the framework's code and ours differ for the same thing, ours holds.
CODES = {"permission_denied": "forbidden", "error": "refused"}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one input; ``field`` is its dotted path, empty for the whole."""

    field: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """One refused request."""

    status: int
    code: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    extras: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The members of the problem details object."""
        return {
            "type": f"urn:belbelofte:problem:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [vars(error) for error in self.errors],
            **self.extras,
        }


def problem_response(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Answer an exception of a view; None lets an unknown one through to Django."""
    problem = describe(error)
    if problem is None:
        return None
    set_rollback()
    return Response(
        problem.body(), status=problem.status, headers=dict(problem.headers), content_type=MEDIA_TYPE
    )


def _of_domain(error: errors.DomainError) -> Problem:
    extras: dict[str, Any] = {}
    if isinstance(error, errors.SlotTaken | errors.SlotNotOffered):
        extras = {"alternatives": [slot_body(slot) for slot in error.alternatives]}
    if isinstance(error, errors.Stale):
        extras = {
            "changed_by": error.by_name,
            "changed_at": utc_text(error.at),
            "change": str(error.verb_label),
            "current_version": error.current_version,
        }
    if isinstance(error, errors.BeingCalled):
        extras = {"calling_by": error.by_name, "calling_since": utc_text(error.since)}
    if isinstance(error, errors.AppointmentsHit):
        extras = {"appointments": [hit_body(appointment) for appointment in error.appointments]}
    named = [FieldError(error.field, str(error))] if error.field else []
    return Problem(DOMAIN_STATUS[type(error)], error.code, str(error), named, extras)


def _of_constraint(error: IntegrityError) -> Problem | None:
    found = violation(error)
    if found is None:
        return None
    return Problem(found.status, found.code, found.sentence, [FieldError(found.field, found.sentence)])


def _of_framework(error: exceptions.APIException) -> Problem:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    code = str(error.get_codes())
    return Problem(error.status_code, CODES.get(code, code), str(error.detail), headers=headers)


def _of_validation(error: exceptions.ValidationError) -> Problem:
    """A 400 with every field named; a 404 when all that is wrong is a record that is not there."""
    found = list(_flat(error.detail))
    only_missing = {code for _error, code in found} == {"does_not_exist"}
    status, code = (404, "not_found") if only_missing else (400, "invalid")
    named = [error for error, _code in found]
    detail = named[0].detail if len(named) == 1 else _("Some of the fields are not right.")
    return Problem(status, code, detail, named)


def _flat(detail: Any, path: str = "") -> Iterator[tuple[FieldError, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".removeprefix(".")
            yield from _flat(inner, here)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, path)
    else:
        # It may repeat half a surrogate pair from the input, which cannot be sent back.
        sentence = str(detail).encode(errors="replace").decode()
        yield FieldError(path, sentence), getattr(detail, "code", "")


# The first type that fits decides.
TABLE: tuple[tuple[type[Exception], Callable[[Any], Problem | None]], ...] = (
    (errors.DomainError, _of_domain),
    (exceptions.ValidationError, _of_validation),
    (exceptions.APIException, _of_framework),
    (Http404, lambda _error: _of_framework(exceptions.NotFound())),
    (PermissionDenied, lambda _error: _of_framework(exceptions.PermissionDenied())),
    (
        ProtectedError,
        lambda _error: Problem(409, "in_use", _("Other records use this. Deactivate it instead.")),
    ),
    (IntegrityError, _of_constraint),
    # A lock not given in time, a deadlock's victim, a statement out of time, a lost connection.
    (
        OperationalError,
        lambda _error: Problem(
            503, "busy", _("This took too long. Try again."), headers={"Retry-After": "1"}
        ),
    ),
)


def describe(error: Exception) -> Problem | None:
    """Translate a typed error to the problem it is for the caller; None for one that nobody foresaw."""
    return next((translate(error) for kind, translate in TABLE if isinstance(error, kind)), None)
