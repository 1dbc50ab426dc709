"""A figure of the look back as a file."""

import csv
import io
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpResponse

from callbacks.models import FigureExport
from callbacks.operations import exporting
from frontoffice.presenters.lookback.page import FILES, look_back
from tests.factories import World
from tests.frontoffice.conftest import Enter, text_of
from tests.frontoffice.test_lookback import LATER, call

Take = Callable[..., HttpResponse]


@pytest.fixture
def take(world: World, enter: Enter) -> Take:
    """Save a figure as a file, a week later."""
    call(world, 10)

    def taken(slug: str, query: str = "", *, by: str = "lead", method: str = "post") -> HttpResponse:
        with time_machine.travel(LATER, tick=False):
            browser = enter(getattr(world, by))
            response: HttpResponse = getattr(browser, method)(f"/look-back/{slug}/csv/{query}")
        return response

    return taken


@pytest.mark.parametrize("slug", FILES)
def test_the_file_has_the_rows_of_the_page(world: World, take: Take, slug: str) -> None:
    text = take(slug, "?weeks=4").content.decode("utf-8-sig")
    table = look_back(user=world.lead, asked={"weeks": "4"}, now=LATER).figure(slug).table
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [
        [str(value) for value in row] for row in (table.headings, *table.rows)
    ]


def test_its_name_says_what_it_is(take: Take) -> None:
    file = take("kept", "?weeks=4")
    assert file["Content-Disposition"] == 'attachment; filename="kept-2026-W45-2026-W48.csv"'


def test_who_took_it_is_kept(world: World, take: Take) -> None:
    take("kept", "?weeks=4&half=am&nonsense=1")
    taken = FigureExport.objects.get()
    assert (taken.by, taken.figure, taken.rows) == (world.lead, "kept", 4)
    assert taken.asked == "until=2026-W48&weeks=4&half=am"


@pytest.mark.parametrize("by", ["agent", "person"])
def test_it_is_for_who_leads(take: Take, by: str) -> None:
    assert take("kept", by=by).status_code == 403


def test_an_address_alone_takes_nothing(take: Take) -> None:
    assert take("kept", method="get").status_code == 405
    assert take("another").status_code == 404
    assert not FigureExport.objects.exists()


def test_too_much_for_a_file_is_said_on_the_page(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    answer = take("kept", "?weeks=4")
    assert answer.status_code == 422
    assert "hoogstens 3 rijen" in text_of(answer.content.decode())
