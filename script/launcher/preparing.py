"""Brings the demo's tables and data up to date; one process, since loading Django is what takes the time."""

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, then load the demo organisation; each does nothing when there is nothing to do."""
    django.setup()
    call_command("migrate", interactive=False)
    call_command("load_demo")


if __name__ == "__main__":
    main()
