"""``manage.py load_demo``: the demo organisation, as small as a tour or as large as a benchmark needs."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.loading import USUAL, OtherDataError, load

SMALLEST, LARGEST = 100, 1_000_000


def size(raw: str) -> int:
    """A number of appointments; raises ``ArgumentTypeError`` when it is out of range."""
    if not raw.isdecimal() or not SMALLEST <= int(raw) <= LARGEST:
        raise ArgumentTypeError(f"give a number from {SMALLEST} to {LARGEST}")
    return int(raw)


def instant(raw: str) -> dt.datetime:
    """An ISO date and time, without an offset in the site's zone; raises ``ArgumentTypeError``."""
    try:
        moment = dt.datetime.fromisoformat(raw)
    except ValueError as error:
        raise ArgumentTypeError("give a date and time such as 2026-11-24T09:30") from error
    return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(dt.UTC)


class Command(BaseCommand):
    """Loads the demo organisation once."""

    help = "Load the demo organisation. Changes nothing when it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read seed, size and moment."""
        parser.add_argument("--seed", type=int, default=1, help="same seed and moment, same data")
        parser.add_argument("--size", type=size, default=USUAL, help="number of appointments")
        parser.add_argument("--now", type=instant, help="moment it is relative to; default: the clock")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, and say in a sentence what happened."""
        if not settings.DEMO:
            raise CommandError("The demo organisation is only loaded when DEMO is on.")
        try:
            loaded = load(seed=options["seed"], size=options["size"], now=options["now"] or timezone.now())
        except OtherDataError as error:
            raise CommandError(
                "This database holds another organisation already; the demo needs an empty one."
            ) from error
        if loaded:
            self.stdout.write(f"The demo organisation is loaded with {options['size']} appointments.")
        else:
            self.stdout.write("The demo organisation is there already; nothing was changed.")
