"""What is going on at this very moment, so that every screen of every sign-in has something to show."""

import datetime as dt
from collections.abc import Iterator

from callbacks.states import AttemptOutcome, NextStep
from demo.fates import RESULTS
from demo.organisation import Colleague, TopicFacts, Worker
from demo.staging import Diary, Stage
from demo.stories import Story
from demo.telling import A_DAY, MINUTE

HOUR = dt.timedelta(hours=1)
QUARTER = dt.timedelta(minutes=15)
# Local times tomorrow, and whether the specialist confirmed.
TOMORROW = ((dt.time(9, 30), True), (dt.time(10, 15), False), (dt.time(11), True), (dt.time(14), False))


def play(stage: Stage, diary: Diary) -> int:
    """Play all scenes; gives how many appointments they made. They come before others take the time."""
    scenes = Scenes(stage, diary)
    stories = [
        *scenes.own_list(),
        *scenes.tomorrow(),
        *scenes.colleagues(),
        *scenes.worklist(),
        *scenes.made(),
    ]
    for story in stories:
        story.finish(stage.now)
    return len(stories)


class Scenes:
    """Stories around the demo's specialist, who is on call day and night, and the lead of that team."""

    def __init__(self, stage: Stage, diary: Diary) -> None:
        self.stage, self.diary, self.now = stage, diary, stage.now
        self.specialist = stage.organisation.demo_specialist
        self.agent = stage.organisation.agents[0]
        self.topic = self._short_topic(self.specialist)
        seconds = self.now.timestamp() % QUARTER.total_seconds()
        self.quarter = self.now - dt.timedelta(seconds=seconds)

    def own_list(self) -> Iterator[Story]:
        """Late, at risk, soon and later today, a call to try again, and two that are done."""
        late = self._book(-4 * QUARTER, booked=5 * HOUR, confirmed=True)
        late.flag_overdue()
        late.ask_status(self.now - 6 * MINUTE)
        at_risk = self._book(QUARTER, booked=5 * HOUR)
        at_risk.flag_unconfirmed()
        again = self._book(-9 * QUARTER, booked=6 * HOUR, confirmed=True)
        step, next_at = NextStep.TRY_AGAIN, self.quarter + 3 * QUARTER
        again.call(again.starts_at + 4 * MINUTE, AttemptOutcome.NO_ANSWER, step, next_at=next_at)
        yield from (late, at_risk, again)
        yield self._book(4 * QUARTER, booked=3 * HOUR, confirmed=True)
        yield self._book(6 * QUARTER, booked=12 * MINUTE)
        # Its messages still wait: they are the first to be delivered.
        yield self._book(8 * QUARTER, booked=dt.timedelta(seconds=10))
        yield self._book(10 * QUARTER, booked=A_DAY, confirmed=True)
        for quarters in (-12, -16):
            done = self._book(quarters * QUARTER, booked=9 * HOUR, confirmed=True)
            done.call(done.starts_at + 3 * MINUTE, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE)
            yield done

    def tomorrow(self) -> Iterator[Story]:
        """Four appointments tomorrow, two of them to be confirmed."""
        zone = self.stage.zone
        day = self.now.astimezone(zone).date() + A_DAY
        for time, confirmed in TOMORROW:
            start = dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
            if self.diary.take(self.specialist, start, self.topic.length):
                yield self._start(self.specialist, self.topic, start, booked=HOUR, confirmed=confirmed)

    def colleagues(self) -> Iterator[Story]:
        """One that slipped minutes ago, not flagged yet; one running now; one late in the other team."""
        second = self.stage.cast(self.specialist, self.topic).others[0]
        yield self._book(-2 * QUARTER, booked=4 * HOUR, confirmed=True, specialist=second)
        yield self._book(0 * QUARTER, booked=3 * HOUR, confirmed=True, specialist=second)
        for other in self._first_of_teams():
            if other.team.leads == self.specialist.team.leads and other.team.id != self.specialist.team.id:
                late = self._at_work(-1, dt.time(15), other, booked=A_DAY, confirmed=True)
                late.flag_overdue()
                yield late

    def worklist(self) -> Iterator[Story]:
        """In every team something the front office must act on."""
        for number, specialist in enumerate(self._first_of_teams()):
            early, later = dt.time(9 + number % 3, 30), dt.time(13 + number % 3)
            sent_back = self._at_work(-1, early, specialist, booked=2 * A_DAY, confirmed=True)
            called_at = sent_back.starts_at + 2 * MINUTE
            sent_back.call(called_at, AttemptOutcome.WRONG_NUMBER, NextStep.FRONT_OFFICE)
            reopened = self._at_work(-1, later, specialist, booked=2 * A_DAY, confirmed=True)
            called_at = reopened.starts_at + 2 * MINUTE
            reopened.call(called_at, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE)
            reopened.reopen(self.now - 20 * MINUTE, "Klant belt terug: het antwoord was niet volledig.")
            declined = self._at_work(1, early, specialist, booked=5 * HOUR)
            declined.decline(self.now - 40 * MINUTE, "Ziek gemeld, geen vervanger.", None)
            yield from (sent_back, reopened, declined)
            self._work_on(number, reopened)

    def _work_on(self, number: int, waiting: Story) -> None:
        """The front office is busy with the first few: the demo's agent, a colleague, nobody any more."""
        colleague = self.stage.organisation.agents[1]
        if number < 3:
            who = self.agent if number == 0 else colleague
            waiting.claim(self.now - 15 * MINUTE, who)
            waiting.add_note(self.now - 12 * MINUTE, "Voicemail ingesproken; probeert het na de lunch weer.")
        if number == 2:
            waiting.release_claim(self.now - 10 * MINUTE, colleague)

    def made(self) -> Iterator[Story]:
        """What the demo's agent booked and has not read yet: kept, not reached, broken, needs a new time."""
        scripts = ((-1, self._kept), (-1, self._not_reached), (-1, self._broken), (1, self._sent_back))
        for place, (direction, script) in enumerate(scripts):
            who, time = self._second_of_teams()[place], dt.time(10 + place)
            story = self._at_work(direction, time, who, booked=A_DAY, confirmed=True, agent=self.agent)
            script(story)
            story.is_news = True
            yield story

    @staticmethod
    def _kept(story: Story) -> None:
        story.call(
            story.starts_at + 2 * MINUTE, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE, result=RESULTS[0]
        )

    @staticmethod
    def _not_reached(story: Story) -> None:
        reason = "Nummer is niet in gebruik; brief gestuurd."
        story.call(story.starts_at + 3 * MINUTE, AttemptOutcome.NO_ANSWER, NextStep.CLOSE, reason=reason)

    @staticmethod
    def _broken(story: Story) -> None:
        story.flag_overdue()
        story.ask_status(story.at + 50 * MINUTE)

    def _sent_back(self, story: Story) -> None:
        story.send_back(self.now - 35 * MINUTE, "Team heeft een studiedag ingelast.")

    def _book(
        self,
        offset: dt.timedelta,
        *,
        booked: dt.timedelta,
        confirmed: bool = False,
        specialist: Colleague | None = None,
    ) -> Story:
        """An appointment ``offset`` from the running quarter, booked so long before its start or now."""
        who = specialist or self.specialist
        topic, start = self._short_topic(who), self.quarter + offset
        self.diary.take(who, start, topic.length)
        return self._start(who, topic, start, booked=booked, confirmed=confirmed)

    def _at_work(
        self,
        direction: int,
        time: dt.time,
        who: Colleague,
        *,
        booked: dt.timedelta,
        confirmed: bool = False,
        agent: Worker | None = None,
    ) -> Story:
        """An appointment at a local time of the last (-1) or next (1) working day."""
        zone = self.stage.zone
        day = self.now.astimezone(zone).date() + A_DAY * direction
        while day.isoweekday() > 5:
            day += A_DAY * direction
        start = dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
        topic = self._short_topic(who)
        self.diary.take(who, start, topic.length)
        return self._start(who, topic, start, booked=booked, confirmed=confirmed, agent=agent)

    def _start(
        self,
        who: Colleague,
        topic: TopicFacts,
        start: dt.datetime,
        *,
        booked: dt.timedelta,
        confirmed: bool,
        agent: Worker | None = None,
    ) -> Story:
        story = self.stage.book(who, topic, start, at=min(start, self.now) - booked, agent=agent)
        if confirmed:
            story.confirm(story.at + (min(story.confirm_by, self.now) - story.at) / 3)
        return story

    def _first_of_teams(self) -> list[Colleague]:
        first: dict[int, Colleague] = {}
        for colleague in self.stage.organisation.colleagues.values():
            first.setdefault(colleague.team.id, colleague)
        return list(first.values())

    def _second_of_teams(self) -> list[Colleague]:
        first = self._first_of_teams()
        second: dict[int, Colleague] = {}
        for colleague in self.stage.organisation.colleagues.values():
            if colleague not in first:
                second.setdefault(colleague.team.id, colleague)
        return list(second.values())

    @staticmethod
    def _short_topic(specialist: Colleague) -> TopicFacts:
        """One that fits a quarter, buffer included, when this person has such a topic."""
        return min(specialist.topics, key=lambda topic: (topic.length > QUARTER, -topic.length, topic.id))
