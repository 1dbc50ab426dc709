"""What axe finds wrong with a page, however the person has set the colours."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# As a page may have to look: what the browser tells it of the person's settings.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}


def problems(page: Page) -> list[tuple[str, str, str]]:
    """The look it was seen in, the rule broken and the first element that breaks it.

    The tool brings an inline style of its own: what the console says afterwards is not the page's fault.
    """
    found = []
    for look, settings in LOOKS.items():
        page.emulate_media(**settings)
        violations = Axe().run(page).response["violations"]
        found += [(look, one["id"], one["nodes"][0]["html"]) for one in violations]
    return found
