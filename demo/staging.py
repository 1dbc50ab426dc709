"""Who calls whom about what, and when: everything chance decides before a story starts."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from availability.models import Channel
from availability.queries import free_slots
from callbacks.states import ContactResult, RefusalReason
from demo.contacts import Circumstances, contact_row
from demo.fates import Cast
from demo.names import Person, person
from demo.organisation import Colleague, Organisation, TopicFacts, Worker
from demo.rows import ContactRow, CustomerRow, Sheet
from demo.stories import Story
from demo.telling import A_DAY, MINUTE, Booking

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
SAY_WHO_THEY_ARE = 0.8
REACHED = 0.7
REFERRED_TO = (Channel.DESK, Channel.WEBCARE, Channel.EMAIL)
REFUSALS = (
    (RefusalReason.NOTHING_FREE, "Deze week niets vrij bij het team."),
    (RefusalReason.TOO_LATE, "Wil vandaag antwoord, eerste tijd is overmorgen."),
    (RefusalReason.NO_TIME_SUITS, "Werkt overdag, kan alleen 's avonds."),
    (RefusalReason.WITHDREW, ""),
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
        agent: Worker | None = None,
    ) -> Story:
        """Somebody calls and gets an appointment; from this agent, or from anybody."""
        booking = Booking(
            customer=self._customer(at),
            topic=topic,
            specialist=specialist,
            starts_at=starts_at,
            at=at,
            agent=agent or self.rng.choice(self.organisation.agents),
            channel=self.rng.choice(CHANNELS),
        )
        return Story(self.sheet, booking, self.rng, mailed=mailed)

    def cast(self, specialist: Colleague, topic: TopicFacts) -> Cast:
        """Who could step in for this specialist."""
        knowing = self._knowing[specialist.team.id, topic.id]
        return Cast([one for one in knowing if one.id != specialist.id], self.rng)

    def contact(self, at: dt.datetime) -> None:
        """Somebody calls, and it takes no appointment."""
        colleague = self.rng.choice(list(self.organisation.colleagues.values()))
        result = self.rng.choice(CONTACT_RESULTS)
        who = Circumstances(
            customer_id=self._customer(at).id if self.rng.random() < SAY_WHO_THEY_ARE else None,
            agent_id=self.rng.choice(self.organisation.agents).id,
            channel=self.rng.choice(CHANNELS),
            topic_id=self.rng.choice(colleague.topics).id,
        )
        row = contact_row(self.sheet.next_id(ContactRow), who, result=result, at=at, rng=self.rng)
        self.sheet.add(row._replace(**self._facts(result, colleague)))

    def _facts(self, result: ContactResult, colleague: Colleague) -> dict[str, Any]:
        """What belongs to one result alone."""
        if result == ContactResult.TRANSFERRED:
            reached = self.rng.random() < REACHED
            return {"transferred_to_id": colleague.id, "reached": reached}
        if result == ContactResult.REFERRED:
            return {"referred_to": self.rng.choice(REFERRED_TO)}
        if result == ContactResult.REFUSED:
            reason, note = self.rng.choice(REFUSALS)
            return {"refusal_reason": reason, "note": note}
        return {}

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
