"""PostgreSQL and Valkey alone, for work on the product: ``python -m script.launcher.services DIRECTORY``."""

import os
import shlex
import sys
from pathlib import Path

from script.launcher.claim import Claim
from script.launcher.embedded import start_services
from script.launcher.environment import say
from script.launcher.state import open_state
from script.launcher.supervisor import Supervisor, run_until_stopped


def serve(place: Path) -> None:
    """Start what is not given, print the addresses as shell commands, and keep everything running."""
    claim = Claim(open_state(place))
    supervisor = Supervisor()
    try:
        urls = start_services(claim, supervisor, given=os.environ, durable=True)
        for name, url in urls.items():
            say(f"export {name}={shlex.quote(url)}")
        say("Ready. Stop with Ctrl-C.")
        supervisor.watch()
    finally:
        supervisor.close()
        claim.release()


if __name__ == "__main__":
    sys.exit(run_until_stopped(lambda: serve(Path(sys.argv[1]).absolute())))
