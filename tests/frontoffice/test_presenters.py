"""Words for times, room and states."""

import datetime as dt

import pytest
from django.utils import translation

from callbacks.states import NEXT_STEPS, AttemptOutcome, NextStep
from frontoffice.forms.actions import default_steps
from frontoffice.presenters import moments
from frontoffice.presenters.slots import room_words
from frontoffice.presenters.status import status
from tests.factories import World, at

WINDOW = {"starts_at": at(10), "ends_at": at(10, 30), "due_at": at(10, 40)}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (at(9, 48), "over 12 min"),
        (at(9, 47) + dt.timedelta(seconds=1), "over 13 min"),
        (at(8), "over 2 u"),
        (at(10), "nu"),
        (at(10, 30), "uiterlijk tot 10:40"),
        (at(10, 40), "uiterlijk tot 10:40"),
        (at(10, 48), "18 min te laat"),
        (at(11, 30, day=25), "2 d te laat"),
    ],
)
def test_a_window_is_so_far_away(now: dt.datetime, words: str) -> None:
    with translation.override("nl"):
        assert moments.distance(**WINDOW, now=now) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s")]
)
def test_a_short_time_is_said_to_the_second(seconds: float, words: str) -> None:
    with translation.override("nl"):
        assert moments.duration(seconds) == words


@pytest.mark.parametrize(("free", "words"), [(0, "vol"), (2, "nog 2"), (5, "nog 5"), (6, "ruim")])
def test_room_is_said_in_words(free: int, words: str) -> None:
    with translation.override("nl"):
        assert room_words(free) == words


@pytest.mark.parametrize(
    ("day", "words"), [(23, "vandaag 10:00"), (24, "morgen 10:00"), (26, "do 26 nov 10:00")]
)
def test_a_day_is_seen_from_today(day: int, words: str) -> None:
    with translation.override("nl"):
        assert moments.day_clock(at(10, day=day), at(9)) == words


IN_VAIN = {AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL, AttemptOutcome.BUSY}


@pytest.mark.parametrize("outcome", AttemptOutcome)
@pytest.mark.parametrize("number", [1, 3])
def test_the_usual_next_step_always_fits(world: World, outcome: AttemptOutcome, number: int) -> None:
    steps = default_steps(world.book(), outcome, number=number)
    # Nobody tries "just once more" after the last attempt in vain.
    last_in_vain = number == world.team.max_attempts and outcome in IN_VAIN
    assert set(steps) == set(NEXT_STEPS[outcome]) - ({NextStep.TRY_AGAIN} if last_in_vain else set())


def test_after_the_last_attempt_closing_is_usual(world: World) -> None:
    made = world.book()
    usual = [default_steps(made, AttemptOutcome.BUSY, number=number)[0] for number in (2, 3)]
    assert usual == [NextStep.TRY_AGAIN, NextStep.CLOSE]


@pytest.mark.parametrize(
    ("now", "tone"), [(at(9), "plain"), (at(9, 30), "risk"), (at(10, 40), "risk"), (at(10, 41), "late")]
)
def test_the_most_pressing_status_is_shown(world: World, now: dt.datetime, tone: str) -> None:
    made = world.book()
    vars(made)["open_promises"] = list(made.promises.all())
    assert status(made, now).tone == tone
