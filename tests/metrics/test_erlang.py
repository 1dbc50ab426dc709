"""Erlang's formulas against published values and each other."""

import math

import pytest

from callbacks.metrics.erlang import (
    Lines,
    abandoned,
    agents_needed,
    mean_wait,
    service_level,
    wait_probability,
)


def lines(agents: int, *, calls: float = 200) -> Lines:
    return Lines(calls=calls, seconds=180, agents=agents)


# 200 calls an hour of three minutes, answered within 20 seconds.
@pytest.mark.parametrize(("agents", "level"), [(14, 0.8884), (13, 0.7956)])
def test_the_service_level_is_the_published_one(agents: int, level: float) -> None:
    assert service_level(lines(agents), within=20) == pytest.approx(level, abs=0.00005)


def test_one_agent_is_a_queue_whose_waiting_is_known_exactly() -> None:
    busy_half_the_time = Lines(calls=10, seconds=180, agents=1)
    assert wait_probability(busy_half_the_time) == pytest.approx(0.5)
    assert mean_wait(busy_half_the_time) == pytest.approx(180)


@pytest.mark.parametrize("agents", [9, 10])
def test_more_work_than_agents_can_do_never_ends(agents: int) -> None:
    assert wait_probability(lines(agents)) == 1
    assert service_level(lines(agents), within=20) == 0
    assert mean_wait(lines(agents)) == math.inf


def test_the_fewest_agents_who_reach_the_target_are_found() -> None:
    common = {"calls": 200, "seconds": 180, "within": 20, "at_most": 50}
    assert agents_needed(**common, target=0.8) == 14
    assert agents_needed(**common, target=0.79) == 13


def test_a_target_that_nobody_reaches_is_said() -> None:
    assert agents_needed(calls=200, seconds=180, within=20, target=0.8, at_most=13) is None


def test_callers_with_endless_patience_do_not_hang_up() -> None:
    assert abandoned(lines(14), patience=1e9) == pytest.approx(0, abs=1e-6)


def test_who_hangs_up_at_once_is_lost_when_all_agents_are_busy() -> None:
    # Erlang B for one agent who is offered as much work as there is time.
    assert abandoned(Lines(calls=20, seconds=180, agents=1), patience=1e-6) == pytest.approx(0.5, abs=1e-6)


def test_without_calls_nobody_hangs_up() -> None:
    assert abandoned(lines(1, calls=0), patience=60) == 0


def test_a_large_centre_is_reckoned_without_overflow() -> None:
    assert 0 < service_level(Lines(calls=20_000, seconds=300, agents=1700), within=20) < 1


def test_work_without_end_loses_what_one_agent_cannot_answer() -> None:
    # 1000 agents' work for one: of a thousand callers 999 hang up.
    assert abandoned(Lines(calls=2000, seconds=1800, agents=1), patience=3600) == pytest.approx(0.999)


def test_nobody_hangs_up_when_agents_are_never_all_busy() -> None:
    assert abandoned(Lines(calls=1, seconds=1, agents=1500), patience=60) == pytest.approx(0)
