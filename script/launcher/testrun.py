"""Services for one test run: forgetful, fresh, in a directory of their own that nothing survives in."""

import fcntl
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from script.launcher.claim import Claim, in_use
from script.launcher.embedded import Services, start_services


class TestRun:
    """Services started below a base directory that any number of test runs may share."""

    __test__ = False

    def __init__(self, base: Path, *, given: Mapping[str, str]) -> None:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = _claim_fresh_directory(base)
        try:
            self._services: Services = start_services(self._claim, given=given, durable=False, templates=base)
        except BaseException:
            self._clean_up()
            raise

    @property
    def urls(self) -> Mapping[str, str]:
        """DATABASE_URL and REDIS_URL."""
        return self._services.urls

    def stop(self) -> None:
        """Stop the services and remove the directory."""
        self._services.stop()
        self._clean_up()

    def _clean_up(self) -> None:
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
