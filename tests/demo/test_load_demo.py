"""``manage.py load_demo`` and what it promises: once, reproducible, any size, any moment."""

import datetime as dt
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Max, QuerySet
from pytest_django import Settings

from availability.models import Team
from callbacks.models import Appointment, Attempt, Contact, Customer, LogEntry, Message, Promise, Reservation
from callbacks.states import OPEN
from demo import bulk, loading
from demo.names import reference
from tests.factories import NOW, World

SIZE = 300
# Of the season behind us too.
A_BIT_OF_ALL = loading.RECENT + 300


def load_demo(**options: Any) -> str:
    output = StringIO()
    call_command("load_demo", stdout=output, **{"size": SIZE, "now": NOW, **options})
    return output.getvalue()


def fingerprint() -> list[Any]:
    """What tells two loads apart; keys of the organisation differ, as generators are never rolled back."""
    return [
        list(Customer.objects.order_by("pk").values()),
        list(
            Promise.objects.order_by("pk").values(
                "appointment", "starts_at", "made_at", "outcome", "remind_at"
            )
        ),
        list(LogEntry.objects.order_by("pk").values("appointment", "at", "by_name", "verb", "details")),
        list(Message.objects.order_by("pk").values("uid", "dedupe_key", "state", "look_at")),
        list(
            Appointment.objects.order_by("pk").values(
                "reference", "state", "topic__slug", "specialist__user__name", "starts_at", "next_action_at"
            )
        ),
        list(Contact.objects.order_by("pk").values("result", "about", "avoidable_reason", "opened_at")),
        list(Reservation.objects.order_by("pk").values("appointment", "starts_at", "ends_at")),
    ]


def fingerprint_of(**options: Any) -> list[Any]:
    with transaction.atomic():
        load_demo(**options)
        found = fingerprint()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_and_moment_give_the_same_data() -> None:
    assert fingerprint_of(seed=7, size=A_BIT_OF_ALL) == fingerprint_of(seed=7, size=A_BIT_OF_ALL)


@pytest.mark.django_db
def test_another_seed_gives_other_data() -> None:
    assert fingerprint_of(seed=7) != fingerprint_of(seed=8)


@pytest.mark.django_db
def test_a_second_load_says_so_and_changes_nothing() -> None:
    load_demo()
    before = fingerprint()
    assert "already" in load_demo(size=400)
    assert fingerprint() == before


@pytest.mark.django_db
def test_it_is_not_loaded_when_demo_is_off(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only loaded when DEMO is on"):
        load_demo()
    assert not Team.objects.exists()


def test_another_organisation_is_left_alone(world: World) -> None:
    with pytest.raises(CommandError, match="another organisation"):
        load_demo()
    assert Team.objects.get() == world.team


@pytest.mark.parametrize(
    ("option", "value"),
    [("--size", "99"), ("--size", "1000001"), ("--size", "many"), ("--now", "tomorrow"), ("--seed", "x")],
)
def test_a_wrong_option_is_refused(option: str, value: str) -> None:
    with pytest.raises(CommandError):
        call_command("load_demo", option, value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 11, 22, 2, 59, tzinfo=dt.UTC),  # a Sunday night
        dt.datetime(2027, 3, 28, 0, 59, tzinfo=dt.UTC),  # a minute before an hour is skipped
        dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC),  # within the hour that comes twice
        dt.datetime(2026, 12, 31, 22, 58, tzinfo=dt.UTC),  # two minutes to the new year
        dt.datetime(2028, 2, 29, 12, 0, tzinfo=dt.UTC),
    ],
)
def test_it_loads_at_any_moment(moment: dt.datetime) -> None:
    load_demo(now=moment, size=A_BIT_OF_ALL)
    assert Appointment.objects.count() == A_BIT_OF_ALL
    assert Promise.objects.overdue(moment).exists()
    assert not LogEntry.objects.filter(at__gt=moment).exists()


@pytest.mark.django_db
def test_new_rows_get_keys_after_the_loaded_ones() -> None:
    load_demo()
    last = Customer.objects.aggregate(last=Max("pk"))["last"]
    new = Customer.objects.create(name="Nieuw", phone="+31612345678", created_at=NOW)
    assert new.pk == last + 1


@pytest.mark.django_db
def test_a_larger_size_adds_closed_years_behind() -> None:
    load_demo(size=loading.USUAL + 3500)
    assert Appointment.objects.count() == loading.USUAL + 3500
    # They are played first.
    years_ago = Appointment.objects.filter(pk__lte=3500)
    assert not years_ago.filter(starts_at__gte=NOW - dt.timedelta(days=21)).exists()
    assert not years_ago.filter(state__in=OPEN).exists()
    assert (NOW - years_ago.earliest("starts_at").starts_at).days > 1000
    check_repeated_rows(years_ago)


def check_repeated_rows(behind: QuerySet[Appointment]) -> None:
    """What the database made of the first four weeks is as consistent as what was played."""
    opens = {one.starts_at.astimezone(ZoneInfo("Europe/Amsterdam")).time() for one in behind}
    assert (min(opens), max(opens)) == (dt.time(9), dt.time(16, 15))
    assert all(key == reference(pk) for pk, key in behind.values_list("pk", "reference"))
    assert not behind.exclude(phone=F("customer__phone")).exists()
    assert not behind.exclude(customer=F("contact__customer")).exists()
    assert not Promise.objects.filter(appointment__in=behind, ended_at__isnull=True).exists()
    assert not behind.exclude(promises__starts_at=F("starts_at")).exists()
    asked = Contact.objects.filter(about__in=behind)
    assert asked.exists()
    assert not asked.exclude(about__customer=F("customer"), about__topic=F("topic")).exists()
    calls = Attempt.objects.filter(appointment__in=behind)
    told = LogEntry.objects.filter(appointment__in=behind, verb="log_attempt")
    in_details = {
        (entry.appointment_id, dt.datetime.fromisoformat(entry.details["started_at"])) for entry in told
    }
    assert set(calls.values_list("appointment", "started_at")) == in_details


def shape() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Every index and constraint of the tables that are filled in bulk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, indkey, indclass, indoption, indpred IS NOT NULL"
            " FROM pg_index WHERE indrelid = ANY (%s::regclass[]) ORDER BY 1",
            [bulk.TABLES],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = ANY (%s::regclass[]) ORDER BY 1",
            [bulk.TABLES],
        )
        return indexes, cursor.fetchall()


@pytest.mark.django_db
def test_a_load_that_drops_indexes_makes_all_of_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGE", 100)
    before = shape()
    load_demo(size=loading.USUAL + 200)
    assert shape() == before
