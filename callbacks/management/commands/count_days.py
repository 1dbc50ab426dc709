"""``manage.py count_days``: the nightly counting now, after rows came from elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from callbacks import operations
from callbacks.clock import database_now
from callbacks.operations.counting import KEPT


class Command(BaseCommand):
    """Counts every day that is over, without waiting for the night."""

    help = "Count every day that is over, so that the look back need not read its rows."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Count day by day, and say how many there are and how many older ones were kept otherwise."""
        days, differing = operations.count_all_days(now=database_now())
        tables = [daily.table for dailies in KEPT.values() for daily in dailies]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
        self.stdout.write(
            f"{days} days are counted; {differing} of more than a week ago were kept otherwise."
        )
