"""Statements that a session plans once give what they would give when planned each time."""

import pytest
from django.db import DataError, connection, transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from availability.planned import Planned

PLANS = (
    "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%' || %s || '%%'"
)


@pytest.fixture
def divided() -> Planned:
    """A statement that no other test has run."""
    return Planned("SELECT %(whole)s / %(part)s AS share, %(whole)s", whole="integer", part="integer")


def runs(text: str) -> list[int]:
    """How often this session ran each statement that it has planned and that contains the text."""
    with connection.cursor() as cursor:
        cursor.execute(PLANS, [text])
        return [number for (number,) in cursor.fetchall()]


def test_each_run_answers_for_its_own_values(db: None, divided: Planned) -> None:
    assert divided.rows(whole=6, part=3) == [(2, 6)]
    assert divided.rows(part=2, whole=8) == [(4, 8)]


def test_it_is_planned_once_in_a_session(db: None) -> None:
    named = Planned("SELECT %(value)s AS planned_once", value="text")
    for value in "abc":
        named.rows(value=value)
    assert runs("planned_once") == [3]


def test_a_first_run_is_one_query_as_every_other_is(
    db: None, divided: Planned, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _first_and_second in range(2):
        with django_assert_num_queries(1):
            divided.rows(whole=1, part=1)


@pytest.mark.parametrize("value", ["'; DROP TABLE x --", "%s", "$1", "%(value)s", ""])
def test_a_value_is_never_a_part_of_the_statement(db: None, value: str) -> None:
    assert Planned("SELECT %(value)s", value="text").rows(value=value) == [(value,)]


def test_nothing_can_be_a_value(db: None) -> None:
    either = Planned("SELECT %(key)s IS NULL OR %(key)s = 1", key="bigint")
    assert [either.rows(key=key)[0][0] for key in (None, 1, 2)] == [True, True, False]


@pytest.mark.parametrize("keys", [[], [2], [1, 2, 3]])
def test_a_list_can_be_a_value(db: None, keys: list[int]) -> None:
    assert Planned("SELECT 2 = ANY (%(keys)s)", keys="bigint[]").rows(keys=keys) == [(2 in keys,)]


def test_after_a_first_run_that_failed_it_runs(db: None, divided: Planned) -> None:
    with pytest.raises(DataError), transaction.atomic():
        divided.rows(whole=1, part=0)
    assert divided.rows(whole=1, part=1) == [(1, 1)]


@pytest.mark.django_db(transaction=True)
def test_a_new_session_plans_for_itself(divided: Planned) -> None:
    divided.rows(whole=1, part=1)
    connection.close()
    assert divided.rows(whole=4, part=2) == [(2, 4)]


@pytest.mark.django_db(transaction=True)
def test_what_was_planned_in_a_transaction_outlives_its_end(divided: Planned) -> None:
    with transaction.atomic():
        divided.rows(whole=1, part=1)
        transaction.set_rollback(True)
    assert divided.rows(whole=4, part=2) == [(2, 4)]


@override_settings(DATABASE_KEEPS_PLANS=False)
def test_behind_a_pooler_nothing_is_kept(db: None) -> None:
    lent = Planned("SELECT %(value)s::text AS never_kept", value="text")
    assert lent.rows(value="a") == [("a",)]
    assert runs("never_kept") == []
