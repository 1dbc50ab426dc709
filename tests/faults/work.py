"""Work for the workers, made in bulk and due now."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from uuid import uuid4

from django.db.models import F, Model

from availability.models import Team
from callbacks import operations
from callbacks.clock import database_now
from callbacks.models import Appointment, ChannelHealth, Contact, Heartbeat, Message, Promise
from callbacks.queries.slots import free_slots
from callbacks.states import MessageKind, MessageState, State
from tests.factories import NOW, CustomerFactory, World
from tests.faults.processes import wait_until

Row = TypeVar("Row", bound=Model)
LANDLINE = "+441134960123"
HOUR = dt.timedelta(hours=1)
SOON = dt.timedelta(minutes=5)
DAY = dt.timedelta(days=1)


def pending_messages(world: World, count: int) -> None:
    """Messages about one cancelled appointment, all due and true; nothing else is waiting.

    The customer has no mobile telephone, so that none of them has another way.
    """
    appointment = _cancelled(world, customer=CustomerFactory.create(phone=LANDLINE))
    message, now = appointment.messages.get(kind=MessageKind.CUSTOMER_CANCELLED), database_now()
    waiting = {"state": MessageState.PENDING, "look_at": now, "useful_until": now + HOUR}
    Message.objects.all().delete()
    copy(message, count, lambda n: {**waiting, "uid": uuid4(), "dedupe_key": f"copy.{n}"})


def wishes(world: World) -> Iterator[dict[str, Any]]:
    """Bookings over the API that can all be granted, one after the other.

    All is read here, not by the thread that sends them: that would leave its session with the database open.
    """
    now = database_now()
    Team.objects.filter(pk=world.team.pk).update(observes_public_holidays=False, horizon_days=120)
    slots = free_slots(topic=world.topic, start=now, end=now + 120 * DAY, now=now)
    # Every second start is free of the call before it; each can be had of every specialist.
    starts = [slot.starts_at.isoformat() for slot in slots[::2] for _specialist in slot.specialists]
    people = [{"name": f"Customer {n}", "phone": f"+4477009{n:05d}"} for n in range(len(starts))]
    asked = zip(starts, people, strict=True)
    return iter([{"topic": world.topic.slug, "starts_at": at, "customer": who} for at, who in asked])


def let_time_pass(time: dt.timedelta) -> None:
    """Move what workers wait for into the past, as if that time had gone by."""
    # Channels first: of one that rests, what is due would be put off once more.
    down = ChannelHealth.objects.filter(opened_at__isnull=False)
    down.update(opened_at=F("opened_at") - time, probe_at=F("probe_at") - time)
    Message.objects.update(
        look_at=F("look_at") - time, useful_until=F("useful_until") - time, created_at=F("created_at") - time
    )


def let_deliver() -> None:
    """Wait until the one process that delivers has gone through all that is due now, from end to end."""
    # Two rounds, as the first may have begun before.
    for _ in range(2):
        seen = database_now()
        done = Heartbeat.objects.filter(sweep="delivery", at__gt=seen)
        wait_until(done.exists, seconds=120)


def lose_leases() -> None:
    """Let the leases that killed workers left run out, instead of waiting for it."""
    Message.objects.filter(state=MessageState.PENDING).update(look_at=database_now())


def slipped_promises(world: World, count: int, *, early: int = 0) -> list[Promise]:
    """Open appointments, each with a promise whose window and grace are past; of the ``early`` ones soon."""
    one, now = _cancelled(world), database_now()
    past, soon = now - HOUR, now + SOON
    Message.objects.all().delete()
    contact = {"customer": one.customer, "agent": one.created_by, "result": "callback", "at": past}
    contacts = Contact.objects.bulk_create(Contact(**contact) for _ in range(count))
    facts = {"state": State.CONFIRMED, "next_action_at": past, "starts_at": past - HOUR, "ends_at": past}
    appointments = copy(one, count, lambda n: {**facts, "contact_id": contacts[n].pk, "reference": f"S{n}"})
    window = {"starts_at": past - HOUR, "ends_at": past, "counts_from": past - HOUR}
    open_one = {**window, "ended_at": None, "outcome": "", "remind_at": None}
    due = [soon] * early + [past] * (count - early)
    promise = one.promises.get()
    return copy(
        promise, count, lambda n: {**open_one, "due_at": due[n], "appointment_id": appointments[n].pk}
    )


def _cancelled(world: World, **fields: Any) -> Appointment:
    appointment = world.book(**fields)
    return operations.cancel(
        appointment=appointment,
        version=appointment.version,
        reason="solved",
        by_customer=False,
        by=world.agent,
        now=NOW,
    )


def copy(row: Row, count: int, changes: Callable[[int], dict[str, object]]) -> list[Row]:
    """Store copies of a row with other values in some fields."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]}
    model = type(row)
    return model._default_manager.bulk_create(model(**{**fields, **changes(n)}) for n in range(count))
