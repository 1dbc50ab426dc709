"""The day list as the browser prints it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from callbacks.models import DayListPrint
from tests.factories import CustomerFactory, World, at
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
A4_LANDSCAPE = (842, 595)


@pytest.fixture
def sheet(world: World, visit: Visit) -> Page:
    """A day of calls of one specialist, made in the browser."""
    name = "Mevrouw Van den Heuvel-Ooijevaar tot Wolfswinkel"
    for hour in (9, 10, 11, 13, 14, 15):
        customer = CustomerFactory.create(name=name)
        world.book(
            at(hour),
            customer=customer,
            question="Waarom?",
            specialist=world.specialists[0],
        )
    page = visit(world.person, "/queue/")
    page.get_by_role("link", name="Daglijst op papier").click()
    page.get_by_label("Met vragen en toelichtingen").check()
    page.get_by_role("button", name="Lijst maken").click()
    expect(page.locator(".paper__table tbody tr")).to_have_count(6)
    return page


def test_a_day_fits_on_one_landscape_sheet(sheet: Page) -> None:
    printed = sheet.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder, "day-list.pdf").write_bytes(printed)
        sheet.set_viewport_size({"width": 1123, "height": 794})
        sheet.emulate_media(media="print")
        sheet.screenshot(path=f"{folder}/day-list-paper.png", full_page=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {A4_LANDSCAPE}
    assert re.findall(rb"/Type /Pages.*?/Count (\d+)", printed, re.DOTALL) == [b"1"]


def test_paper_shows_no_menu_and_no_buttons(sheet: Page) -> None:
    sheet.emulate_media(media="print")
    expect(sheet.get_by_role("navigation")).to_be_hidden()
    expect(sheet.get_by_role("button", name="Afdrukken")).to_be_hidden()
    expect(sheet.locator(".paper__box").first).to_be_visible()


def test_the_list_that_is_shown_was_kept(world: World, sheet: Page) -> None:
    assert [(one.by, one.with_notes) for one in DayListPrint.objects.all()] == [(world.person, True)]
