"""Another worker that holds rows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet


@contextmanager
def holding(rows: QuerySet[Any]) -> Iterator[None]:
    """Keep rows locked in a transaction of another connection."""
    locked, done = threading.Event(), threading.Event()

    def other_worker() -> None:
        with transaction.atomic():
            list(rows.select_for_update())
            locked.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=other_worker)
    other.start()
    assert locked.wait(10)
    try:
        yield
    finally:
        done.set()
        other.join()
