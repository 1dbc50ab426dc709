"""Forks real Celery processes: ``python -m tests.faults.nursery`` reads command lines and prints process ids.

Django and Celery are imported once, so that a test can afford to kill fifty workers. Each child runs
Celery's own program from its beginning; nothing is connected before the fork.
"""

import os
import shlex
import signal
import sys

from celery.bin.celery import main as celery_main

from config.celery import app
from script.launcher.child import die_with_parent


def main() -> None:
    """Fork a child for every line until the test has gone."""
    app.loader.import_default_modules()
    app.loader.init_worker()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nursery = os.getpid()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become_celery(line, nursery)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _become_celery(line: str, nursery: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent(nursery, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.argv = ["celery", "-A", "config", *shlex.split(line)]
    sys.exit(celery_main())


if __name__ == "__main__":
    main()
