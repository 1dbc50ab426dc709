"""Booking over HTTP, through the page and the API, beside the minimal view of this package."""

import datetime as dt
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from availability.models import Topic
from bench.clients import Load, Outcome
from bench.sites import Site
from callbacks.models import Customer
from callbacks.queries.slots import free_slots

CLIENTS = (1, 8, 32)
MINIMAL = "minimal view"
OURS = "ours"
WAYS = (MINIMAL, "API", "page")
FORM = "application/x-www-form-urlencoded"
CSRF = "b" * 32


class Wish(NamedTuple):
    """One booking that can be made."""

    topic: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    specialist: int
    name: str
    phone: str


@dataclass
class Tally:
    """All that was booked in one way by so many clients at one size."""

    what: str
    size: int
    clients: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more round."""
        self.seconds += outcome.seconds
        self.latencies += outcome.latencies
        self.failures += outcome.failures

    @property
    def throughput(self) -> float:
        """Bookings a second."""
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        """Milliseconds from request to answer."""
        return statistics.median(self.latencies) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 bookings stay below."""
        return sorted(self.latencies)[int(len(self.latencies) * 0.95)] * 1000


class Office:
    """An agent at work on one site: signed in, with a pile of bookings to make."""

    def __init__(self, site: Site) -> None:
        site.use()
        self.site = site
        self.agent = User.objects.get(username="agent")
        self.token = str(AuthToken.objects.create(self.agent)[1])
        self.session = sign_in(self.agent)
        self.wishes = {what: wishes(timezone.now()) for what in (MINIMAL, OURS)}

    def load(self, what: str, *, clients: int, seconds: float) -> Load:
        """The next bookings, in the words of the page, the API or the minimal view."""
        path, expected, headers, write = {
            "page": ("/desk/", 302, self._by_session(), page),
            "API": ("/api/v1/appointments/", 201, self._by_token(), api),
            MINIMAL: ("/bench/", 201, self._by_token(), minimal),
        }[what]
        # More than can be done in the time; what is not sent stays for the next.
        wanted = self._pile(what)[: int(1000 * seconds) + clients]
        return Load(self.site.port, path, expected, clients, seconds, headers, [write(one) for one in wanted])

    def work(self, what: str, *, clients: int, seconds: float) -> Outcome:
        """Let the clients work."""
        load = self.load(what, clients=clients, seconds=seconds)
        done = subprocess.run(
            [sys.executable, "-m", "bench.clients"],
            input=json.dumps(asdict(load)),
            capture_output=True,
            text=True,
            check=True,
        )
        outcome = Outcome(**json.loads(done.stdout))
        del self._pile(what)[: len(outcome.latencies) + len(outcome.failures)]
        return outcome

    def _pile(self, what: str) -> list[Wish]:
        """The minimal view takes no time from the product's bookings."""
        return self.wishes[MINIMAL if what == MINIMAL else OURS]

    def _by_token(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}

    def _by_session(self) -> dict[str, str]:
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        return {"Cookie": cookies, "Content-Type": FORM}


def sign_in(user: User) -> str:
    """A session as signing in makes it; gives its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def wishes(now: dt.datetime) -> list[Wish]:
    """Bookings that do not get in each other's way, whichever free specialist gets which, in any order."""
    rng = random.Random(1)
    known = list(Customer.objects.order_by("pk").values_list("name", "phone")[:2000])
    found = []
    for topic in separate_topics():
        for starts_at, ends_at, specialist in places(topic, now):
            # Every third caller is new, as in the demo's data.
            name, phone = rng.choice(known) if rng.randrange(3) else (f"Caller {uuid4()}", "+447700900123")
            found.append(Wish(topic.slug, starts_at, ends_at, specialist, name, phone))
    rng.shuffle(found)
    return found


def separate_topics() -> Iterator[Topic]:
    """Topics that share no specialist, those that most people handle first."""
    taken: set[int] = set()
    topics = Topic.objects.exclude(slug="bench").prefetch_related("specialists")
    for topic in sorted(topics, key=lambda one: -len(one.specialists.all())):
        people = {one.pk for one in topic.specialists.all()}
        if not people & taken:
            taken |= people
            yield topic


def places(topic: Topic, now: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime, int]]:
    """Free slots that do not overlap, once for each free specialist."""
    length = dt.timedelta(minutes=topic.duration + topic.buffer)
    # Not the first hours: what is offered now may be too soon when its turn comes.
    free_from = now + dt.timedelta(hours=6)
    for slot in free_slots(topic=topic, start=free_from, end=now + dt.timedelta(days=60), now=now):
        if slot.starts_at >= free_from:
            free_from = slot.starts_at + length
            yield from ((slot.starts_at, slot.starts_at + length, one) for one in slot.specialists)


def page(wish: Wish) -> str:
    """The form of the booking desk."""
    return urlencode(
        {
            "csrfmiddlewaretoken": CSRF,
            "token": uuid4(),
            "topic": wish.topic,
            "starts_at": wish.starts_at.isoformat(),
            "name": wish.name,
            "phone": wish.phone,
            "question": "Why is it so much?",
            "channel": "phone",
            # Whoever has an appointment on this topic is asked whether another is meant.
            "another": "on",
        }
    )


def api(wish: Wish) -> str:
    """The body of a POST to the API."""
    body = {
        "topic": wish.topic,
        "starts_at": wish.starts_at.isoformat(),
        "customer": {"name": wish.name, "phone": wish.phone},
        "question": "Why is it so much?",
    }
    return json.dumps(body)


def minimal(wish: Wish) -> str:
    """The body of a POST to the minimal view."""
    body = {
        "specialist": wish.specialist,
        "starts_at": wish.starts_at.isoformat(),
        "ends_at": wish.ends_at.isoformat(),
        "name": wish.name,
        "phone": wish.phone,
    }
    return json.dumps(body)


def measure(sites: Iterable[Site], *, rounds: int, seconds: float) -> list[Tally]:
    """Every way, with each number of clients, at each size, in turns; seconds for each turn."""
    offices = [Office(site) for site in sites]
    tallies: dict[tuple[str, int, int], Tally] = {}
    for office in offices:
        for what in WAYS:
            office.work(what, clients=CLIENTS[1], seconds=min(seconds, 1))
    for _round in range(rounds):
        for clients in CLIENTS:
            for office in offices:
                for what in WAYS:
                    key = (what, office.site.size, clients)
                    tally = tallies.setdefault(key, Tally(*key))
                    tally.add(office.work(what, clients=clients, seconds=seconds))
    return list(tallies.values())
