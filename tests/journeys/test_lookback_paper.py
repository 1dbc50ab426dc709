"""The look back on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import TeamFactory, World
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def test_each_team_has_one_sheet(world: World, visit: Visit) -> None:
    TeamFactory.create().leads.add(world.lead)
    page = visit(world.lead, "/look-back/paper/")
    expect(page.locator(".sheet")).to_have_count(2)
    printed = page.pdf(prefer_css_page_size=True, format="A4")
    assert re.findall(rb"/Type /Pages.*?/Count (\d+)", printed, re.DOTALL) == [b"2"]
