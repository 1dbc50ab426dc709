"""Guidance for the front office: Markdown in, harmless HTML out."""

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

SCHEMES = {"http", "https", "mailto", "tel"}
# A site that the text links to learns nothing of ours.
REL = "noopener noreferrer nofollow"


class _Reader(MarkdownIt):
    """Links lead to another site, or write or call; never script, data or a page of ours."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether a text may link to an address."""
        try:
            return urlsplit(url).scheme.lower() in SCHEMES
        except ValueError:
            return False


def _open_link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    tokens[place].attrSet("rel", REL)
    return renderer.renderToken(tokens, place, options, env)


def _open_heading(*_given: Any) -> str:
    # A heading of its own would stand in the way of those of the page around it.
    return "<p><strong>"


def _close_heading(*_given: Any) -> str:
    return "</strong></p>\n"


def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False, "breaks": True})
    # No pictures; and who begins a line with spaces means no program text.
    reader.disable(["image", "code", "fence"])
    reader.add_render_rule("link_open", _open_link)
    reader.add_render_rule("heading_open", _open_heading)
    reader.add_render_rule("heading_close", _close_heading)
    return reader


_READER = _reader()


# The same few texts are shown all day long.
@lru_cache(maxsize=256)
def render(markdown_text: str) -> SafeString:
    """Give the HTML of a text in Markdown; whatever looks like HTML in it is shown as it was typed.

    Links lead to http(s), mailto and tel only; there are no pictures.
    """
    html: str = _READER.render(markdown_text)
    return mark_safe(html)  # noqa: S308 - made by a renderer that escapes all HTML
