"""Absences of specialists: for a while, or until further notice."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Absence, Specialist, Window
from availability.slots import DAY
from callbacks.errors import Invalid, Outdated
from callbacks.operations.publishing import end_windows
from callbacks.operations.records import check_length
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_publish

ABSENCE_REASON_LIMIT = 200
LONGEST = dt.timedelta(days=366)


@in_one_transaction
def be_absent(
    *,
    specialist: Specialist,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    now: dt.datetime,
    reason: str = "",
    substitute: Specialist | None = None,
) -> Absence:
    """Take a period (UTC, end excluded) out of what is offered; one that is out of it already stays as it is.

    Raises ``Forbidden``, ``Invalid``.
    """
    check_publish(by, specialist)
    check_length(reason, ABSENCE_REASON_LIMIT, field="reason")
    if ends_at <= starts_at:
        raise Invalid(_("An absence ends after it starts."), field="last_day")
    if ends_at <= now:
        raise Invalid(_("What is past cannot be changed."), field="last_day")
    if ends_at - starts_at > LONGEST:
        raise Invalid(_("Longer than a year is until further notice."), field="last_day")
    if substitute and (substitute.team_id != specialist.team_id or substitute.pk == specialist.pk):
        raise Invalid(_("Choose a colleague of the same team."), field="substitute")
    # A form that is sent twice enters one absence: the database holds it to that.
    entered, _is_new = Absence.objects.get_or_create(
        specialist=specialist,
        starts_at=starts_at,
        ends_at=ends_at,
        defaults={"reason": reason.strip(), "substitute": substitute},
    )
    return entered


@in_one_transaction
def be_back(*, absence: Absence, version: int, by: User) -> None:
    """Take an absence back: its time is offered again. Raises ``Forbidden``, ``Outdated``."""
    check_publish(by, absence.specialist)
    if not Absence.objects.filter(pk=absence.pk, version=version).delete()[0]:
        raise Outdated


@in_one_transaction
def leave(*, specialist: Specialist, first_day: dt.date, by: User, now: dt.datetime) -> None:
    """Offer nothing any more from a day on, until something is published again.

    Raises ``Forbidden``, ``Invalid``.
    """
    check_publish(by, specialist)
    if first_day < now.astimezone(specialist.team.zone).date():
        raise Invalid(_("What is past cannot be changed."), field="first_day")
    windows = Window.objects.filter(specialist=specialist).select_for_update(no_key=True)
    end_windows(list(windows), last_day=first_day - DAY)
