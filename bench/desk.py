"""Fifty agents at once: search, list of times and commit, through the page and the API.

At two paces: all as fast as the answers come, which no people are; and each asking once in two seconds, which
is still many times what agents do who speak with somebody in between.
"""

import datetime as dt
import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from urllib.parse import quote, urlencode

from django.utils import timezone

from bench.agents import Shift
from bench.booking import OURS, Office, Tally, separate_topics
from bench.clients import Outcome
from bench.sites import Site
from callbacks.models import Appointment

AGENTS = 50
PAUSE = 2.0
# More than all agents ask in a round.
SEARCHES = 4000
CALLERS = 400

Request = tuple[str, str, str]


def searches() -> list[str]:
    """What callers say of themselves, each kind as often; always the same at one size."""
    rng = random.Random(2)
    last = Appointment.objects.latest("pk").pk
    keys = [rng.randint(1, last) for _ in range(CALLERS)]
    known = Appointment.objects.filter(pk__in=keys).select_related("customer").order_by("pk")
    texts = [text for one in known for text in said_of(one)]
    rng.shuffle(texts)
    return (texts * (SEARCHES // len(texts) + 1))[:SEARCHES]


def said_of(appointment: Appointment) -> Iterator[str]:
    """Phone, last digits, name, surname, beginning of it, a slip in it, reference and customer number."""
    customer = appointment.customer
    surname = customer.name.split()[-1]
    yield from (customer.phone, customer.phone[-6:], customer.name, surname, surname[:3])
    yield from (surname[0] + surname[2:], appointment.reference, customer.customer_number or customer.name)


def reads(site: Site) -> dict[str, list[Request]]:
    """Requests that change nothing."""
    site.use()
    asked = [quote(text) for text in searches()]
    today = timezone.now().date()
    # Ten working days, as the page shows.
    period = {"from": today.isoformat(), "until": (today + dt.timedelta(days=14)).isoformat(), "limit": "6"}
    topics = [topic.slug for topic in separate_topics()] * (SEARCHES // 4)
    return {
        "search, page": [("GET", f"/desk/callers/?q={text}", "") for text in asked],
        "search, API": [("GET", f"/api/v1/appointments/?q={text}&page_size=8", "") for text in asked],
        "times, page": [("GET", f"/desk/?topic={slug}", "") for slug in topics],
        "times, API": [
            ("GET", f"/api/v1/slots/?{urlencode(period | {'topic': slug})}", "") for slug in topics
        ],
    }


class Floor:
    """The agents of one site."""

    def __init__(self, site: Site) -> None:
        self.office = Office(site)
        self.reads = reads(site)

    def work(self, what: str, *, pause: float, seconds: float) -> Outcome:
        """Let them all do one thing for a while."""
        if not what.startswith("commit"):
            return run(self._shift(200, self._headers(what), self.reads[what], pause=pause, seconds=seconds))
        load = self.office.load(what.removeprefix("commit, "), clients=AGENTS, seconds=seconds)
        requests = [("POST", load.path, body) for body in load.bodies]
        outcome = run(self._shift(load.expected, load.headers, requests, pause=pause, seconds=seconds))
        del self.office.wishes[OURS][: len(outcome.latencies) + len(outcome.failures)]
        return outcome

    def _headers(self, what: str) -> Mapping[str, str]:
        """As the page's script asks for a part of it, or as a program does."""
        if what.endswith("API"):
            return self.office.load("API", clients=0, seconds=0).headers
        headers = self.office.load("page", clients=0, seconds=0).headers
        part = {"HX-Trigger": "search"} if what.startswith("search") else {"HX-Target": "times"}
        return {"Cookie": headers["Cookie"], "HX-Request": "true", **part}

    def _shift(
        self,
        expected: int,
        headers: Mapping[str, str],
        requests: list[Request],
        *,
        pause: float,
        seconds: float,
    ) -> Shift:
        port = self.office.site.port
        return Shift(port, expected, AGENTS, seconds, pause, dict(headers), requests)


def run(shift: Shift) -> Outcome:
    """Work in a program of its own: the agents' time is not the product's."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.agents"],
        input=json.dumps(asdict(shift)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


def measure(sites: Iterable[Site], *, rounds: int, seconds: float) -> list[Tally]:
    """Everything at both paces and each size, in turns."""
    floors = [Floor(site) for site in sites]
    everything = [*floors[0].reads, "commit, page", "commit, API"]
    tallies: dict[tuple[str, int], Tally] = {}
    for floor in floors:
        for what in everything:
            tried = floor.work(what, pause=0, seconds=min(seconds, 1))
            if not tried.latencies:
                raise RuntimeError(f"{what}: {tried.failures[:1]}")
    pause = min(PAUSE, seconds)
    for _round in range(rounds):
        for pace, between in (("at once", 0.0), (f"every {pause:g} s", pause)):
            for floor in floors:
                for what in everything:
                    key = (f"{what}, {pace}", floor.office.site.size)
                    tally = tallies.setdefault(key, Tally(*key, clients=AGENTS))
                    # With pauses it takes longer until there are enough answers.
                    tally.add(floor.work(what, pause=between, seconds=seconds + 2 * between))
    return list(tallies.values())
