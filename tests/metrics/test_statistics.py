"""Shares, intervals, percentiles and control charts, each against what is known of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.metrics.statistics import Share, Signal, p_chart, percentile


def shares(*percentages: int, n: int = 100) -> list[Share]:
    return [Share(one, n) for one in percentages]


def signalled(found: list[Share], signal: Signal) -> list[int]:
    return [place for place, point in enumerate(p_chart(found)[1]) if signal in point.signals]


def test_nothing_counted_has_no_rate() -> None:
    assert Share(0, 0).rate is None


def test_nineteen_are_few_and_twenty_are_not() -> None:
    assert (Share(9, 19).is_small, Share(9, 20).is_small) == (True, False)


# Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
@pytest.mark.parametrize(
    ("met", "n", "interval"),
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_is_wilsons(met: int, n: int, interval: tuple[float, float]) -> None:
    assert Share(met, n).interval == pytest.approx(interval, abs=0.00005)


def test_nothing_counted_may_be_anything() -> None:
    assert Share(0, 0).interval == (0, 1)


@given(n=st.integers(1, 10**6), data=st.data())
def test_the_interval_holds_the_share_and_stays_between_none_and_all(n: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, n)), n)
    low, high = share.interval
    assert share.rate is not None
    assert 0 <= low <= share.rate <= high <= 1


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 2.5), (0.9, 3.7), (1, 4)])
def test_a_percentile_lies_straight_between_neighbours(share: float, value: float) -> None:
    assert percentile([1, 2, 3, 4], share) == pytest.approx(value)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_limits_are_three_deviations_from_the_overall_rate() -> None:
    middle, points = p_chart(shares(80, 90, 100))
    assert middle == pytest.approx(0.9)
    assert (points[0].low, points[0].high) == pytest.approx((0.81, 0.99))


def test_what_lies_outside_the_limits_is_marked() -> None:
    assert signalled(shares(95, 95, 95, 95, 60), Signal.OUTSIDE) == [4]


def test_eight_on_one_side_are_a_shift_and_seven_are_none() -> None:
    assert signalled(shares(*[91] * 8, *[89] * 8), Signal.SHIFT) == list(range(16))
    assert signalled(shares(*[91] * 7, *[89] * 7), Signal.SHIFT) == []


def test_six_steps_up_are_a_trend_and_five_are_none() -> None:
    assert signalled(shares(90, 84, 85, 86, 87, 88, 89, 90, 88), Signal.TREND) == [1, 2, 3, 4, 5, 6, 7]
    assert signalled(shares(84, 85, 86, 87, 88, 89, 85), Signal.TREND) == []


def test_an_empty_period_interrupts_a_shift() -> None:
    found = [*shares(*[91] * 4), Share(0, 0), *shares(*[91] * 4, *[88] * 4)]
    assert signalled(found, Signal.SHIFT) == []


def test_without_anything_counted_there_is_no_middle() -> None:
    middle, points = p_chart([Share(0, 0)])
    assert middle is None
    assert (points[0].low, points[0].high, points[0].signals) == (0, 1, frozenset())
