"""Forks real Celery processes: ``python -m tests.faults.nursery`` reads command lines and prints process ids.

Django and Celery are imported once, so that a test can afford to kill fifty workers. Each child runs
Celery's own program from its beginning; nothing is connected before the fork. A line "deliver" makes a bare
delivering worker instead, for tests that kill hundreds. Words like ``FAIL_POINT=sent`` or ``CLOCK_SKEW=600``
in front of a line go to the child's environment.
"""

import datetime as dt
import os
import shlex
import signal
import sys
import time
from typing import NoReturn

import time_machine
from apprise import Apprise
from celery.bin.celery import main as celery_main

from config.celery import app
from script.launcher.child import die_with_parent


def main() -> None:
    """Fork a child for every line until the test has gone."""
    app.loader.import_default_modules()
    app.loader.init_worker()
    Apprise.instantiate("json://localhost")  # reads its hundred providers
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nursery = os.getpid()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(line, nursery)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _become(line: str, nursery: int) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent(nursery, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    words = shlex.split(line)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    if skew := float(os.environ.get("CLOCK_SKEW", "0")):
        # The clock of this host is wrong, and goes on being as wrong.
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=skew)).start()
    if words == ["deliver"]:
        _deliver()
    sys.argv = ["celery", "-A", "config", *words]
    sys.exit(celery_main())


def _deliver() -> NoReturn:
    """The task itself, again and again, without the time that Celery takes to start."""
    while True:
        app.tasks["callbacks.sweep"].run(name="delivery")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
