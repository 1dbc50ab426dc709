"""Storing a Sheet's rows with COPY, and what makes a million of them quick."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from demo.rows import MODELS, Row, Sheet

NULL = "\\N"
TABLES = [model._meta.db_table for model in MODELS.values()]
APPS = ("accounts", "availability", "callbacks")


def store(sheet: Sheet) -> None:
    """Write all waiting rows in the order of their foreign keys, one COPY a table, and forget them."""
    for kind, model in MODELS.items():
        if rows := sheet.take(kind):
            _copy(model, rows, kind._fields)


def settle_keys() -> None:
    """Let key generators go on after the keys that were given here, and refresh the statistics."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
            cursor.execute(statement)
        cursor.execute(f"ANALYZE {', '.join(_all_tables())}")


@contextmanager
def without_indexes() -> Iterator[None]:
    """Drop indexes and foreign keys of the filled tables and make them again at the end.

    Keeping them up to date row by row would take most of the time of a large load. Needs a transaction: when
    it fails nothing is changed. Unique and exclusion constraints and checks stay and guard all the time.
    """
    with connection.cursor() as cursor:
        # A table cannot be changed while checks on it are still to come.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        keys, indexes = _foreign_keys(), _indexes()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _all_tables() -> list[str]:
    models = (
        model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)
    )
    return [connection.ops.quote_name(model._meta.db_table) for model in models]


def _foreign_keys() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
            FROM pg_constraint
            WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) ORDER BY oid
            """,
            [TABLES],
        )
        return [(table, name, definition) for table, name, definition in cursor.fetchall()]


def _indexes() -> list[tuple[str, str]]:
    """Names and definitions of the indexes that guard nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique AND NOT indisexclusion
            ORDER BY indexrelid
            """,
            [TABLES],
        )
        return [(name, definition) for name, definition in cursor.fetchall()]


def _copy(model: type[Model], rows: Iterable[Row], columns: tuple[str, ...]) -> None:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([NULL if value is None else value for value in row] for row in rows)
    text.seek(0)
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY \"{model._meta.db_table}\" ({names}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", text
        )
