"""Metrics in Prometheus' text format, computed from the database when asked: every process gives the same.

One list of gauges does not need a library that keeps counters in each process.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from callbacks.clock import database_now
from callbacks.health.checks import WorkHealth, check_work
from callbacks.messages.channels import LINES
from callbacks.queries import watching

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Sample(NamedTuple):
    """A value under one label (its name and value), or under none."""

    value: float
    label: tuple[str, str] | None = None


def exposition() -> str | None:
    """All metrics; None when the database does not answer."""
    work = check_work()
    if work is None:
        return None
    return "".join(_family(*family) for family in _families(work, database_now()))


def _families(work: WorkHealth, now: dt.datetime) -> Iterator[tuple[str, str, list[Sample]]]:
    queues, dwell = watching.queues(LINES), watching.dwell(now)
    workers = watching.workers(now)
    yield "promises_overdue", "Broken promises that are still open.", [Sample(watching.overdue(now))]
    yield "messages_failed", "Messages given up in the last day.", [Sample(work.failed_messages)]
    yield (
        "messages_waiting",
        "Messages that wait to be sent.",
        [Sample(one.waiting, ("channel", one.channel)) for one in queues],
    )
    yield (
        "message_oldest_seconds",
        "Age of the message that has waited longest.",
        [Sample(_age(one.oldest, now), ("channel", one.channel)) for one in queues],
    )
    yield (
        "message_dwell_seconds_mean",
        "From fact to delivery, mean of the last 15 minutes.",
        [Sample(one.mean.total_seconds(), ("channel", one.channel)) for one in dwell],
    )
    yield (
        "message_dwell_seconds_max",
        "From fact to delivery, longest of the last 15 minutes.",
        [Sample(one.longest.total_seconds(), ("channel", one.channel)) for one in dwell],
    )
    yield (
        "channel_down",
        "1 while a channel rests after too many failures.",
        [Sample(one.health.opened_at is not None, ("channel", one.channel)) for one in queues],
    )
    yield (
        "sweep_age_seconds",
        "Since a sweep last finished.",
        [Sample(_never(one.age_seconds), ("sweep", name)) for name, one in work.sweeps.items()],
    )
    yield (
        "sweep_stuck_rows",
        "Rows that a sweep set aside.",
        [Sample(one.stuck_rows, ("sweep", name)) for name, one in work.sweeps.items()],
    )
    yield (
        "worker_age_seconds",
        "Since a worker last finished a sweep.",
        [Sample(_age(one.at, now), ("worker", one.name)) for one in workers],
    )


def _family(name: str, meaning: str, samples: Iterable[Sample]) -> str:
    full = f"belbelofte_{name}"
    lines = [f"# HELP {full} {meaning}", f"# TYPE {full} gauge"]
    lines += [f"{full}{_labels(sample.label)} {float(sample.value):g}" for sample in samples]
    return "\n".join(lines) + "\n"


def _labels(label: tuple[str, str] | None) -> str:
    if label is None:
        return ""
    name, value = label
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{{name}="{escaped}"}}'


def _age(at: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0


def _never(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds
