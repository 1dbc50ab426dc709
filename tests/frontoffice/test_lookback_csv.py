"""A figure of the look back as a file."""

import csv
import io
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpResponse

from callbacks.models import FigureExport
from callbacks.operations import exporting
from frontoffice.presenters.lookback.forecast import figures, reach
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


def test_the_forecast_is_taken_away_too(world: World, take: Take) -> None:
    file = take("forecast/weeks", "?more=50&nonsense=1")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][0] == "team en week"
    assert rows[1][0] == f"{world.team}, wk 50"
    assert len(rows) == 5
    assert file["Content-Disposition"] == 'attachment; filename="forecast-weeks-2026-W50-2026-W53.csv"'
    taken = FigureExport.objects.get()
    assert (taken.by, taken.figure, taken.asked, taken.rows) == (world.lead, "forecast-weeks", "more=50", 4)


@pytest.mark.parametrize("slug", ["weeks", "day", "usual", "places"])
def test_each_figure_of_the_forecast_is_the_table_of_the_page(world: World, take: Take, slug: str) -> None:
    text = take(f"forecast/{slug}", "?day=2026-12-07").content.decode("utf-8-sig")
    asked = {"team": "", "topic": "", "day": "2026-12-07", "away": None, "more": None}
    found = {one.slug: one.table for one in figures(reach(user=world.lead, now=LATER), asked)}
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [
        [str(value) for value in row] for row in (found[slug].headings, *found[slug].rows)
    ]
    assert found[slug].rows


@pytest.mark.parametrize(
    ("slug", "how", "status"),
    [
        ("weeks", {"by": "agent"}, 403),
        ("weeks", {"by": "person"}, 403),
        ("weeks", {"method": "get"}, 405),
        ("another", {}, 404),
        ("day", {}, 404),
        ("weeks", {"query": "?more=much"}, 422),
        ("weeks", {"query": "?team=another"}, 422),
    ],
)
def test_nothing_else_of_the_forecast_is_taken(
    take: Take, slug: str, how: dict[str, str], status: int
) -> None:
    assert take(f"forecast/{slug}", **how).status_code == status
    assert not FigureExport.objects.exists()


def test_too_much_of_the_forecast_is_said_on_its_page(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    answer = take("forecast/weeks")
    assert answer.status_code == 422
    assert "hoogstens 3 rijen" in text_of(answer.content.decode())
    assert not FigureExport.objects.exists()
