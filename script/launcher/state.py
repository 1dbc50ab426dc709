"""The demo's state directory: what is in it, and how it is made and removed."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from script.launcher.errors import LauncherError
from script.launcher.placement import place_apart

CONTENT = (
    "logs",
    "logs.previous",
    "mail",
    "postgres",
    "postgres.new",
    "run",
    "secret-key",
    "static",
    "valkey",
    "work",
)


def open_state(place: Path) -> Path:
    """Make the directory, for us alone, and prove that it can be written to; raise LauncherError if not."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise LauncherError(
            f"{place} cannot be used for the demo's data ({error.strerror}). Choose another place: DATA_DIR=…"
        ) from error
    return place


def reset(place: Path) -> None:
    """Remove what the demo keeps, and nothing else that may be in the directory."""
    for name in CONTENT:
        remove(place / name)
    remove(place_apart(place))


def remove(path: Path) -> None:
    """Remove a file or a whole directory, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def secret_key(place: Path) -> str:
    """The key that signs sessions: made once, so that a restart signs nobody out."""
    path = place / "secret-key"
    if not path.exists():
        half = path.with_suffix(".new")
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        half.rename(path)
    return path.read_text()


def fresh_logs(place: Path) -> Path:
    """An empty directory for this start's logs; those of the start before are kept beside it."""
    logs, previous = place / "logs", place / "logs.previous"
    if logs.exists():
        remove(previous)
        logs.rename(previous)
    logs.mkdir(mode=0o700)
    return logs
