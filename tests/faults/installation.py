"""A whole installation on services of its own, every part of which can be hit."""

import random
import time
from collections import Counter
from dataclasses import dataclass

from tests.faults.database import Database
from tests.faults.mailserver import Mood, WatchedMailServer
from tests.faults.processes import Broker, Nursery, wait_until
from tests.faults.smsprovider import SmsProvider
from tests.faults.webserver import WebServer

WORKERS = 2
BETWEEN_HITS = (0.1, 1.0)
ILL = (Mood.AWAY, Mood.BUSY, Mood.CUTTING, Mood.HANGING)
MOST_WAITING = 600
COUNT = "SELECT count(*) FROM callbacks_message WHERE state = %s"
HURRY = """
UPDATE callbacks_message SET look_at = clock_timestamp() WHERE state = 'pending';
DELETE FROM callbacks_channelhealth
"""


@dataclass(frozen=True)
class Outside:
    """What messages go out by."""

    mail: WatchedMailServer
    sms: SmsProvider

    def treat(self, mood: Mood) -> None:
        """Both are in this mood from now on."""
        self.mail.mood = self.sms.mood = mood

    @property
    def counts(self) -> Counter[str]:
        """How often each message arrived."""
        # <uid@host>
        return Counter({one[1:37]: times for one, times in self.mail.counts.items()}) + self.sms.counts


@dataclass(frozen=True)
class Services:
    """What the installation stands on."""

    broker: Broker
    database: Database
    outside: Outside


class Installation:
    """Web, workers, beat, broker and database; ``hits`` counts what was done to them."""

    def __init__(self, nursery: Nursery, web: WebServer, services: Services) -> None:
        self.web, self.services = web, services
        self.hits: Counter[str] = Counter()
        self._nursery = nursery
        self._workers = [nursery.start() for _ in range(WORKERS)]
        self._start_beat()

    def hit_everything(self) -> None:
        """Break everything once, in random order, and let it come back."""
        for name, hit in random.sample([*FAULTS.items()], len(FAULTS)):
            time.sleep(random.uniform(*BETWEEN_HITS))
            hit(self)
            self.hits[name] += 1

    def hurry(self) -> None:
        """All workers die; what they held and what waits for its moment is for others, now."""
        self._nursery.kill_all()
        self.services.database.execute(HURRY)
        self._workers = [self._nursery.start() for _ in range(WORKERS)]

    def settle(self) -> None:
        """Wait until nobody waits for a message."""
        self.services.outside.treat(Mood.WELL)
        self.hurry()
        none_waits = [(0,)]
        wait_until(
            lambda: self.services.database.rows(COUNT, "pending") == none_waits,
            seconds=MOST_WAITING,
            every=0.2,
        )

    @property
    def excused(self) -> int:
        """How many messages may have come twice, as nobody could say or write down that they came."""
        # The database takes all of them by surprise, also one that is on its way out; hurrying kills all.
        at_hand = self.hits["worker killed"] + (self.hits["postgres torn down"] + 1) * (WORKERS + 1)
        return at_hand + self.services.outside.mail.cut_off + self.services.outside.sms.cut_off

    def kill_worker(self) -> None:
        """A worker dies in the middle of whatever it does."""
        self._nursery.kill(self._workers.pop(random.randrange(WORKERS)))
        self._workers.append(self._nursery.start())

    def replace_worker(self) -> None:
        """A worker is replaced by a deploy."""
        self._workers.append(self._nursery.start())
        self._nursery.ask_to_go(self._workers.pop(0))

    def kill_beat(self) -> None:
        """Beat dies and another one begins."""
        self._nursery.kill(self._beat)
        self._start_beat()

    def kill_web(self) -> None:
        """A process of the web server dies with all its requests."""
        self.web.kill_a_worker()

    def kill_redis(self) -> None:
        """The broker is away for a while and has forgotten everything after that."""
        self.services.broker.kill()
        time.sleep(random.uniform(0, 1))
        self.services.broker.start()

    def flush_redis(self) -> None:
        """The broker forgets everything."""
        self.services.broker.flush()

    def restart_postgres(self) -> None:
        """The database is torn down in immediate mode."""
        self.services.database.stop_at_once()
        self.services.database.start()

    def upset_outside(self) -> None:
        """Mail server and SMS provider are in a bad mood for a while."""
        self.services.outside.treat(random.choice(ILL))
        time.sleep(random.uniform(0.5, 2))
        self.services.outside.treat(Mood.WELL)

    def _start_beat(self) -> None:
        schedule = self._nursery.log.with_name(f"beat{time.monotonic_ns()}")
        self._beat = self._nursery.start(f"beat --schedule {schedule} --pidfile= --loglevel WARNING")


FAULTS = {
    "worker killed": Installation.kill_worker,
    "worker replaced": Installation.replace_worker,
    "beat killed": Installation.kill_beat,
    "web killed": Installation.kill_web,
    "redis killed": Installation.kill_redis,
    "redis flushed": Installation.flush_redis,
    "postgres torn down": Installation.restart_postgres,
    "mail and sms away": Installation.upset_outside,
}
