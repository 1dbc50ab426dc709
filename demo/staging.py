"""Who calls whom about what, and when: everything chance decides before a story starts."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from availability.queries import free_slots
from callbacks.states import ContactResult
from demo.fates import Cast
from demo.names import Person, person
from demo.organisation import Colleague, Organisation, TopicFacts
from demo.rows import ContactRow, CustomerRow, Sheet
from demo.stories import A_DAY, MINUTE, Booking, Story

CHANNELS = ("phone", "phone", "phone", "phone", "chat", "webcare", "email", "desk")
# Every third appointment is of somebody who never called before, and the first ones all are.
ONE_IN_IS_NEW = 3
STRANGERS = 150
OFFICE_OPENS, OFFICE_CLOSES = 7, 15  # UTC hours in which the front office books, summer and winter
DAYS_AHEAD = (0, 0, 0, 1, 1, 1, 2, 2, 3, 5, 7)
CONTACT_RESULTS = (
    *[ContactResult.SOLVED] * 12,
    *[ContactResult.TRANSFERRED] * 3,
    *[ContactResult.REFERRED] * 3,
    *[ContactResult.REFUSED] * 2,
)


class Stage:
    """Starts stories of one organisation, with customers old and new, reproducibly."""

    def __init__(
        self,
        organisation: Organisation,
        sheet: Sheet,
        rng: random.Random,
        *,
        now: dt.datetime,
        zone: ZoneInfo,
    ) -> None:
        self.organisation, self.sheet, self.rng = organisation, sheet, rng
        self.now, self.zone = now, zone
        self._knowing: dict[tuple[int, int], list[Colleague]] = defaultdict(list)
        for colleague in organisation.colleagues.values():
            for topic in colleague.topics:
                self._knowing[colleague.team.id, topic.id].append(colleague)

    def book(
        self,
        specialist: Colleague,
        topic: TopicFacts,
        starts_at: dt.datetime,
        *,
        at: dt.datetime,
        mailed: bool = True,
    ) -> Story:
        """Somebody calls and gets an appointment."""
        booking = Booking(
            customer=self._customer(at),
            topic=topic,
            specialist=specialist,
            starts_at=starts_at,
            at=at,
            agent=self.rng.choice(self.organisation.agents),
            channel=self.rng.choice(CHANNELS),
        )
        return Story(self.sheet, booking, self.rng, mailed=mailed)

    def cast(self, specialist: Colleague, topic: TopicFacts) -> Cast:
        """Who could step in for this specialist."""
        knowing = self._knowing[specialist.team.id, topic.id]
        return Cast([one for one in knowing if one.id != specialist.id], self.rng)

    def contact(self, at: dt.datetime) -> None:
        """Somebody calls, and it takes no appointment."""
        topic = self.rng.choice(self.rng.choice(list(self.organisation.colleagues.values())).topics)
        result = self.rng.choice(CONTACT_RESULTS)
        self.sheet.add(
            ContactRow(
                id=self.sheet.next_id(ContactRow),
                customer_id=self._customer(at).id,
                agent_id=self.rng.choice(self.organisation.agents).id,
                channel=self.rng.choice(CHANNELS),
                topic_id=topic.id,
                result=result,
                searched_online=self.rng.choice((True, False, None)),
                avoidable=self.rng.random() < 0.2,
                at=at,
            )
        )

    def office_moment_before(self, latest: dt.datetime) -> dt.datetime:
        """A working moment of the front office, at most a week or so before ``latest``."""
        days = self.rng.choice(DAYS_AHEAD)
        if days == 0 and latest.hour > OFFICE_OPENS + 1:
            return latest - MINUTE * self.rng.randint(0, 90)
        day = latest - A_DAY * max(1, days)
        day -= A_DAY * max(0, day.weekday() - 4)
        return day.replace(
            hour=self.rng.randint(OFFICE_OPENS, OFFICE_CLOSES),
            minute=self.rng.randint(0, 59),
            second=self.rng.randint(0, 59),
            microsecond=0,
        )

    def _customer(self, at: dt.datetime) -> Person:
        known = self.sheet.given(CustomerRow)
        if known >= STRANGERS and self.rng.randrange(ONE_IN_IS_NEW):
            return person(self.rng.randint(1, known))
        new = person(self.sheet.next_id(CustomerRow))
        self.sheet.add(CustomerRow(*new, created_at=at))
        return new


class Diary:
    """What of the specialists' time the demo has given away, so that nobody gets two calls at once."""

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)

    def take(self, specialist: Colleague, starts_at: dt.datetime, length: dt.timedelta) -> bool:
        """Write a period down, unless it overlaps one that is there."""
        taken = self._taken[specialist.id]
        ends_at = starts_at + length
        if any(starts_at < until and since < ends_at for since, until in taken):
            return False
        taken.append((starts_at, ends_at))
        return True


def published_slots(
    organisation: Organisation, *, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[TopicFacts, list[tuple[dt.datetime, Sequence[int]]]]]:
    """Per topic the slots that the week patterns give in a period, in office hours."""
    facts = {topic.id: topic for one in organisation.colleagues.values() for topic in one.topics}
    for topic in organisation.topics:
        slots = free_slots(topic=topic, start=start, end=end, now=start - A_DAY, busy=lambda *_period: ())
        yield (
            facts[topic.pk],
            [
                (slot.starts_at, slot.specialists)
                for slot in slots
                if OFFICE_OPENS <= slot.starts_at.hour <= OFFICE_CLOSES
            ],
        )
