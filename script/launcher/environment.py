"""Prepares the Python environment in .venv, then becomes the command that was asked for.

``python -m script.launcher.environment SET MODULE [ARGUMENT ...]``, where SET is ``demo``, ``dev`` (demo and
more) or ``none`` (only the installer).
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from script.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"


def say(sentence: str) -> None:
    """Show progress at once, also through a pipe."""
    print(sentence, flush=True)


@dataclass(frozen=True)
class Environment:
    """The virtual environment of a project directory."""

    root: Path

    @property
    def venv(self) -> Path:
        """Its place."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """What the last complete set-up left; its absence means that one was interrupted."""
        return self.venv / "prepared.json"

    def requirements(self, package_set: str) -> Path:
        """The locked packages of a set."""
        return self.root / f"requirements-{package_set}.txt"

    def stamp_for(self, package_set: str) -> dict[str, str]:
        """What the stamp says when the set is installed here; a moved environment is a broken one."""
        content = self.requirements(package_set).read_bytes()
        return {"set": package_set, "hash": hashlib.sha256(content).hexdigest(), "place": str(self.venv)}

    def read_stamp(self) -> dict[str, str]:
        """The stamp, or nothing."""
        with suppress(OSError, ValueError):
            return dict(json.loads(self.stamp.read_text()))
        return {}

    def is_prepared(self, package_set: str) -> bool:
        """Whether the set, or the larger one, is installed as locked."""
        found = self.read_stamp()
        return bool(found) and found in (self.stamp_for(package_set), self.stamp_for("dev")) and self._runs()

    def prepare(self, package_set: str) -> None:
        """Install the set unless it is there; raises LauncherError when that is impossible."""
        if self.is_prepared(package_set):
            return
        with self._one_at_a_time():
            if not self.is_prepared(package_set):
                self._prepare(package_set)

    def _prepare(self, package_set: str) -> None:
        # An environment for development stays one, so that its other packages follow the lock too.
        wanted = "dev" if self.read_stamp().get("set") == "dev" else package_set
        self.stamp.unlink(missing_ok=True)
        self.prepare_installer()
        locked = self.requirements(wanted)
        say(f"Installing the packages of {locked.name}")
        self._install(locked)
        self.stamp.write_text(json.dumps(self.stamp_for(wanted)))

    def prepare_installer(self) -> None:
        """Make .venv and install uv in it, each unless it is there."""
        if not self._runs():
            self._create()
        if not self._runs("-c", "import pip"):
            self._call("ensurepip")
        if not self._runs("-c", "import uv"):
            say("Installing uv, which installs the rest")
            # Without uv everything still works, only slower.
            self._call(
                "pip", "install", *_quiet(), "--require-hashes", "-r", str(self.root / "script" / "uv.txt")
            )

    def _create(self) -> None:
        say(f"Making {self.venv.name} with Python {sys.version.split()[0]}")
        if importlib.util.find_spec("ensurepip") is None:
            raise LauncherError(
                f"This Python ({sys.executable}) cannot make environments. On Debian and Ubuntu: "
                "apt-get install python3-venv"
            )
        command = [sys.executable, "-m", "venv", "--clear", str(self.venv)]
        if subprocess.run(command, check=False).returncode != 0:
            raise LauncherError(f"{self.venv} could not be made; the lines above say why.")

    def _install(self, locked: Path) -> None:
        options = ["install", *_quiet(), "--require-hashes", "-r", str(locked)]
        # The system's certificates: where a proxy opens the traffic, only they know it.
        if self._call("uv", "--system-certs", "pip", *options, "--python", str(self.python)):
            return
        # uv ignores pip's configuration, which may be what leads to the packages here.
        say("uv did not succeed; trying pip, which takes longer")
        if not self._call("pip", *options):
            raise LauncherError(f"The packages of {locked.name} could not be installed, see above.")

    def _call(self, module: str, *arguments: str) -> bool:
        # uv would fetch a whole Python from the net rather than say that one does not fit.
        environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        command = [str(self.python), "-m", module, *arguments]
        return subprocess.run(command, check=False, env=environment).returncode == 0

    def _runs(self, *arguments: str) -> bool:
        command = [str(self.python), *(arguments or ("-c", ""))]
        try:
            return subprocess.run(command, check=False, capture_output=True).returncode == 0
        except OSError:
            return False

    @contextmanager
    def _one_at_a_time(self) -> Generator[None]:
        """Wait while another command prepares the same environment."""
        place = self.root / "var"
        place.mkdir(exist_ok=True)
        with (place / "environment.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _quiet() -> list[str]:
    """Progress bars and long lists are for people."""
    return [] if sys.stderr.isatty() else ["--quiet"]


def give_home(root: Path) -> None:
    """Caches and browsers want a home that they can write to; set HOME to one when there is none."""
    home = os.environ.get("HOME", "")
    if home and os.access(home, os.W_OK | os.X_OK):
        return
    replacement = root / "var" / "home"
    replacement.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["HOME"] = str(replacement)


def main(arguments: list[str]) -> int:
    """Prepare, then become the module; gives an exit status only when that fails."""
    package_set, module, *rest = arguments
    environment = Environment(ROOT)
    try:
        give_home(ROOT)
        if package_set == "none":
            environment.prepare_installer()
        else:
            environment.prepare(package_set)
        os.execv(PYTHON, [str(PYTHON), "-m", module, *rest])  # noqa: S606 - to become the command is the point
    except LauncherError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"The environment could not be prepared: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
