"""What can become of an appointment: short scripts that play a story to where it stands now."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from callbacks.states import AttemptOutcome, NextStep
from demo.organisation import Colleague
from demo.stories import NOTHING_TO_TELL, Result, Story
from demo.telling import A_DAY, MINUTE

UNREACHED = (AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL, AttemptOutcome.BUSY)
CANCEL_REASONS = ("Vraag is al beantwoord.", "Klant heeft het online gevonden.", "Klant komt aan de balie.")
# What specialists write down after a call.
RESULTS = (
    Result(
        "De aanvraag is compleet; u krijgt binnen twee weken het besluit.", "Beslisser heeft akkoord gegeven."
    ),
    Result(
        "U stuurt de ontbrekende stukken op; daarna gaan we verder.", "Wacht op loonstrook en huurcontract."
    ),
    Result("De fout is hersteld; u ontvangt een nieuwe brief.", "Was een fout van ons: excuses gemaakt."),
    Result("U komt hier niet voor in aanmerking; bezwaar kan binnen zes weken.", ""),
    Result("", "Antwoord gegeven, niets meer te doen."),
    NOTHING_TO_TELL,
)
DECLINE_REASONS = ("Vergadering loopt uit.", "Ziek gemeld.", "Niet mijn zaak, hoort bij een collega.")
SECOND = dt.timedelta(seconds=1)


class Cast(NamedTuple):
    """Who can step in: colleagues of the team who know the topic, and chance."""

    others: Sequence[Colleague]
    rng: random.Random


class Fate(NamedTuple):
    """A script with its weight; ``takes`` is how long after the first window it may go on."""

    weight: float
    takes: dt.timedelta
    play: Callable[[Story, Cast], None]


class Fates:
    """A choice among scripts that can have ended by now."""

    def __init__(self, fates: Sequence[Fate]) -> None:
        self._fates = sorted(fates, key=lambda fate: fate.takes)
        self._weights = list(accumulate(fate.weight for fate in self._fates))

    def choose(self, rng: random.Random, *, age: dt.timedelta) -> Callable[[Story, Cast], None]:
        """A script that is over when the window ended ``age`` ago."""
        possible = sum(fate.takes <= age for fate in self._fates)
        weights = self._weights[:possible]
        return rng.choices(self._fates[:possible], cum_weights=weights)[0].play


def kept(story: Story, cast: Cast) -> None:
    """Called inside the window, spoken, done."""
    confirm(story, cast)
    _done(story, cast, _inside(story, cast))


def kept_unconfirmed(story: Story, cast: Cast) -> None:
    """Nobody confirmed in time, yet the promise was kept."""
    if story.confirm_by + MINUTE < story.starts_at:
        story.flag_unconfirmed()
    _done(story, cast, _inside(story, cast))


def reached_later(story: Story, cast: Cast) -> None:
    """No answer inside the window, spoken on a later call."""
    confirm(story, cast)
    _try_in_vain(story, cast, _inside(story, cast))
    _done(story, cast, story.next_action_at)


def never_reached(story: Story, cast: Cast) -> None:
    """Three calls without an answer."""
    confirm(story, cast)
    _try_in_vain(story, cast, _inside(story, cast))
    _try_in_vain(story, cast, story.next_action_at)
    story.call(story.next_action_at, cast.rng.choice(UNREACHED), NextStep.CLOSE)


def wrong_number(story: Story, cast: Cast) -> None:
    """The number belongs to somebody else, and no other is known."""
    confirm(story, cast)
    story.call(
        _inside(story, cast),
        AttemptOutcome.WRONG_NUMBER,
        NextStep.CLOSE,
        reason="Nummer is van iemand anders, geen ander nummer bekend.",
    )


def late(story: Story, cast: Cast) -> None:
    """Flagged when it slipped, called after that."""
    confirm(story, cast)
    story.flag_overdue()
    called_at = story.at + MINUTE * cast.rng.randint(3, 100)
    if cast.rng.random() < 0.4:
        story.ask_status(story.at + (called_at - story.at) / 2)
    _done(story, cast, called_at)


def broken_and_moved(story: Story, cast: Cast) -> None:
    """Nobody called; the customer asked, got a new time, and that one was kept."""
    confirm(story, cast)
    story.flag_overdue()
    story.ask_status(story.at + MINUTE * cast.rng.randint(5, 60))
    _move(story, story.at + MINUTE * cast.rng.randint(61, 90), agreed=False)
    kept(story, cast)


def broken_and_given_up(story: Story, cast: Cast) -> None:
    """Nobody called, and the customer needs it no longer."""
    confirm(story, cast)
    story.flag_overdue()
    asked_at = story.at + MINUTE * cast.rng.randint(20, 300)
    story.ask_status(asked_at)
    story.cancel(asked_at + MINUTE * 2, "Klant heeft het zelf opgelost.", by_customer=True)


def cancelled(story: Story, cast: Cast) -> None:
    """The customer cancels in time."""
    story.cancel(_before(story, cast), cast.rng.choice(CANCEL_REASONS), by_customer=True)


def moved_by_customer(story: Story, cast: Cast) -> None:
    """The customer moves in time; the new promise is kept."""
    _move(story, _before(story, cast), agreed=True)
    kept(story, cast)


def undone(story: Story, cast: Cast) -> None:
    """Booked by mistake: taken back within a minute."""
    story.undo(story.at + SECOND * cast.rng.randint(5, 50))


def taken_over(story: Story, cast: Cast) -> None:
    """Declined, taken over by a colleague, kept."""
    if cast.others:
        story.decline(_before(story, cast), cast.rng.choice(DECLINE_REASONS), cast.rng.choice(cast.others))
    kept(story, cast)


def reassigned(story: Story, cast: Cast) -> None:
    """Given to a colleague by the lead, kept."""
    if cast.others:
        story.reassign(_before(story, cast), cast.rng.choice(cast.others))
    kept(story, cast)


def follow_up(story: Story, cast: Cast) -> None:
    """Spoken, but there is more to find out: a second promise, kept."""
    confirm(story, cast)
    story.call(
        _inside(story, cast),
        AttemptOutcome.SPOKEN_FOLLOW_UP,
        NextStep.NEW_PROMISE,
        next_at=_next_working_day(story.starts_at),
    )
    _done(story, cast, _inside(story, cast))


def other_time(story: Story, cast: Cast) -> None:
    """It does not suit the customer now: a second promise, not reached."""
    confirm(story, cast)
    next_at = _next_working_day(story.starts_at)
    story.call(_inside(story, cast), AttemptOutcome.OTHER_TIME, NextStep.NEW_PROMISE, next_at=next_at)
    story.call(
        _inside(story, cast),
        AttemptOutcome.VOICEMAIL,
        NextStep.CLOSE,
        reason="Voicemail ingesproken met het antwoord.",
    )


def passed_on(story: Story, cast: Cast) -> None:
    """It belongs to somebody else: back to the front office, a new promise, kept."""
    confirm(story, cast)
    story.call(_inside(story, cast), AttemptOutcome.PASSED_ON, NextStep.FRONT_OFFICE)
    _move(story, story.at + MINUTE * cast.rng.randint(10, 200), agreed=True)
    kept(story, cast)


def reopened(story: Story, cast: Cast) -> None:
    """Closed, opened again because the answer was not complete, and kept the second time."""
    kept(story, cast)
    story.reopen(
        story.at + MINUTE * cast.rng.randint(60, 300), "Klant belt terug: antwoord was niet volledig."
    )
    _move(story, story.at + MINUTE * 3, agreed=True)
    kept(story, cast)


# Steps that several scripts share ---------------------------------------------------------------------


def confirm(story: Story, cast: Cast) -> None:
    """The specialist confirms, somewhere between now and when it is due."""
    room = story.confirm_by - story.at
    story.confirm(story.at + room * (0.1 + 0.8 * cast.rng.random()))


def _done(story: Story, cast: Cast, at: dt.datetime) -> None:
    result = cast.rng.choice(RESULTS)
    story.call(at, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE, result=result)


def _try_in_vain(story: Story, cast: Cast, at: dt.datetime) -> None:
    outcome = cast.rng.choice(UNREACHED)
    story.call(at, outcome, NextStep.TRY_AGAIN, next_at=at + story.team.spacing)


def _move(story: Story, at: dt.datetime, *, agreed: bool) -> None:
    to = story.specialist or story.booking.specialist
    starts_at = _next_working_day(story.starts_at)
    while starts_at < at:
        starts_at = _next_working_day(starts_at)
    story.move(at, starts_at, agreed=agreed, to=to)


def _inside(story: Story, cast: Cast) -> dt.datetime:
    return story.starts_at + story.topic.duration * (0.8 * cast.rng.random())


def _before(story: Story, cast: Cast) -> dt.datetime:
    return story.at + (story.starts_at - story.at) * (0.1 + 0.7 * cast.rng.random())


def _next_working_day(at: dt.datetime) -> dt.datetime:
    return at + A_DAY * max(1, 7 - at.weekday() if at.weekday() >= 4 else 1)


HOURS = dt.timedelta(hours=1)
PAST = Fates(
    [
        Fate(70, dt.timedelta(minutes=5), kept),
        Fate(6, dt.timedelta(minutes=5), kept_unconfirmed),
        Fate(1, dt.timedelta(minutes=5), wrong_number),
        Fate(3, dt.timedelta(0), cancelled),
        Fate(1, dt.timedelta(0), undone),
        Fate(2, dt.timedelta(minutes=5), taken_over),
        Fate(1, dt.timedelta(minutes=5), reassigned),
        Fate(6, 2 * HOURS, late),
        Fate(1, 6 * HOURS, broken_and_given_up),
        Fate(5, 6 * HOURS, reached_later),
        Fate(2, 8 * HOURS, never_reached),
        Fate(2, 6 * A_DAY, broken_and_moved),
        Fate(2, 6 * A_DAY, moved_by_customer),
        Fate(1.5, 6 * A_DAY, follow_up),
        Fate(1, 6 * A_DAY, other_time),
        Fate(1, 6 * A_DAY, passed_on),
        Fate(0.5, 6 * A_DAY, reopened),
    ]
)
