"""Statements that Django puts together once, and that run again and again with other values.

For a statement of many parts that takes longer than the database needs to answer it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, Field, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """Stands in a queryset for a value that is only known when the statement runs."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """A place for the value, marked by this object itself."""
        return "%s", (self,)


class OneOf(Func):
    """Whether a field is one of the given keys, however many those are."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


class Prepared:
    """A statement made of a queryset with ``Given`` values; ``make`` is called once, at the first run."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """Run it with a value for every name; a list of keys becomes an array."""
        statement, places = self._statement
        given: list[Any] = [values[one.name] if isinstance(one, Given) else one for one in places]
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return list(cursor.fetchall())

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        statement, places = self._make().query.sql_with_params()
        return statement, tuple(places)
