"""Services for one test run: forgetful, fresh, in a directory of their own that nothing survives in."""

import fcntl
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from script.launcher.claim import Claim, in_use
from script.launcher.embedded import start_services
from script.launcher.supervisor import Supervisor

# What Django's settings need beside the services, wherever tests and checks load them.
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-and-long-enough-to-be-accepted-as-a-secret-key",
    "DEBUG": "false",
    "DEMO": "true",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
    "PUBLIC_URL": "http://localhost:8000",
    "SECURE_COOKIES": "false",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": "1025",
}


class ServicesForTests:
    """Services started below a base directory that any number of test runs may share."""

    def __init__(self, base: Path, *, given: Mapping[str, str]) -> None:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = _claim_fresh_directory(base)
        self._supervisor = Supervisor()
        # WhiteNoise warns when there is no directory of collected static files; an empty one will do.
        self.static = self._claim.state / "static"
        self.static.mkdir()
        try:
            self.urls = start_services(
                self._claim, self._supervisor, given=given, durable=False, templates=base
            )
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the services and remove the directory."""
        self._supervisor.stop()
        shutil.rmtree(self._claim.state, ignore_errors=True)
        self._claim.release()


def _claim_fresh_directory(base: Path) -> Claim:
    """Make and claim a directory and remove those of killed runs, one run at a time."""
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in base.glob("run-*"):
            if not in_use(left):
                shutil.rmtree(left, ignore_errors=True)
        return Claim(Path(tempfile.mkdtemp(prefix="run-", dir=base)))
