"""Compiles the translations, so that nobody needs gettext's programs."""

import os
import sys
from pathlib import Path

import polib

from script.launcher.environment import ROOT, say


def stale_catalogues(root: Path) -> list[Path]:
    """The .po files below locale/ whose .mo file is missing or older."""
    return [po for po in sorted(root.glob("locale/*/LC_MESSAGES/*.po")) if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def compile_messages(root: Path) -> list[Path]:
    """Compile what is stale and give its paths; safe beside another process that does the same."""
    stale = stale_catalogues(root)
    for po in stale:
        half = po.with_suffix(f".{os.getpid()}.new")
        polib.pofile(str(po)).save_as_mofile(str(half))
        half.replace(po.with_suffix(".mo"))
    return stale


def main() -> int:
    """Compile the project's own catalogues."""
    for po in compile_messages(ROOT):
        say(f"Compiled {po.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
