"""A prepared statement is put together once and answers for whatever values it is given."""

import datetime as dt

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from callbacks.models import Promise
from callbacks.queries.prepared import Given, OneOf, Prepared
from tests.factories import UserFactory, World, at


def named() -> QuerySet[User, tuple[int]]:
    """Users with the given name."""
    return User.objects.filter(name=Given("name", CharField())).values_list("pk")


def among() -> QuerySet[User, tuple[int]]:
    """Users with one of the given keys who are active."""
    keys = Given("keys", ArrayField(BigIntegerField()))
    return User.objects.filter(OneOf("pk", keys), is_active=True).values_list("pk")


def test_each_run_answers_for_its_own_values(db: None) -> None:
    users = [UserFactory.create(name=name) for name in ("An", "Bo")]
    prepared = Prepared(named)
    assert [prepared.rows(name=user.name) for user in users] == [[(user.pk,)] for user in users]


def test_it_is_put_together_once(db: None) -> None:
    made = []

    def make() -> QuerySet[User, tuple[int]]:
        made.append(among())
        return made[-1]

    prepared = Prepared(make)
    for _ in range(2):
        prepared.rows(keys=[])
    assert len(made) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_keys_may_have_any_length(db: None, count: int) -> None:
    users = UserFactory.create_batch(3)
    keys = [user.pk for user in users[:count]]
    assert sorted(pk for (pk,) in Prepared(among).rows(keys=keys)) == keys


def test_values_of_the_queryset_itself_stay(db: None) -> None:
    asleep = UserFactory.create(is_active=False)
    assert Prepared(among).rows(keys=[asleep.pk]) == []


def test_a_value_can_be_reckoned_with(world: World) -> None:
    world.book(at(10))
    soon = Given("now", DateTimeField()) + dt.timedelta(minutes=30)
    starting = Prepared(lambda: Promise.objects.filter(starts_at__lte=soon).values_list("starts_at"))
    assert starting.rows(now=at(9, 29)) == []
    assert starting.rows(now=at(9, 30)) == [(at(10),)]


def test_text_is_a_value_and_never_a_part_of_the_statement(db: None) -> None:
    assert Prepared(named).rows(name="' OR true --") == []


def test_a_run_is_one_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        Prepared(named).rows(name="x")


def test_a_forgotten_value_is_an_error(db: None) -> None:
    with pytest.raises(KeyError, match="name"):
        Prepared(named).rows()
