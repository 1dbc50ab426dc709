"""The doors' errors on a page: at the field, in the summary on top, and as the answer's status."""

from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.utils.translation import gettext_lazy as _

from callbacks.errors import BeingCalled, DomainError, Forbidden, SlotTaken, Stale
from callbacks.models import Appointment


class AlreadyOpen(DomainError):
    """The caller has an open ``appointment`` on this topic; nobody said yet that another one is wanted."""

    code = "already_open"

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(_("There is an open appointment on this topic already."))
        self.appointment = appointment


@dataclass(frozen=True)
class SummaryLine:
    """One error in the summary; ``target`` is the id of the field it is about, or empty."""

    sentence: str
    target: str


def add_to_form(form: forms.Form, error: DomainError) -> None:
    """Show a refusal at the field it is about, or above the form."""
    visible = {field.name for field in form.visible_fields()}
    form.add_error(error.field if error.field in visible else None, str(error))


def summary(form: forms.Form) -> list[SummaryLine]:
    """All errors of a form in the order of its fields, those about the whole first."""
    if not form.is_bound:
        return []
    about_all = [SummaryLine(str(sentence), "") for sentence in form.non_field_errors()]
    return about_all + [
        SummaryLine(str(sentence), "" if field.is_hidden else field.auto_id or "")
        for field in form
        for sentence in field.errors
    ]


def status_of(error: DomainError | None) -> HTTPStatus:
    """Somebody was first, or it is there already: 409. Not allowed: 403. Anything else refused: 422."""
    if isinstance(error, BeingCalled | SlotTaken | Stale | AlreadyOpen):
        return HTTPStatus.CONFLICT
    return HTTPStatus.FORBIDDEN if isinstance(error, Forbidden) else HTTPStatus.UNPROCESSABLE_ENTITY
