"""``measure``: everything that is compared, on databases and web servers that are there already."""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from bench import board, booking, desk, lookback, queue, search, slots, sweep
from bench.report import Report
from bench.sites import Site, open_sites
from bench.timing import Case, Timing, measure

READS: dict[str, Callable[[dt.datetime], list[Case]]] = {
    "slots": slots.cases,
    "board": board.cases,
    "queue": queue.cases,
    "lookback": lookback.cases,
    "search": search.cases,
    "sweep": sweep.cases,
}


class Command(BaseCommand):
    """Measures, prints tables and writes JSON."""

    help = "Compare the product with plain SQL and with a minimal view; see docs/benchmarks.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to measure, what and how long."""
        parser.add_argument("sites", nargs="+", help="size:port:database")
        parser.add_argument("--now", required=True, type=dt.datetime.fromisoformat)
        parser.add_argument("--only", nargs="+", required=True)
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seconds", type=float, required=True)
        parser.add_argument("--closed", type=int, required=True)
        parser.add_argument("--json", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure the reads in turns, then booking, and at the end what wears the database out."""
        report, only = Report(), options["only"]
        sites = open_sites(options["sites"], options["now"])
        timed = partial(self.timed, sites, rounds=options["rounds"])
        self.stdout.write("Measuring")
        report.timings = timed([READS[name] for name in READS if name in only])
        if "booking" in only:
            report.tallies = booking.measure(
                sites, rounds=min(options["rounds"], 2), seconds=options["seconds"]
            )
        if "desk" in only:
            report.desks = desk.measure(sites, rounds=min(options["rounds"], 2), seconds=options["seconds"])
        if "sweep" in only:
            report.timings += timed([partial(sweep.worn_cases, closed=options["closed"])])
        self.stdout.write("\n".join(report.lines()))
        if options["json"]:
            report.write(options["json"])

    def timed(
        self, sites: list[Site], makers: list[Callable[[dt.datetime], list[Case]]], *, rounds: int
    ) -> list[Timing]:
        """Make the cases on every site, check that both ways agree, and time them."""
        cases: dict[Site, list[Case]] = {}
        for site in sites:
            site.use()
            cases[site] = [case for make in makers for case in make(site.now)]
            for case in cases[site]:
                case.check()
        return measure(cases, rounds=rounds)
