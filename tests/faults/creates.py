"""Bookings to send to a real web server, each with a key of its own."""

import datetime as dt
import itertools
from dataclasses import dataclass
from uuid import uuid4

from knox.models import AuthToken

from availability.models import Window
from callbacks.queries.slots import free_slots
from tests.factories import World
from tests.faults.webserver import as_json

JSON = {"Content-Type": "application/json"}
AHEAD = dt.timedelta(days=40)
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Create:
    """Something to make, and how it is asked for."""

    path: str
    body: bytes
    headers: dict[str, str]


class Wishes:
    """As many bookings as there are free times."""

    def __init__(self, world: World) -> None:
        Window.objects.update(valid_from=dt.date(2020, 1, 1))
        now = dt.datetime.now(dt.UTC)
        slots = free_slots(topic=world.topic, start=now + HOUR, end=now + AHEAD, now=now)
        # Once for each of two specialists, and the second time long after the first.
        self._starts = iter([slot.starts_at.isoformat() for _turn in range(2) for slot in slots])
        self._topic, self._people = world.topic, itertools.count()
        self._token = {"Authorization": f"Token {AuthToken.objects.create(world.agent)[1]}"}

    def booking(self) -> Create:
        """A booking by a program."""
        customer = {"name": f"Caller {next(self._people)}", "phone": "0612345678"}
        asked = {"topic": self._topic.slug, "starts_at": next(self._starts), "customer": customer}
        return Create("/api/v1/appointments/", as_json(asked), self._keyed())

    def _keyed(self) -> dict[str, str]:
        return {**JSON, **self._token, "Idempotency-Key": str(uuid4())}
