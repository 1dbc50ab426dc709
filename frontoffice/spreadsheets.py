"""Tables as files for a spreadsheet program, as Excel opens them in the Netherlands."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# Without it Excel takes the file for another encoding.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
DELIMITER = ";"
# A cell that begins so is calculated, and may call a program or send what stands beside it somewhere.
CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")


def as_text(value: object) -> str:
    """A cell that is shown and never calculated."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(CALCULATED) else text


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file of that name to save."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=DELIMITER).writerows([as_text(value) for value in row] for row in rows)
    return HttpResponse(
        BYTE_ORDER_MARK + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
