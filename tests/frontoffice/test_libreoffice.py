"""A file with figures, opened by a spreadsheet program: nothing in it is calculated."""

import shutil
import subprocess
from pathlib import Path

import pytest

from frontoffice.spreadsheets import csv_file

SOFFICE = shutil.which("soffice")
# What would show a sum, ask another machine, or start a program.
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    " =1+1",
    '=HYPERLINK("http://192.0.2.1/";"x")',
    "=DDE(1)",
]


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_no_formula_runs(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_bytes(
        csv_file("figures.csv", [["topic", "n"], *([one, "7"] for one in FORMULAS)]).content
    )
    (tmp_path / "own.csv").write_bytes("\ufefftopic;n\r\n=1+1;7\r\n".encode())
    for name in ("figures", "own"):
        command = [
            str(SOFFICE),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            # Semicolon, double quotes, UTF-8, from the first line, and formulas taken as such.
            "--infilter=CSV:59,34,76,1,,0,false,true,false,false,false,-1,true",
            "--convert-to",
            "fods",
            "--outdir",
            str(tmp_path),
            str(tmp_path / f"{name}.csv"),
        ]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
    # The program would have calculated it.
    assert 'table:formula="of:=1+1"' in (tmp_path / "own.fods").read_text()
    opened = (tmp_path / "figures.fods").read_text()
    assert "table:formula" not in opened
    assert "&apos;=1+1" in opened or "'=1+1" in opened
