"""script/test: what it runs, what it counts and what it says."""

from pathlib import Path

import pytest

from script.launcher.testing import BROWSER, FAULT, ORDINARY, Count, Part, count, parts, run

REPORT = """<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>"""


def test_counts_are_added_up_and_written_plainly() -> None:
    assert str(Count(4, 3, 3) + Count(1, 0, 0)) == "5 passed, 3 failed, 3 skipped"


def test_errors_count_as_failed(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    assert count(tmp_path / "report.xml") == Count(passed=4, failed=3, skipped=3)


def test_a_run_that_wrote_no_report_has_failed(tmp_path: Path) -> None:
    assert count(tmp_path / "report.xml") == Count(failed=1)


def test_with_chromium_everything_runs() -> None:
    assert parts(chromium="/usr/bin/chromium", ci=True) == ([ORDINARY, FAULT, BROWSER], "")


def test_without_chromium_a_person_is_told_what_is_skipped() -> None:
    wanted, sentence = parts(chromium=None, ci=False)
    assert wanted == [ORDINARY, FAULT]
    assert "skipped" in sentence


def test_without_chromium_ci_runs_nothing() -> None:
    wanted, sentence = parts(chromium=None, ci=True)
    assert wanted == []
    assert "apt-get install chromium" in sentence


@pytest.mark.parametrize(("body", "well"), [("assert True", True), ("assert False", False)])
def test_a_part_goes_as_its_tests_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, *, well: bool
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "test_it.py").write_text(f"def test_it(): {body}\n")
    plain = ("-c", "/dev/null", "-p", "no:cacheprovider", str(tmp_path))
    assert run(Part("A part", plain)) == (well, Count(passed=int(well), failed=int(not well)))


def test_a_part_without_tests_goes_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    assert run(Part("Nothing", ("-c", "/dev/null", str(tmp_path)))) == (True, Count())
