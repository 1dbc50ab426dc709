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
from demo.rhythm import BY_WEEKDAY, popularity
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
    *[ContactResult.SOLVED] * 26,
    *[ContactResult.TRANSFERRED] * 6,
    *[ContactResult.REFERRED] * 6,
    *[ContactResult.REFUSED] * 2,
)
SAY_WHO_THEY_ARE = 0.8
CALL_AGAIN = 0.15
# For each appointment so many contacts that take none.
CONTACTS_EACH = 2
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
        """Somebody calls, and it takes no appointment; some call about the same again within days."""
        colleague = self.rng.choice(list(self.organisation.colleagues.values()))
        weights = popularity(colleague.topics, days_ago=(self.now - at).days)
        topic, *_others = self.rng.choices(colleague.topics, weights)
        who = Circumstances(
            customer_id=self._customer(at).id if self.rng.random() < SAY_WHO_THEY_ARE else None,
            agent_id=self.rng.choice(self.organisation.agents).id,
            channel=self.rng.choice(CHANNELS),
            topic_id=topic.id,
        )
        self._note(who, colleague, at)
        again = at + A_DAY * self.rng.randint(1, 6)
        if self.rng.random() < CALL_AGAIN and again.weekday() < 5 and again < self.now:
            self._note(who, colleague, again)

    def refuse(self, slug: str, at: dt.datetime) -> None:
        """Somebody calls about a topic and finds no time for a callback."""
        colleague, topic = next(
            (one, topic)
            for one in self.organisation.colleagues.values()
            for topic in one.topics
            if topic.slug == slug
        )
        agent, channel = self.rng.choice(self.organisation.agents), self.rng.choice(CHANNELS)
        who = Circumstances(self._customer(at).id, agent.id, channel, topic.id)
        self._note(who, colleague, at, ContactResult.REFUSED)

    def _note(
        self, who: Circumstances, colleague: Colleague, at: dt.datetime, result: ContactResult | None = None
    ) -> None:
        result = result or self.rng.choice(CONTACT_RESULTS)
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
        if days == 0 and latest.hour > OFFICE_OPENS + 1 and latest.weekday() < 5:
            return latest - MINUTE * self.rng.randint(0, 90)
        day = latest - A_DAY * max(1, days)
        day -= A_DAY * max(0, day.weekday() - 4)
        return day.replace(
            hour=self.rng.randint(OFFICE_OPENS, OFFICE_CLOSES),
            minute=self.rng.randint(0, 59),
            second=self.rng.randint(0, 59),
            microsecond=0,
        )

    def office_moment_in(self, week: dt.datetime) -> dt.datetime:
        """A working moment of the front office in the week that begins then."""
        day, *_others = self.rng.choices(range(5), BY_WEEKDAY[:5])
        return self.office_moment_on(week, day, range(OFFICE_OPENS, OFFICE_CLOSES))

    def office_moment_on(self, week: dt.datetime, day: int, hours: range) -> dt.datetime:
        """A moment on a day (from 0, Monday) of the week that begins then, in one of these hours of UTC."""
        # A week begins at midnight, which in UTC may be on the day before.
        moment = week + A_DAY * day + dt.timedelta(hours=4)
        hour, minute = self.rng.choice(hours), self.rng.randint(0, 59)
        return moment.replace(hour=hour, minute=minute)

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
