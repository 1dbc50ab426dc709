"""Rows of models, written and read by statements whose text is put together once.

Django puts a statement together anew for every object, which was most of the time that a booking took. What
is stored, and how, stays the models' business: columns, defaults and conversions are theirs. No signals are
sent; the product has none.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model
from django.db.models.expressions import BaseExpression, DatabaseDefault
from psycopg2.extensions import AsIs

M = TypeVar("M", bound=Model)
DEFAULT = AsIs("DEFAULT")
Statement = tuple[str, list[Any]]


def write(*objects: Model, unless_there: Sequence[Model] = (), then: Sequence[Statement] = ()) -> None:
    """Store new objects in this order, in one round trip.

    Objects that refer to each other need their keys beforehand; one without a key gets one in the database
    alone. ``unless_there`` come last, and each stays away when a unique value of its is there already.
    ``then`` are statements with their values, for what only the database knows. Raises ``IntegrityError`` as
    saving one by one does, with the name of the constraint.
    """
    texts = [_insert(type(one)) for one in objects]
    texts += [_insert(type(one)) + " ON CONFLICT DO NOTHING" for one in unless_there]
    texts += [text for text, _values_of_it in then]
    if not texts:
        return
    values = [value for one in (*objects, *unless_there) for value in _values(one)]
    values += [value for _text, its_values in then for value in its_values]
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(texts), values)
    for one in (*objects, *unless_there):
        one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


@cache
def columns(model: type[Model], table: str) -> str:
    """All columns of a model for a SELECT list, in the order in which ``read`` takes them."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


def read(model: type[M], row: Sequence[Any]) -> tuple[M, Sequence[Any]]:
    """An object from the first values of a row, and what is left of the row.

    For models whose values PostgreSQL gives as they are, which is all but those with JSON.
    """
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(fields)]), row[len(fields) :]


@cache
def _insert(model: type[Model]) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return " ".join(["INSERT INTO", model._meta.db_table, f"({names}) VALUES ({places})"])


def _values(one: Model) -> list[Any]:
    return [_value(one, field) for field in one._meta.concrete_fields]


def _value(one: Model, field: "Field[Any, Any]") -> Any:
    value = field.pre_save(one, add=True)
    if value is None and field.primary_key:
        return DEFAULT
    if isinstance(value, DatabaseDefault):
        value = _default(field)
        setattr(one, field.attname, value)
    return field.get_db_prep_save(value, connection)


def _default(field: "Field[Any, Any]") -> Any:
    """What the column has by default: the object is to know it too, without asking."""
    if isinstance(field.db_default, BaseExpression):
        raise TypeError(f"What the database makes of {field} is not known without asking it.")
    return field.db_default
