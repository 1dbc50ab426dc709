"""What a webhook did not take is a task of the administrators, until it is sent again or settled."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from callbacks import operations
from callbacks.errors import Forbidden, Invalid, WrongState
from callbacks.models import LogEntry, Message, Webhook
from callbacks.models.outbox import NOTE_LIMIT
from callbacks.operations.notices import tell_teams
from callbacks.queries.unheard import deaf, unheard
from callbacks.states import MessageKind, MessageState, Verb
from tests.factories import NOW, World

DAY = dt.timedelta(days=1)
LATER = NOW + 3 * DAY
Door = Callable[..., int]


@pytest.fixture
def hook(world: World) -> Webhook:
    """A program that took nothing of a booking, of which it is too late to tell, and of full days."""
    webhook = Webhook.objects.create(name="Zaaksysteem", url="https://elsewhere.example")
    world.book()
    tell_teams(MessageKind.LEAD_FULL_DAYS, {world.team.pk: {"days": "2026-11-24"}}, occasion="full", now=NOW)
    _told(webhook).update(
        state=MessageState.FAILED, ended_at=NOW + DAY, last_error="OSError: away", useful_until=NOW + DAY
    )
    return webhook


def _told(webhook: Webhook) -> QuerySet[Message]:
    return Message.objects.filter(webhook=webhook)


def again(hook: Webhook, by: User, **given: Any) -> int:
    known: dict[str, Any] = {"webhook": hook, "seen_at": LATER, "by": by, "now": LATER}
    return operations.tell_webhook_again(**known | given)


def settle(hook: Webhook, by: User, **given: Any) -> int:
    known: dict[str, Any] = {
        "webhook": hook,
        "seen_at": LATER,
        "note": "Entered by hand",
        "by": by,
        "now": LATER,
    }
    return operations.settle_webhook(**known | given)


def test_it_is_a_task_however_long_ago(hook: Webhook) -> None:
    found = deaf()
    assert [(one.webhook, one.number, one.since, one.reason) for one in found] == [
        (hook, unheard().count(), NOW + DAY, "OSError: away")
    ]
    assert unheard().count() == _told(hook).count() > 2


def test_all_is_sent_again_past_its_moment_too_for_a_day_more(world: World, hook: Webhook) -> None:
    number = unheard().count()
    assert again(hook, world.admin) == number
    assert set(_told(hook).values_list("state", "look_at", "ended_at", "useful_until")) == {
        (MessageState.PENDING, LATER, None, LATER + DAY)
    }
    entries = LogEntry.objects.filter(verb=Verb.RETRY, by=world.admin, details__webhook="Zaaksysteem")
    assert entries.count() == number - 1  # full days are no matter of an appointment


def test_what_is_of_use_for_longer_stays_so(world: World, hook: Webhook) -> None:
    _told(hook).update(useful_until=LATER + 9 * DAY)
    again(hook, world.admin)
    assert set(_told(hook).values_list("useful_until", flat=True)) == {LATER + 9 * DAY}


def test_some_are_settled_with_a_word_and_the_others_stay(world: World, hook: Webhook) -> None:
    chosen, *_others = unheard().filter(appointment__isnull=False)
    number = unheard().count()
    assert settle(hook, world.admin, only=[chosen.uid], note=" Entered by hand ") == 1
    chosen.refresh_from_db()
    assert (chosen.handled_by, chosen.handled_at, chosen.handled_note) == (
        world.admin,
        LATER,
        "Entered by hand",
    )
    assert unheard().count() == number - 1
    entry = LogEntry.objects.get(verb=Verb.TELL)
    assert (entry.by, entry.reason) == (world.admin, "Entered by hand")
    assert entry.details == {"message": chosen.kind, "webhook": "Zaaksysteem"}


@pytest.mark.parametrize("note", ["", "  ", "x" * (NOTE_LIMIT + 1)])
def test_without_a_word_or_with_too_many_nothing_is_settled(world: World, hook: Webhook, note: str) -> None:
    with pytest.raises(Invalid):
        settle(hook, world.admin, note=note)
    assert not LogEntry.objects.filter(verb=Verb.TELL).exists()


@pytest.mark.parametrize("door", [again, settle])
def test_what_failed_after_the_page_was_made_stays_a_task(world: World, hook: Webhook, door: Door) -> None:
    newer = unheard().latest("pk")
    Message.objects.filter(pk=newer.pk).update(ended_at=LATER)
    door(hook, world.admin, seen_at=NOW + 2 * DAY)
    assert list(unheard()) == [newer]


@pytest.mark.parametrize("door", [again, settle])
def test_of_two_one_was_first(world: World, hook: Webhook, door: Door) -> None:
    settle(hook, world.admin)
    with pytest.raises(WrongState, match="al afgehandeld"):
        door(hook, world.admin)
    assert set(_told(hook).values_list("state", flat=True)) == {MessageState.FAILED}


@pytest.mark.parametrize("door", [again, settle])
def test_of_another_webhook_nothing_changes(world: World, hook: Webhook, door: Door) -> None:
    other = Webhook.objects.create(name="Other", url="https://other.example")
    with pytest.raises(WrongState, match="al afgehandeld"):
        door(other, world.admin, only=[one.uid for one in unheard()])
    assert unheard().exists()


@pytest.mark.parametrize("door", [again, settle])
@pytest.mark.parametrize("who", ["agent", "person", "lead"])
def test_nobody_but_an_administrator_can(world: World, hook: Webhook, door: Door, who: str) -> None:
    with pytest.raises(Forbidden):
        door(hook, getattr(world, who))


@pytest.mark.parametrize("who", ["agent", "lead", "admin"])
def test_it_is_no_message_that_one_passes_on_by_hand(world: World, hook: Webhook, who: str) -> None:
    message = unheard().filter(kind=MessageKind.CUSTOMER_BOOKED).get()
    with pytest.raises(Forbidden):
        operations.tell_by_hand(message=message, by=getattr(world, who), now=LATER)


def test_nor_one_to_try_again_with_those_to_people(world: World, hook: Webhook) -> None:
    _told(hook).update(useful_until=LATER + DAY)
    assert operations.retry_failed(channel="webhook", error="OSError: away", by=world.admin, now=LATER) == 0


def test_what_is_switched_off_gets_nothing_and_can_be_settled(world: World, hook: Webhook) -> None:
    Webhook.objects.update(is_active=False)
    with pytest.raises(WrongState, match="Zaaksysteem"):
        again(hook, world.admin)
    assert settle(hook, world.admin) > 0
    assert deaf() == []


def test_the_count_reads_its_own_tasks_and_not_all_that_nobody_told(world: World, hook: Webhook) -> None:
    number = unheard().count()
    Message.objects.bulk_create(
        Message(
            team=world.team,
            kind=MessageKind.LEAD_FULL_DAYS,
            recipient="lead@example.org",
            language="nl",
            dedupe_key=f"old.{count}",
            state=MessageState.FAILED,
            look_at=NOW,
            useful_until=NOW,
            created_at=NOW,
            ended_at=NOW,
        )
        for count in range(1000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE callbacks_message")
    with CaptureQueriesContext(connection) as captured:
        assert unheard().count() == number
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "message_webhook_task" in plan
