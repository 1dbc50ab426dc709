"""Taking figures away as a file: who did so is kept."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from callbacks.errors import Invalid
from callbacks.models import FigureExport
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_export

MOST_ROWS = 10_000


@in_one_transaction
def export_figure(*, figure: str, asked: str, rows: int, by: User, now: dt.datetime) -> FigureExport:
    """Keep that somebody takes the rows of a figure, as asked for in an address, and allow it.

    Raises ``Forbidden``, ``Invalid`` (more than ``MOST_ROWS``).
    """
    check_export(by)
    if rows > MOST_ROWS:
        raise Invalid(_("A file has at most %(most)d rows: choose fewer weeks.") % {"most": MOST_ROWS})
    return FigureExport.objects.create(
        at=now, by=by, by_name=str(by), figure=figure, asked=asked[:500], rows=rows
    )
