"""Under which identity PostgreSQL runs: it refuses to run as root."""

import os
import pwd
from pathlib import Path

from script.launcher.errors import LauncherError
from script.launcher.processes import run

SAME = "same"
NAMESPACE = "namespace"


def choose(data: Path, *, namespaces: bool) -> str:
    """The identity for a data directory; data made under one identity cannot be opened under another.

    ``namespaces``: whether this system lets root make one, see namespaces_work.
    """
    owner = data.stat().st_uid if data.exists() else None
    user = os.geteuid()
    if user != 0:
        return _as_ordinary_user(data, owner=owner, user=user)
    if owner is None:
        return NAMESPACE if namespaces else nobody()
    if owner == 0 and not namespaces:
        raise LauncherError(
            f"{data} was made by root inside a user namespace, which this system does not allow (any more)."
        )
    return NAMESPACE if owner == 0 else f"{owner}:{data.stat().st_gid}"


def _as_ordinary_user(data: Path, *, owner: int | None, user: int) -> str:
    if owner not in (None, user):
        raise LauncherError(
            f"{data} belongs to another user (id {owner}). Start as that user or choose another DATA_DIR=…."
        )
    return SAME


def namespaces_work() -> bool:
    """Whether we are root on a system that lets root make a user namespace; containers often do not."""
    return os.geteuid() == 0 and run(["true"], run_as=NAMESPACE).returncode == 0


def nobody() -> str:
    """The identity of the account without rights."""
    try:
        account = pwd.getpwnam("nobody")
    except KeyError:
        return "65534:65534"
    return f"{account.pw_uid}:{account.pw_gid}"


def can_reach(identity: str, path: Path) -> bool:
    """Whether the identity can come to a directory; tried, since parents and ACLs count too."""
    return run(["test", "-x", str(path)], run_as=identity).returncode == 0


def is_other_account(identity: str) -> bool:
    """Whether the identity is an account other than ours, which sees the file system with other eyes."""
    return ":" in identity


def give_to(identity: str, path: Path) -> None:
    """Make the identity the owner of everything below a path."""
    if not is_other_account(identity):
        return
    uid, gid = (int(part) for part in identity.split(":"))
    for place, _, files in os.walk(path):
        os.chown(place, uid, gid)
        for name in files:
            os.chown(Path(place, name), uid, gid)
