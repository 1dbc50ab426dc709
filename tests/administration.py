"""What a person does with the administration pages."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


def page(model: type[Any], verb: str, *args: object) -> str:
    """The address of an administration page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}", args=args)


def filled_in(browser: Client, address: str) -> dict[str, list[str]]:
    """What a browser would send when the page is opened and saved as it stands."""
    form = Form()
    form.feed(browser.get(address).content.decode())
    return form.values


class Form(HTMLParser):
    """Collects what the fields of a page hold."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._field = ""
        self._is_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a field holds; of boxes and choices only what is ticked."""
        given = dict(attrs)
        if tag in {"select", "textarea"}:
            self._field, self._is_text = given.get("name") or "", tag == "textarea"
        elif tag == "option" and "selected" in given:
            self._note(self._field, given.get("value"))
        elif tag == "input":
            self._note_input(given)

    def handle_data(self, data: str) -> None:
        """What stands in a large text field; a browser leaves out the first line break."""
        if self._is_text:
            self._note(self._field, data.removeprefix("\n"))
            self._is_text = False

    def handle_endtag(self, tag: str) -> None:
        """Nothing more comes in a large text field."""
        self._is_text = self._is_text and tag != "textarea"

    def _note_input(self, given: dict[str, str | None]) -> None:
        kind, is_ticked = given.get("type"), "checked" in given
        if kind in {"checkbox", "radio"} and is_ticked:
            self._note(given.get("name"), given.get("value", "on"))
        elif kind not in {"checkbox", "radio", "submit"}:
            self._note(given.get("name"), given.get("value"))

    def _note(self, name: str | None, value: str | None) -> None:
        if name:
            self.values.setdefault(name, []).append(value or "")
