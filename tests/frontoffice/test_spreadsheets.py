"""Files for a spreadsheet program: opened by Excel in Dutch, and never calculated."""

import csv
import io

import pytest

from frontoffice.spreadsheets import as_text, csv_file


def cells(*rows: list[object]) -> list[list[str]]:
    """What a program reads in the file."""
    text = csv_file("a.csv", rows).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+31612345678", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1"]
)
def test_a_formula_is_text(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("value", ["93%", "88–96%", "1.234", "–", "", 12, "Paspoort", "Wmo: hulp"])
def test_all_else_stays_as_it_is(value: object) -> None:
    assert as_text(value) == str(value)


def test_what_goes_in_comes_out() -> None:
    rows: list[list[object]] = [["Onderwerp", "n"], ['Wijk; "Noord"\nen zuid', 3]]
    assert cells(*rows) == [["Onderwerp", "n"], ['Wijk; "Noord"\nen zuid', "3"]]


def test_excel_knows_the_encoding_and_saves_it_under_its_name() -> None:
    file = csv_file("kept.csv", [["é"]])
    assert file.content == "\ufeffé\r\n".encode()
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="kept.csv"'
