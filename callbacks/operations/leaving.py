"""What people leave behind who do not work any more, however they were taken out of service."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from availability.models import Window
from callbacks.operations.confirming import pass_on
from callbacks.operations.publishing import end_windows
from callbacks.queries.uncovered import of_leavers, windows_of_leavers


@transaction.atomic
def pass_on_of_leavers(*, appointment_ids: Sequence[int], now: dt.datetime) -> int:
    """Give each to a free colleague, else to the front office's worklist. Gives how many were passed on.

    The promise stays. The log names nobody but the system, and the usual messages go out. The caller has the
    rows locked.
    """
    left = of_leavers().filter(pk__in=appointment_ids)
    # A lock has been waited for: who came back meanwhile keeps what they have.
    found = list(left.select_related("topic", "team", "customer", "created_by", "specialist__user"))
    for appointment in found:
        reason = _("%(name)s does not work here any more.") % {"name": appointment.specialist}
        pass_on(appointment, reason=reason, by=None, now=now)
    return len(found)


@transaction.atomic
def end_windows_of_leavers(*, window_ids: Sequence[int], now: dt.datetime) -> int:
    """Let each window end today, in the team's zone: whoever comes back publishes anew. Gives how many did.

    The caller has the rows locked.
    """
    left = windows_of_leavers(now).filter(pk__in=window_ids).select_related("specialist__team")
    ended: dict[dt.date, list[Window]] = {}
    for window in left:
        ended.setdefault(now.astimezone(window.specialist.team.zone).date(), []).append(window)
    for today, windows in ended.items():
        end_windows(windows, last_day=today)
    return sum(map(len, ended.values()))
