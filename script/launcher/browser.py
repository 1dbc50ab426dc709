"""The Chromium that browser tests drive."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium of the system, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
