"""Checks that need no running product: style, types, layers, templates, migrations."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from script.launcher.environment import PYTHON, ROOT, say
from script.launcher.testrun import ENVIRONMENT

# Settings want addresses; nothing is reached at these.
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere", "REDIS_URL": "redis://127.0.0.1:1/0"}


@dataclass(frozen=True)
class Check:
    """A check and the module or script that makes it."""

    name: str
    arguments: tuple[str, ...]


CHECKS = (
    Check("style", ("-m", "ruff", "check", "--quiet")),
    Check("format", ("-m", "ruff", "format", "--check", "--quiet")),
    Check("types", ("-m", "mypy", ".")),
    Check("layers", ("-m", "importlinter.cli", "lint")),
    # Mail programs know inline styles only, and a button without a type submits, which is what forms want.
    Check("templates", ("-m", "djlint", "--lint", "--ignore", "H021,H043", "templates")),
    # Without a database Django only warns that it could not compare with the applied migrations.
    Check(
        "migrations", ("-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run")
    ),
)


def passes(check: Check) -> bool:
    """Make a check, print its line, and its output when it fails."""
    begun = time.monotonic()
    done = subprocess.run(
        [str(PYTHON), *check.arguments],
        cwd=ROOT,
        env={**ENVIRONMENT, **NOWHERE, **os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    word = "ok    " if done.returncode == 0 else "FAILED"
    say(f"{word} {check.name} ({time.monotonic() - begun:.1f} s)")
    if done.returncode != 0:
        say(done.stdout)
    return done.returncode == 0


def main() -> int:
    """Make all checks, also after one has failed."""
    results = [passes(check) for check in CHECKS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
