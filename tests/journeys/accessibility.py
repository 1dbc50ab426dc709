"""What axe finds wrong with a page, however the person has set the colours."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
# The colours change by style sheet alone: what is not about colours is the same in all of them.
CONTRAST: dict[str, Any] = {**EVERYTHING, "runOnly": ["color-contrast"]}


def problems(page: Page) -> list[tuple[str, str, str]]:
    """The colours it was seen in, the rule broken and the first element that breaks it.

    The tool brings an inline style of its own: what the console says afterwards is not the page's fault.
    """
    found = [("light", *one) for one in _violations(page, EVERYTHING)]
    page.emulate_media(color_scheme="dark")
    found += [("dark", *one) for one in _violations(page, CONTRAST)]
    page.emulate_media(color_scheme="light", forced_colors="active")
    found += [("forced colours", *one) for one in _violations(page, CONTRAST)]
    page.emulate_media(forced_colors="none")
    return found


def _violations(page: Page, options: dict[str, Any]) -> list[tuple[str, str]]:
    violations = Axe().run(page, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in violations]
