"""The Chromium that browser tests drive."""

import shutil

# The headless shell is the same engine with less around it: tests take a third of the processor time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_chromium() -> str | None:
    """The path of a Chromium of the system, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
