"""The weeks around now: appointments in published slots, closed ones behind us and open ones ahead."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from demo.fates import CANCEL_REASONS, DECLINE_REASONS, PAST
from demo.organisation import Colleague, TopicFacts
from demo.rhythm import popularity, rush
from demo.staging import Diary, Stage, published_slots
from demo.stories import Story
from demo.telling import A_DAY, MINUTE

SPAN = dt.timedelta(weeks=3)
# Every day further ahead, so much less is booked.
FADING = 0.92
NOTICE = dt.timedelta(hours=3)
# Sweeps need a moment: what became due this minute is left for them.
JUST_NOW = dt.timedelta(minutes=1)
SETTLED = dt.timedelta(minutes=10)
IN_TIME = 0.8


# Topics with the slots at which they can be had, and with whom (keys).
Menu = list[tuple[TopicFacts, list[tuple[dt.datetime, Sequence[int]]]]]


class Place(NamedTuple):
    """A published slot of a specialist that is given away."""

    starts_at: dt.datetime
    specialist: Colleague
    topic: TopicFacts


def fill(stage: Stage, diary: Diary, *, wanted: int) -> None:
    """Play ``wanted`` appointments in the three weeks before and after now, in order of their slots."""
    start, end = stage.now - SPAN, stage.now + SPAN
    for place in places(stage, diary, wanted, menu_of(stage, start, end)):
        over = place.starts_at + place.topic.duration + place.specialist.team.grace
        story = _behind(stage, place) if over + SETTLED < stage.now else _ahead(stage, place)
        story.finish(stage.now)


def menu_of(stage: Stage, start: dt.datetime, end: dt.datetime) -> Menu:
    """What is published in a period of at most six weeks."""
    found = published_slots(stage.organisation, start=start, end=end)
    return [(topic, slots) for topic, slots in found if slots]


def places(stage: Stage, diary: Diary, wanted: int, menu: Menu) -> list[Place]:
    """Give away ``wanted`` of the slots of a menu, in order; the busier the moment, the more."""
    rng, colleagues = stage.rng, stage.organisation.colleagues
    first = min((slots[0][0] for _topic, slots in menu), default=stage.now)
    shares = popularity([topic for topic, _slots in menu], days_ago=(stage.now - first).days)
    weights = list(accumulate(shares))
    found: list[Place] = []
    while len(found) < wanted:
        topic, slots = rng.choices(menu, cum_weights=weights)[0]
        starts_at, specialists = rng.choice(slots)
        place = Place(starts_at, colleagues[rng.choice(specialists)], topic)
        ahead = max(0, (starts_at - stage.now).days)
        asked_for = rush(starts_at.astimezone(stage.zone)) * FADING**ahead
        if rng.random() < asked_for and diary.take(place.specialist, starts_at, topic.length):
            found.append(place)
    return sorted(found, key=lambda one: (one.starts_at, one.specialist.id))


def _behind(stage: Stage, place: Place) -> Story:
    at = stage.office_moment_before(place.starts_at - NOTICE)
    story = stage.book(place.specialist, place.topic, place.starts_at, at=at)
    play = PAST.choose(stage.rng, age=stage.now - story.ends_at - story.team.grace)
    play(story, stage.cast(place.specialist, place.topic))
    return story


def _ahead(stage: Stage, place: Place) -> Story:
    kinds, weights = zip(*AHEAD, strict=True)
    script: Callable[[Stage, Place], Story] = stage.rng.choices(kinds, weights)[0]
    return script(stage, place)


def _booked(stage: Stage, place: Place) -> Story:
    at = stage.office_moment_before(min(place.starts_at - NOTICE, stage.now - SETTLED))
    return stage.book(place.specialist, place.topic, place.starts_at, at=at)


def _between(stage: Stage, since: dt.datetime, until: dt.datetime) -> dt.datetime:
    return since + (min(until, stage.now) - since) * (0.1 + 0.8 * stage.rng.random())


def _await_confirmation(stage: Stage, story: Story) -> Story:
    """Most confirm in time; who does not is flagged."""
    if stage.rng.random() < IN_TIME:
        story.confirm(_between(stage, story.at, story.confirm_by))
    elif story.confirm_by + JUST_NOW < stage.now:
        story.flag_unconfirmed()
    return story


def _confirmed(stage: Stage, place: Place) -> Story:
    story = _booked(stage, place)
    story.confirm(_between(stage, story.at, story.confirm_by))
    return story


def _just_booked(stage: Stage, place: Place) -> Story:
    """Booked within the last hour or two, not confirmed yet."""
    at = min(stage.now, place.starts_at - NOTICE) - MINUTE * stage.rng.randint(3, 100)
    story = stage.book(place.specialist, place.topic, place.starts_at, at=at)
    if story.confirm_by + JUST_NOW < stage.now:
        story.flag_unconfirmed()
    return story


def _cancelled(stage: Stage, place: Place) -> Story:
    story = _booked(stage, place)
    reason = stage.rng.choice(CANCEL_REASONS)
    story.cancel(_between(stage, story.at, story.starts_at), reason, by_customer=True)
    return story


def _taken_over(stage: Stage, place: Place) -> Story:
    """Somebody else had it first and declined."""
    others = stage.cast(place.specialist, place.topic).others
    story = _booked(stage, place._replace(specialist=stage.rng.choice(others)) if others else place)
    if others:
        at = _between(stage, story.at, story.starts_at)
        story.decline(at, stage.rng.choice(DECLINE_REASONS), place.specialist)
    return _await_confirmation(stage, story)


def _nobody_can(stage: Stage, place: Place) -> Story:
    """Declined, and no colleague is free: on the front office's worklist."""
    story = _booked(stage, place)
    at = _between(stage, story.at, story.starts_at)
    story.decline(at, stage.rng.choice(DECLINE_REASONS), None)
    return story


def _moved_here(stage: Stage, place: Place) -> Story:
    """The customer had another time first."""
    story = _booked(stage, place._replace(starts_at=place.starts_at + A_DAY))
    at = _between(stage, story.at, place.starts_at)
    story.move(at, place.starts_at, agreed=True, to=place.specialist)
    return _await_confirmation(stage, story)


def _broken_before(stage: Stage, place: Place) -> Story:
    """An earlier promise was broken; this is the new one."""
    first = min(place.starts_at, stage.now).replace(minute=0, second=0, microsecond=0) - A_DAY
    at = stage.office_moment_before(first - NOTICE)
    story = stage.book(place.specialist, place.topic, first, at=at)
    story.confirm(_between(stage, at, story.confirm_by))
    story.flag_overdue()
    story.ask_status(_between(stage, story.at, story.at + 60 * MINUTE))
    story.move(story.at + 70 * MINUTE, place.starts_at, agreed=False, to=place.specialist)
    return _await_confirmation(stage, story)


AHEAD: list[tuple[Callable[[Stage, Place], Story], float]] = [
    (_confirmed, 70),
    (_just_booked, 10),
    (_cancelled, 6),
    (_taken_over, 5),
    (_moved_here, 5),
    (_nobody_can, 2),
    (_broken_before, 2),
]
