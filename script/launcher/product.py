"""The product's own programs, as the demo starts them."""

import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from script.launcher.environment import PYTHON, ROOT
from script.launcher.processes import Command

# Layers above the services: the web server gives work to the workers, the workers give mail to the catcher.
MAIL, WORKERS, WEB = 1, 2, 3


@dataclass(frozen=True)
class Product:
    """What all programs share: the state directory, the environment and the lock they hold."""

    state: Path
    environment: Mapping[str, str]
    keep_open: Sequence[int]

    def prepare(self) -> Command:
        """Bring tables and demo data up to date."""
        return self._python("prepare", "script.launcher.preparing")

    def collect_static(self) -> Command:
        """Collect the static files, with hashes in their names, compressed."""
        return self._python("static", "django", "collectstatic", "--noinput", "--verbosity", "0")

    def mail_catcher(self, port: int) -> Command:
        """The SMTP server that keeps the demo's mail for reading."""
        options = ("--host", "127.0.0.1", "--port", str(port), "--directory", str(self.state / "mail"))
        return replace(self._python("mail", "demo.mail_catcher", *options), layer=MAIL)

    def worker(self) -> Command:
        """The Celery worker."""
        options = ("--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle")
        return self._python("worker", "celery", "-A", "config", "worker", "--loglevel", "INFO", *options)

    def beat(self) -> Command:
        """The one clock that sets the worker to work."""
        schedule = ("--schedule", str(self.state / "work" / "beat"), "--pidfile=")
        return self._python("beat", "celery", "-A", "config", "beat", "--loglevel", "INFO", *schedule)

    def web(self, listener: socket.socket) -> Command:
        """The web server, on a socket that listens already."""
        # Loading the product once for both workers halves the time to the first page.
        size = ("--workers", "2", "--threads", "4", "--preload")
        # The control socket would be put in the home directory.
        places = (
            "--no-control-socket",
            "--worker-tmp-dir",
            str(self.state / "work"),
            "--access-logfile",
            "-",
        )
        bind = ("--bind", f"fd://{listener.fileno()}")
        command = self._python("web", "gunicorn", "config.wsgi:application", *bind, *size, *places)
        # A graceful stop would wait for the connections that browsers keep open.
        return replace(
            command,
            keep_open=[*self.keep_open, listener.fileno()],
            stop_with=signal.SIGQUIT,
            layer=WEB,
        )

    def _python(self, name: str, *arguments: str) -> Command:
        return Command(
            name=name,
            arguments=[str(PYTHON), "-m", *arguments],
            log=self.state / "logs" / f"{name}.log",
            directory=ROOT,
            environment=self.environment,
            keep_open=self.keep_open,
            layer=WORKERS,
        )
