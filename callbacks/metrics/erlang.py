"""How many agents the front office's own lines need: Erlang's formulas. Plain values, no database.

Erlang C (A. K. Erlang, 1917) lets every caller wait for as long as it takes; Erlang A (C. Palm, 1946) knows
that callers hang up. Calls come at random, handling times are exponential.
"""

import math
import sys
from dataclasses import dataclass

# The natural logarithm of how much rarer than the likeliest a length of the queue is when it is left out.
NEVER = 40


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Calls an hour, how long one takes (seconds, talking and wrapping up), and how many agents answer."""

    calls: float
    seconds: float
    agents: int

    @property
    def load(self) -> float:
        """The work offered, in agents that would be busy all the time (erlang)."""
        return self.calls * self.seconds / 3600

    @property
    def occupancy(self) -> float:
        """The share of their time that agents would be busy; 1 or more: the queue grows for ever."""
        return self.load / self.agents


def wait_probability(lines: Lines) -> float:
    """The chance that a caller waits at all (Erlang C); 1 when there is more work than agents can do."""
    if lines.occupancy >= 1:
        return 1.0
    blocked = _blocked(lines)
    return blocked / (1 - lines.occupancy * (1 - blocked))


def service_level(lines: Lines, *, within: float) -> float:
    """The share of callers who are answered within so many seconds, nobody hanging up."""
    if lines.occupancy >= 1:
        return 0.0
    leaving_queue = (lines.agents - lines.load) / lines.seconds
    return 1 - wait_probability(lines) * math.exp(-leaving_queue * within)


def mean_wait(lines: Lines) -> float:
    """Seconds that a caller waits on average; infinite when there is more work than agents can do."""
    if lines.occupancy >= 1:
        return math.inf
    return wait_probability(lines) * lines.seconds / (lines.agents - lines.load)


def agents_needed(*, calls: float, seconds: float, within: float, target: float, at_most: int) -> int | None:
    """The fewest agents who answer the target share of callers in time; None when ``at_most`` do not."""
    for agents in range(1, at_most + 1):
        if service_level(Lines(calls=calls, seconds=seconds, agents=agents), within=within) >= target:
            return agents
    return None


def abandoned(lines: Lines, *, patience: float) -> float:
    """The share of callers who hang up (Erlang A) when they wait for ``patience`` seconds on average.

    Callers who hang up, times their number an hour, is what the queue loses: its mean length over patience.
    """
    if not lines.calls:
        return 0.0
    logs = _queue_logs(lines, patience)
    # Relative to the likeliest length: relative to none waiting they overflow when work is far too much.
    peak = max(logs)
    weights = [math.exp(log - peak) for log in logs]
    waiting = sum(length * weight for length, weight in enumerate(weights))
    # So many agents that it never happens that all are busy: then there is no queue either.
    free = 1 / max(_blocked(lines), sys.float_info.min) - 1
    total = sum(weights) + free * math.exp(-peak)
    return waiting / total / patience * 3600 / lines.calls


def _blocked(lines: Lines) -> float:
    """Erlang B by its recursion, which stays within 0 to 1 where factorials overflow."""
    blocked = 1.0
    for agents in range(1, lines.agents + 1):
        blocked = lines.load * blocked / (agents + lines.load * blocked)
    return blocked


def _queue_logs(lines: Lines, patience: float) -> list[float]:
    """How often so many wait beside nobody, all agents busy: natural logarithms, until it is never."""
    arriving, serving, leaving = lines.calls / 3600, lines.agents / lines.seconds, 1 / patience
    logs = [0.0]
    peak = 0.0
    while logs[-1] > peak - NEVER:
        logs.append(logs[-1] + math.log(arriving / (serving + len(logs) * leaving)))
        peak = max(peak, logs[-1])
    return logs
