"""What axe finds wrong with a page, however the person has set the colours."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# As a page may look besides: what the browser tells it of the person's settings.
LOOKS: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}
# The tool is on the page by then.
AGAIN = "() => axe.run().then((found) => found.violations)"


def problems(page: Page) -> list[tuple[str, str, str]]:
    """The look it was seen in, the rule broken and the first element that breaks it.

    The tool brings an inline style of its own: what the console says afterwards is not the page's fault.
    """
    page.emulate_media(color_scheme="light", forced_colors="none")
    found = [("light", one) for one in Axe().run(page).response["violations"]]
    for look, settings in LOOKS.items():
        page.emulate_media(**settings)
        found += [(look, one) for one in page.evaluate(AGAIN)]
    return [(look, one["id"], one["nodes"][0]["html"]) for look, one in found]
