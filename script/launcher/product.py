"""The product's own programs, as the demo starts them."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from script.launcher.address import Address
from script.launcher.environment import PYTHON, ROOT
from script.launcher.processes import Command


@dataclass(frozen=True)
class Product:
    """What all programs share: the state directory, the environment and the lock they hold."""

    state: Path
    environment: Mapping[str, str]
    keep_open: Sequence[int]

    def manage(self, *arguments: str) -> Command:
        """A management command."""
        return self._python(arguments[0], "manage.py", *arguments, module=False)

    def mail_catcher(self, port: int) -> Command:
        """The SMTP server that keeps the demo's mail for reading."""
        options = ("--host", "127.0.0.1", "--port", str(port), "--directory", str(self.state / "mail"))
        return self._python("mail", "demo.mail_catcher", *options)

    def worker(self) -> Command:
        """The Celery worker."""
        options = ("--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle")
        return self._python("worker", "celery", "-A", "config", "worker", "--loglevel", "INFO", *options)

    def beat(self) -> Command:
        """The one clock that sets the worker to work."""
        schedule = ("--schedule", str(self.state / "work" / "beat"), "--pidfile=")
        return self._python("beat", "celery", "-A", "config", "beat", "--loglevel", "INFO", *schedule)

    def web(self, address: Address) -> Command:
        """The web server."""
        size = ("--workers", "2", "--threads", "4")
        # The control socket would be put in the home directory.
        places = (
            "--no-control-socket",
            "--worker-tmp-dir",
            str(self.state / "work"),
            "--access-logfile",
            "-",
        )
        return self._python(
            "web", "gunicorn", "config.wsgi:application", "--bind", address.bind, *size, *places
        )

    def _python(self, name: str, *arguments: str, module: bool = True) -> Command:
        return Command(
            name=name,
            arguments=[str(PYTHON), *(["-m"] if module else []), *arguments],
            log=self.state / "logs" / f"{name}.log",
            directory=ROOT,
            environment=self.environment,
            stop_with=signal.SIGTERM,
            keep_open=self.keep_open,
        )
