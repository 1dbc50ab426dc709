"""Reading what a page of figures counts once, for all of them.

A statement of this package begins with the rows that count in a scope (``promises.DUE``, ``contacts.MADE``)
and goes on with what it counts of them. Within ``gathered`` these rows wait in a table of the session.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from callbacks.metrics.scope import Scope


@dataclass(frozen=True)
class Rows:
    """What counts in a scope: ``text`` is a ``WITH name AS (…)``, ``moment`` the column it goes by."""

    name: str
    moment: str
    text: str

    @property
    def gather(self) -> str:
        """The statement that lets them wait."""
        table = f"CREATE TEMPORARY TABLE gathered_{self.name} AS"
        return f"{table} {self.text} SELECT * FROM {self.name}"  # noqa: S608

    @property
    def waiting(self) -> str:
        """The same beginning, of those that wait."""
        inside = f"{self.moment} >= %(start)s AND {self.moment} < %(end)s"
        return f"WITH {self.name} AS (SELECT * FROM gathered_{self.name} WHERE {inside})\n"  # noqa: S608

    @property
    def drop(self) -> str:
        """The statement that forgets them."""
        return f"DROP TABLE gathered_{self.name}"


# The scope whose rows wait, with the weeks before it.
_wide: ContextVar[Scope | None] = ContextVar("wide", default=None)


@contextmanager
def gathered(scope: Scope, *kinds: Rows, values: Mapping[str, Any]) -> Iterator[None]:
    """Read the rows of a scope, and of as many weeks before it, once for all that is counted inside."""
    wide = replace(scope, monday=scope.before().monday, weeks=2 * scope.weeks)
    with transaction.atomic(), connection.cursor() as cursor:
        for rows in kinds:
            cursor.execute(rows.gather, {**wide.values(), **values})
        token = _wide.set(wide)
        try:
            yield
        finally:
            _wide.reset(token)
        for rows in kinds:
            cursor.execute(rows.drop)


def beginning(rows: Rows, scope: Scope) -> str:
    """How a statement about a scope begins: with the rows that wait, when all of its own are among them."""
    wide = _wide.get()
    is_same = wide and wide == replace(scope, monday=wide.monday, weeks=wide.weeks)
    if wide and is_same and wide.start <= scope.start and scope.end <= wide.end:
        return rows.waiting
    return rows.text
