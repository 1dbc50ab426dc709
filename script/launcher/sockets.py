"""Where the unix sockets live: in the state directory, unless its path is unfit for a socket."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from script.launcher.errors import LauncherError

LONGEST = 100 - len("/.s.PGSQL.5432")


def directory_for(state: Path) -> Path:
    """Make and give a directory of mode 0700 for sockets; the kernel limits the length of their paths."""
    fit = len(os.fsencode(state / "run")) <= LONGEST and not set(str(state)) & set(',"\\')
    place = state / "run" if fit else _temporary_place(state)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _temporary_place(state: Path) -> Path:
    return own_directory(named_after(state, Path(tempfile.gettempdir())), mode=0o700)


def named_after(state: Path, parent: Path) -> Path:
    """A name below a parent shared with others that the next start on the same state finds again."""
    mark = hashlib.sha256(os.fsencode(state)).hexdigest()[:16]
    return parent / f"belbelofte-{os.geteuid()}-{mark}"


def own_directory(place: Path, *, mode: int) -> Path:
    """Make a directory where anybody may write; refuse one that somebody else has put there first."""
    place.mkdir(mode=mode, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != mode:
        raise LauncherError(
            f"{place} exists and is not ours alone. Remove it or choose a shorter DATA_DIR=…."
        )
    return place
