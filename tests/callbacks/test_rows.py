"""Rows written by a statement put together once are those that saving object by object would write."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from availability.models import Specialist, Team, Topic
from callbacks.models import Appointment, Contact, Customer, LogEntry, Message, Promise
from callbacks.operations import rows
from callbacks.states import ContactResult, MessageKind, Verb
from tests.factories import NOW, UserFactory, World


def stored(one: models.Model) -> dict[str, Any]:
    """All columns of an object as the database has them."""
    return dict(type(one)._base_manager.filter(pk=one.pk).values().get())


def as_it_is(one: models.Model) -> dict[str, Any]:
    """All columns of an object as it knows them itself."""
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def contact(world: World, **fields: Any) -> Contact:
    """A contact that is not stored yet."""
    return Contact(agent=world.agent, result=ContactResult.SOLVED, at=NOW, **fields)


def test_what_is_written_is_what_the_object_says(world: World) -> None:
    one = contact(
        world, pk=7001, topic=world.topic, channel="chat", searched_online=True, note="It's 5% \\ %s"
    )
    rows.write(one)
    assert stored(one) == as_it_is(one)


def test_defaults_of_the_model_are_written(world: World) -> None:
    one = contact(world, pk=7002)
    rows.write(one)
    assert stored(one)["channel"] == "phone"


def test_defaults_of_columns_are_written_and_known_to_the_object(world: World) -> None:
    one = contact(world, pk=7003)
    rows.write(one)
    assert (one.note, one.referred_to, stored(one)["note"]) == ("", "", "")


def test_a_default_that_only_the_database_knows_is_refused() -> None:
    made_by_it: models.DateTimeField[Any, Any] = models.DateTimeField(db_default=Now())
    with pytest.raises(TypeError):
        rows._default(made_by_it)


def test_arrays_are_written(db: None) -> None:
    topic = Topic(pk=7004, slug="x", name="X", preferred_channels=["chat", "desk"], supporting_channels=[])
    rows.write(topic)
    topic.refresh_from_db()
    assert (topic.preferred_channels, topic.supporting_channels) == (["chat", "desk"], [])


def test_json_is_written(world: World) -> None:
    details = {"number": 1, "name": "Zoë 'x'", "list": [True, None]}
    appointment = world.book()
    rows.write(LogEntry(appointment=appointment, at=NOW, verb=Verb.CONFIRM, to_state="x", details=details))
    assert LogEntry.objects.get(verb=Verb.CONFIRM).details == details


def test_without_a_key_the_database_gives_one(world: World) -> None:
    rows.write(contact(world), contact(world))
    assert len(set(Contact.objects.values_list("pk", flat=True))) == 2


def test_it_is_known_to_be_stored(world: World) -> None:
    one = contact(world, pk=7005)
    rows.write(one)
    one.note = "later"
    one.save(update_fields=["note"])
    assert stored(one)["note"] == "later"


def test_several_rows_are_written_in_one_go(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        rows.write(contact(world), contact(world), UserFactory.build())
    assert Contact.objects.count() == 2


def test_nothing_to_write_asks_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        rows.write()


def test_a_constraint_that_refuses_is_named(world: World) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        rows.write(contact(world), contact(world, reached=True))
    assert refused.value.__cause__.diag.constraint_name == "contact_transfer_reached_or_not"  # type: ignore[union-attr]
    assert not Contact.objects.exists()


def test_what_is_there_already_stays_away_alone(world: World) -> None:
    appointment = world.book()
    message = Message.objects.filter(kind=MessageKind.CUSTOMER_BOOKED).get()
    other = Message(**{**as_it_is(message), "id": None, "uid": "0" * 32, "dedupe_key": "new"})
    again = Message(**{**as_it_is(message), "id": None, "uid": "1" * 32})
    rows.write(unless_there=[again, other])
    assert appointment.messages.filter(kind=MessageKind.CUSTOMER_BOOKED).count() == 2


@pytest.mark.parametrize("model", [Customer, Specialist, Team, User])
def test_what_is_read_is_what_django_reads(world: World, model: type[models.Model]) -> None:
    world.book()
    expected = model._base_manager.order_by("pk")[0]
    row = model._base_manager.order_by("pk").values_list()[0]
    found, rest = rows.read(model, (*row, "left", "over"))
    assert (as_it_is(found), rest) == (as_it_is(expected), ("left", "over"))


@pytest.mark.parametrize("model", [Customer, Specialist, Team, User])
def test_no_column_that_is_read_needs_a_conversion(db: None, model: type[models.Model]) -> None:
    assert [field.name for field in model._meta.concrete_fields if hasattr(field, "from_db_value")] == []


def test_columns_are_named_in_the_order_in_which_they_are_read() -> None:
    assert rows.columns(Customer, "c").startswith('c."id", c."name", c."phone"')


@pytest.mark.parametrize("model", [Contact, Appointment, Promise, LogEntry, Message])
def test_a_booking_writes_what_its_objects_say(world: World, model: type[models.Model]) -> None:
    """Each row as it would be after saving once more what was read of it: nothing is lost on the way."""
    world.book(question="Why?", now=NOW + dt.timedelta(microseconds=7))
    one = model._base_manager.order_by("pk")[0]
    before = stored(one)
    if model is not LogEntry:  # which nobody may change
        one.save(force_update=True)
    assert stored(one) == before == as_it_is(one)


def test_the_booked_appointment_knows_what_is_stored(db: None) -> None:
    world = World()
    appointment = world.book()
    assert as_it_is(appointment) == stored(appointment)
    assert as_it_is(appointment.contact) == stored(appointment.contact)
