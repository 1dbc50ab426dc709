"""The clock that workers go by: the database's, so that no machine's own clock decides what is due."""

import datetime as dt
from typing import TypeAlias

from django.db import connection
from django.db.models.expressions import Combinable

# A UTC instant, or what stands for one in a statement.
Moment: TypeAlias = dt.datetime | Combinable


def database_now() -> dt.datetime:
    """Give the database's present moment (UTC), also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    moment: dt.datetime = now
    return moment.astimezone(dt.UTC)
