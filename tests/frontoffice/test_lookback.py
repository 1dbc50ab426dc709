"""The look back: what can be asked for, what the page says, and what it never says."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from callbacks import operations
from callbacks.metrics.statistics import Share, p_chart
from callbacks.states import AttemptOutcome, NextStep
from frontoffice.presenters.lookback.charts import HEIGHT, LEFT, WIDTH, control_chart
from frontoffice.presenters.lookback.figures import compared, length, of
from frontoffice.presenters.lookback.page import LookBack, look_back
from frontoffice.presenters.lookback.weeks import read_week, week_code
from tests.factories import NOW, TeamFactory, World, at
from tests.frontoffice.conftest import Enter, queries, text_of

LATER = NOW + dt.timedelta(days=7)
Read = Callable[..., str]


def asked(world: World, **parameters: str) -> LookBack:
    return look_back(user=world.lead, asked=parameters, now=LATER)


@pytest.fixture
def text(world: World, enter: Enter) -> Read:
    """What the page says to the lead a week later, or at another moment."""

    def read(query: str = "", *, now: dt.datetime = LATER) -> str:
        with time_machine.travel(now, tick=False):
            response = enter(world.lead).get(f"/look-back/{query}")
        assert response.status_code == 200
        return text_of(response.content.decode())

    return read


def call(world: World, hour: int) -> None:
    """Book a window and keep it."""
    booked = world.book(at(hour))
    operations.log_attempt(
        appointment=booked,
        version=booked.version,
        started_at=at(hour, 5),
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=at(hour, 10),
    )


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_a_week_in_an_address_is_read_back(day: dt.date) -> None:
    monday = day - dt.timedelta(days=day.weekday())
    assert read_week(week_code(monday)) == monday


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-W00", "2026-W54", "2027-W53", "20²6-W01", "0000-W01", "x-W1"]
)
def test_what_is_no_week_is_none(code: str) -> None:
    assert read_week(code) is None


def test_the_year_2026_has_a_week_53() -> None:
    assert read_week("2026-W53") == dt.date(2026, 12, 28)


def test_thirteen_weeks_until_the_last_whole_one_are_shown_unasked(world: World) -> None:
    scope = asked(world).scope
    assert (scope.weeks, scope.mondays[-1]) == (13, dt.date(2026, 11, 23))


@pytest.mark.parametrize("until", ["2026-W60", "2031-W01", "1999-W01", "%00"])
def test_weeks_that_cannot_be_chosen_fall_back(world: World, until: str) -> None:
    assert asked(world, until=until).scope.mondays[-1] == dt.date(2026, 11, 23)


def test_what_was_asked_for_is_in_the_address_of_every_link(world: World) -> None:
    query = asked(world, until="2026-W47", weeks="4", half="pm").query
    assert query == "until=2026-W47&weeks=4&half=pm"


def test_another_teams_promises_are_not_counted(world: World, text: Read) -> None:
    call(world, 10)
    other = TeamFactory.create()
    world.team.leads.remove(world.lead)
    other.leads.add(world.lead)
    assert "1 van 1" not in text()


def test_a_team_that_somebody_does_not_lead_cannot_be_asked_for(world: World) -> None:
    other = TeamFactory.create()
    assert asked(world, team=other.slug).scope.teams == (world.team.pk,)


def test_the_page_says_how_many_promises_were_kept_and_that_they_are_few(world: World, text: Read) -> None:
    call(world, 10)
    world.book(at(11))
    page = text("?weeks=4")
    assert "50% (1 van 2) van de afgesproken tijden is nagekomen" in page
    assert "klein aantal" in page


def test_nobody_is_late_by_nothing(world: World, text: Read) -> None:
    call(world, 10)
    page = text("?weeks=4")
    assert "100% is binnen de afgesproken tijd gebeld" in page
    assert "binnen 0 min erna" not in page


def test_how_late_nine_in_ten_are_at_most_is_said(world: World, text: Read) -> None:
    world.book(at(10))
    assert "negen van de tien binnen 6 d erna" in text("?weeks=4")


def test_a_week_that_is_not_over_says_so(text: Read) -> None:
    sentence = "de laatste week is nog niet voorbij"
    assert [sentence in text("?until=2026-W48", now=now) for now in (NOW, LATER)] == [True, False]


def test_nothing_counted_is_no_zero_percent(world: World, text: Read) -> None:
    world.specialists[0].windows.all().delete()
    page = text()
    assert "niets te tellen" in page
    assert "0% (" not in page


def test_no_customer_and_no_colleague_is_named(world: World, text: Read) -> None:
    call(world, 10)
    page = text()
    assert not [name for name in ("Customer", str(world.person), "Anna Agent") if name in page]


def test_as_many_queries_for_one_promise_as_for_three(world: World, enter: Enter) -> None:
    numbers = []
    for hours in ([9], [10, 11]):
        for hour in hours:
            call(world, hour)
        with time_machine.travel(LATER, tick=False):
            numbers.append(queries(enter(world.lead), "/look-back/"))
    assert numbers[0] == numbers[1]


def test_small_numbers_make_no_difference_out_of_chance() -> None:
    assert "geen duidelijk verschil" in compared(Share(9, 10), Share(7, 10))


def test_a_clear_difference_is_said_with_its_direction() -> None:
    assert compared(Share(950, 1000), Share(800, 1000)) == "15 procentpunt meer dan in de periode ervoor"
    assert compared(Share(800, 1000), Share(950, 1000)) == "15 procentpunt minder dan in de periode ervoor"


def test_without_a_period_before_nothing_is_compared() -> None:
    assert compared(Share(9, 10), Share(0, 0)) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0, "0 min"), (-300, "\N{MINUS SIGN}5 min"), (-20, "0 min"), (3900, "1 u 5 min")],
)
def test_a_duration_keeps_its_sign(seconds: float | None, words: str) -> None:
    assert length(seconds) == words


def test_a_share_of_nothing_is_said_in_words() -> None:
    assert of(Share(0, 0)) == "niets te tellen"


def test_a_chart_stays_within_its_drawing_and_labels_what_fits() -> None:
    middle, points = p_chart([Share(one, 50) for one in range(0, 50, 2)])
    labels = [str(one) for one in range(25)]
    drawn = control_chart(points, labels, middle=middle, target=0.95, title="", summary="")
    assert all(LEFT <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in drawn.marks)
    assert [one.label for one in drawn.places] == ["0", "3", "6", "9", "12", "15", "18", "21", "24"]
    assert [one.x for one in drawn.places] == [mark.x for mark in drawn.marks[::3]]


def test_a_week_without_promises_leaves_a_gap_and_no_zero() -> None:
    middle, points = p_chart([Share(9, 10), Share(0, 0), Share(9, 10)])
    drawn = control_chart(points, ["1", "2", "3"], middle=middle, target=None, title="", summary="")
    assert [one.label for one in drawn.places] == ["1", "2", "3"]
    assert [mark.x for mark in drawn.marks] == [one.x for one in drawn.places if one.label != "2"]


def test_of_nothing_no_chart_is_drawn(world: World) -> None:
    look = look_back(user=world.lead, asked={"weeks": "4"}, now=NOW)
    assert [look.figure(slug).chart for slug in ("kept", "lateness")] == [None, None]
