"""Everything that proves the product: checks, then all tests, part by part."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from script.launcher import linting
from script.launcher.browser import NAMES, find_chromium
from script.launcher.environment import PYTHON, ROOT, say

PYTEST = (str(PYTHON), "-m", "pytest")
NO_TESTS = 5


@dataclass(frozen=True)
class Count:
    """The outcomes of tests; failed includes errors."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Part:
    """A part of the tests that is run by one pytest."""

    name: str
    arguments: tuple[str, ...]


# Two at a time, for two cores; three in browsers, which often wait. Whoever is done takes over what others
# have still to do. Fault tests of one module share what they start: two would be in each other's way.
SHARED = ("--dist=worksteal", "--durations=12")
BY_MODULE = ("--dist=loadscope", "--no-loadscope-reorder", "--durations=12")
ORDINARY = Part("Tests", ("-n", "2", *SHARED, "-m", "not browser and not fault"))
FAULT = Part("Fault tests", ("-n", "2", *BY_MODULE, "-m", "fault and not browser"))
BROWSER = Part("Browser tests", ("-n", "3", *SHARED, "-m", "browser"))


def count(report: Path) -> Count:
    """The outcomes that pytest wrote; a run that wrote none has failed."""
    if not report.exists():
        return Count(failed=1)
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest's own file
    return sum((_outcomes(suite.attrib) for suite in suites), Count())


def _outcomes(numbers: dict[str, str]) -> Count:
    failed = int(numbers["failures"]) + int(numbers["errors"])
    skipped = int(numbers["skipped"])
    return Count(int(numbers["tests"]) - failed - skipped, failed, skipped)


def run(part: Part) -> tuple[bool, Count]:
    """Run a part; gives whether it went well and its outcomes. A part that has no tests goes well."""
    say(f"\n{part.name}")
    begun = time.monotonic()
    with TemporaryDirectory() as place:
        report = Path(place, "report.xml")
        status = subprocess.run(
            [*PYTEST, *part.arguments, "-q", f"--junitxml={report}"], cwd=ROOT, check=False
        ).returncode
        outcomes = Count() if status == NO_TESTS else count(report)
    say(f"{part.name}: {outcomes} in {time.monotonic() - begun:.0f} s")
    return status in (0, NO_TESTS), outcomes


def parts(*, chromium: str | None, ci: bool) -> tuple[list[Part], str]:
    """What to run here, and a sentence about what cannot be run; CI without a browser proves too little."""
    if chromium is not None:
        return [ORDINARY, FAULT, BROWSER], ""
    missing = f"No Chromium was found ({', '.join(NAMES)})"
    if ci:
        return (
            [],
            f"{missing}, which CI=true demands: apt-get install chromium",
        )
    return [ORDINARY, FAULT], f"{missing}: the browser tests are skipped."


def run_all() -> int:
    """Checks and tests; the last line sums up all tests."""
    wanted, sentence = parts(chromium=find_chromium(), ci=os.environ.get("CI", "").lower() in ("1", "true"))
    if sentence:
        say(sentence)
    if not wanted:
        return 1
    say("Checks")
    clean = linting.main() == 0
    results = [run(part) for part in wanted]
    total = sum((outcomes for _, outcomes in results), Count())
    say("" if clean else "\nSome checks failed, see above.")
    if sentence:
        say(sentence)
    say(str(total))
    return 0 if clean and total.passed and all(well for well, _ in results) else 1


def main(arguments: list[str]) -> int:
    """Everything, or pytest alone when there are arguments for it."""
    if arguments:
        return subprocess.run([*PYTEST, *arguments], cwd=ROOT, check=False).returncode
    return run_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
