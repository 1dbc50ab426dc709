"""The Celery tasks. Each may run twice, at once or never: the next tick does the same work."""

from celery import Task, shared_task
from django.conf import settings

from callbacks.health.deadman import call_outside
from callbacks.sweeps import SWEEPS, run
from callbacks.sweeps.engine import note_worker

# What piles up while no worker is there is worthless, as the next tick starts all anew. But the moment is
# written by one host and read by another, whose clocks may differ by minutes: so not after seconds.
WAITS_AT_MOST = 30 * 60
RUNS_AT_MOST = 10


@shared_task(name="callbacks.tick")
def tick() -> None:
    """Start every sweep, and let the world outside know that ticks go on."""
    for name in SWEEPS:
        start(name)
    if settings.DEAD_MAN_URL:
        # A task of its own, behind all others: a slow answer must not hold a tick up.
        dead_man.apply_async(expires=WAITS_AT_MOST, priority=9)


@shared_task(name="callbacks.sweep", bind=True)
def sweep(self: "Task[..., None]", *, name: str) -> None:
    """Run one sweep, and once more when time was up before the work was done."""
    if run(SWEEPS[name], seconds=RUNS_AT_MOST):
        start(name)
    if self.request.hostname:
        note_worker(self.request.hostname)


@shared_task(name="callbacks.dead_man")
def dead_man() -> None:
    """Tell the monitoring outside that work goes on here."""
    call_outside(settings.DEAD_MAN_URL)


def start(name: str) -> None:
    """Put a sweep in the queue."""
    sweep.apply_async(kwargs={"name": name}, expires=WAITS_AT_MOST, priority=SWEEPS[name].priority)
