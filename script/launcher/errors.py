"""The one error that the launcher raises on purpose."""


class LauncherError(Exception):
    """A sentence for the person at the keyboard; it is printed alone, without a traceback."""
