"""What the database refused, in the sentence that stands beside the constraint."""

from dataclasses import dataclass

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError
from django.db.models import BaseConstraint
from django.utils.translation import gettext as _

from availability import models
from callbacks.models import AvoidableReason

# The input to look at first. The other constraints are about the record as a whole.
FIELDS = {
    "window_ends_after_start": "ends",
    "window_valid_days_in_order": "valid_until",
    "window_weekday_known": "weekday",
    "window_no_overlap": "starts",
    "exception_once_a_day": "day",
    "exception_times_whole": "ends",
    "absence_ends_after_start": "ends_at",
    "absence_once": "starts_at",
    "closure_days_in_order": "last_day",
    "specialist_not_own_substitute": "substitute",
}
ORGANISATION = (
    models.Team,
    models.Topic,
    models.Specialist,
    models.Window,
    models.WindowException,
    models.Absence,
    models.Closure,
    AvoidableReason,
)
FOREIGN_KEY, UNIQUE = "23503", "23505"


@dataclass(frozen=True)
class Violation:
    """A refused write: the input to blame (or empty) and why."""

    status: int
    code: str
    field: str
    sentence: str


def violation(error: IntegrityError) -> Violation | None:
    """Explain a refused write of an organisation record; None when it is not about one of those."""
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(error.__cause__, "pgcode", "")
    name = getattr(diagnosis, "constraint_name", None) or ""
    if constraint := _constraints().get(name):
        status, code = (409, "overlap") if isinstance(constraint, ExclusionConstraint) else (400, "invalid")
        return Violation(status, code, FIELDS.get(name, ""), str(constraint.get_violation_error_message()))
    if getattr(diagnosis, "table_name", None) not in _tables():
        return None
    if state == UNIQUE:
        return Violation(409, "duplicate", "", _("There is already a record like this."))
    if state == FOREIGN_KEY:
        return Violation(409, "in_use", "", _("A record this refers to has just changed. Read it again."))
    return None


def _tables() -> set[str]:
    return {model._meta.db_table for model in ORGANISATION}


def _constraints() -> dict[str, BaseConstraint]:
    return {each.name: each for model in ORGANISATION for each in model._meta.constraints}
