"""The two Celery tasks. Both may run twice, at once or never: the next tick does the same work."""

from celery import shared_task

from callbacks.sweeps import SWEEPS, run

# A task that waited longer than a tick is worthless: the next tick has started another.
WAITS_AT_MOST = 14
RUNS_AT_MOST = 10


@shared_task(name="callbacks.tick")
def tick() -> None:
    """Start every sweep."""
    for name in SWEEPS:
        start(name)


@shared_task(name="callbacks.sweep")
def sweep(*, name: str) -> None:
    """Run one sweep, and once more when time was up before the work was done."""
    if run(SWEEPS[name], seconds=RUNS_AT_MOST):
        start(name)


def start(name: str) -> None:
    """Put a sweep in the queue."""
    sweep.apply_async(kwargs={"name": name}, expires=WAITS_AT_MOST, priority=SWEEPS[name].priority)
