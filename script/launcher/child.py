"""Becomes another program that cannot outlive its parent.

Run as a file: ``python -I -S child.py PARENT_PID SIGNAL RUN_AS PROGRAM [ARGUMENT ...]``.
RUN_AS is ``same``, ``UID:GID``, or ``namespace`` (root becomes an ordinary user in a user namespace).

This is a program and not a ``preexec_fn`` because code between fork and exec is unsafe as soon as the
parent has a second thread.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NAMESPACE_ID = 1000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def enter_namespace() -> None:
    """Map one ordinary id onto our own: needs no account and no chown, works below parents of mode 0700."""
    uid, gid = os.geteuid(), os.getegid()
    _check(_libc.unshare(CLONE_NEWUSER), "unshare")
    # The kernel accepts a group map from an unprivileged process only after this.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NAMESPACE_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{NAMESPACE_ID} {gid} 1")


def become(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def run_as(who: str) -> None:
    """Change the credentials as asked."""
    if who == "namespace":
        enter_namespace()
    elif who != "same":
        uid, _, gid = who.partition(":")
        become(int(uid), int(gid))


def die_with_parent(parent: int, number: int) -> None:
    """Ask the kernel for a signal when the parent ends; a later change of credentials would undo it."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        sys.exit(1)


def fresh_signals() -> None:
    """Undo what a shell's background job hands down: SIGINT ignored would make a program unstoppable."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def main(arguments: list[str]) -> None:
    """Change into the program; returns never."""
    parent, number, who, *program = arguments
    fresh_signals()
    run_as(who)
    die_with_parent(int(parent), int(number))
    os.execvp(program[0], program)  # noqa: S606 - to become the program is the point


if __name__ == "__main__":
    main(sys.argv[1:])
