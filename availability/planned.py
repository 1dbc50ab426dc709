"""Statements whose plan PostgreSQL keeps for as long as a session lasts.

The driver plans a statement anew each time it runs. Where many tables give few rows, that takes several times
as long as the answer (ADR 0005 has figures).
"""

import re
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

PLACE = re.compile(r"%\((\w+)\)s")
# A number of its own for each: one that failed to run may be there all the same.
_numbers = count(1)
# Session -> statement -> the name under which that session knows it.
_known: "WeakKeyDictionary[Any, dict[Planned, str]]" = WeakKeyDictionary()


class Planned:
    """A statement with places such as ``%(topic)s``, and the SQL type of the value for each."""

    def __init__(self, text: str, **types: str) -> None:
        self.text = text
        self.types = types
        self._places = ", ".join(f"%({name})s" for name in types)
        numbers = {name: f"${number}" for number, name in enumerate(types, 1)}
        self._body = PLACE.sub(lambda place: numbers[place[1]], text)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it with a value for every place; the rows it gives."""
        with connection.cursor() as cursor:
            session = connection.connection
            known = _known.setdefault(session, {})
            if not settings.DATABASE_KEEPS_PLANS:
                cursor.execute(self.text, values)
            elif name := known.get(self):
                cursor.execute(self._run(name), values)
            else:
                # In one string, hence in one go.
                name = f"planned_{next(_numbers)}"
                cursor.execute(f"{self._prepare(name)}; {self._run(name)}", values)
                known[self] = name
            return list(cursor.fetchall())

    def _prepare(self, name: str) -> str:
        return f"PREPARE {name} ({', '.join(self.types.values())}) AS {self._body}"

    def _run(self, name: str) -> str:
        return f"EXECUTE {name} ({self._places})"
